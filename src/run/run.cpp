#include "hilum/run.h"

#include <nlohmann/json.hpp>

#include "core/system/interrupt.h"
#include "run/slots.h"

namespace hilum {
namespace {

// Everything on this thread, record by record.
Result<RunCounts> run_here(Slots& slots, Stage& stage) {
  stage.enter_thread();
  std::optional<Slot> slot;
  for (;;) {
    HILUM_RETURN_IF_ERROR(stop_status());
    HILUM_RETURN_IF_ERROR(slots.take(slot));
    HILUM_RETURN_IF_ERROR(stop_status());  // a signal ends the input, and may have cut the last line
    if (!slot) break;
    if (!slot->finished) {
      slots.prepare(*slot);
      std::vector<Slot*> one{&*slot};
      slots.process(one);
    }
    HILUM_RETURN_IF_ERROR(slots.write(*slot));
  }
  HILUM_RETURN_IF_ERROR(slots.close());
  HILUM_RETURN_IF_ERROR(stop_status());
  return slots.counts();
}

}  // namespace

Result<RunCounts> run(Stage& stage, Source& source, Writer& writer, const RunOptions& options,
                      const Streams& streams) {
  Progress progress(streams, options.quiet || streams.in_is_terminal, options.unit);
  Slots slots(stage, source, writer, options, progress);
  return options.replicas > 0 ? run_threaded(slots, stage, options) : run_here(slots, stage);
}

}  // namespace hilum
