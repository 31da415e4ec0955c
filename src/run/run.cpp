#include "hilum/run.h"

#include <nlohmann/json.hpp>

#include "core/system/interrupt.h"
#include "run/slots.h"

namespace hilum {
namespace {

// Everything on this thread, record by record.
Status run_here(Slots& slots) {
  const Status entered = slots.enter();
  std::optional<Slot> slot;
  for (;;) {
    HILUM_RETURN_IF_ERROR(stop_status());
    const Status taken = slots.take(slot);
    HILUM_RETURN_IF_ERROR(stop_status());  // a signal ends the input, and may have cut the last line
    if (!slot) return taken;
    if (!slot->finished) {
      slots.prepare(*slot);
      std::vector<Slot*> one{&*slot};
      slots.process(one, entered);
    }
    HILUM_RETURN_IF_ERROR(slots.write(*slot));
  }
}

}  // namespace

Result<RunCounts> run(Stage& stage, Source& source, Writer& writer, const RunOptions& options,
                      const Streams& streams) {
  Progress progress(streams, options.quiet || streams.in_is_terminal, options.unit);
  Slots slots(stage, source, writer, options, progress);
  HILUM_RETURN_IF_ERROR(slots.begin());
  const Status ended = options.replicas > 0 ? run_threaded(slots, options) : run_here(slots);
  if (!ended.is_ok()) {
    (void)slots.flush();  // what was written stays; why the run ended matters more than whether this works
    return ended;
  }
  HILUM_RETURN_IF_ERROR(slots.close());
  return slots.counts();
}

}  // namespace hilum
