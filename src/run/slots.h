// What both ways of running a stage do with one record: take it in, call the stage on it, write it and count
// it.
#pragma once

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

  // On the reading thread: the next record, admitted. `ended` is set at the end of input. Fails when the
  // source throws.
  Status take(std::optional<Slot>& slot);

  // On any thread.
  void prepare(Slot& slot);
  void process(std::vector<Slot*>& slots);

  // On the writing thread.
  Status write(Slot& slot);
  Status flush();
  Status close();
  const RunCounts& counts() const { return counts_; }

 private:
  Stage& stage_;
  Source& source_;
  Writer& writer_;
  const RunOptions& options_;
  Progress& progress_;
  RunCounts counts_;
};

// As run(), with threads: `options.replicas` is at least 1.
Result<RunCounts> run_threaded(Slots& slots, Stage& stage, const RunOptions& options);

}  // namespace hilum
