// What both ways of running a stage do with one record: take it in, call the stage on it, write it and count
// it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hilum/run.h"

#include "core/progress.h"

namespace hilum {

// A record under way.
struct Slot {
  explicit Slot(Item i) : item(std::move(i)) {}
  Item item;
  bool runs = false;                         // not unreadable, not failed in an earlier stage, not refused
  bool passed_on = false;                    // with the error of an earlier stage
  std::optional<ResumeFile::Past> finished;  // in an earlier run; takes part all the same, so that its batch
                                             // is the same
};

class Slots {
 public:
  Slots(Stage& stage, Source& source, Writer& writer, const RunOptions& options, Progress& progress)
      : stage_(stage), source_(source), writer_(writer), options_(options), progress_(progress) {}

  // Before all else. Fails when the stage cannot say how it works.
  Status begin();

  // On the reading thread: the next record, admitted; none at the end of input. Fails with the source's
  // status and when the source throws.
  Status take(std::optional<Slot>& slot);

  // On any thread. `entered` is what `enter` said there.
  void prepare(Slot& slot);
  Status enter();
  void process(std::vector<Slot*>& slots, const Status& entered);

  // On the writing thread.
  Status write(Slot& slot);
  Status flush();
  Status close();
  const RunCounts& counts() const { return counts_; }

 private:
  Status sign(Item& item) const;

  Stage& stage_;
  Source& source_;
  Writer& writer_;
  const RunOptions& options_;
  Progress& progress_;
  RunCounts counts_;
  std::unique_ptr<const Json> entry_;  // of `provenance`: the same for all records but for their notes
};

// As run(), with threads: `options.replicas` is at least 1. The writer is left open.
Status run_threaded(Slots& slots, const RunOptions& options);

}  // namespace hilum
