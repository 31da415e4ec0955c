// Data sets and folders as a source of study records: what `hilum studies` and `hilum generate FOLDER` read
// (docs/datasets.md). Not thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "hilum/datasets.h"
#include "hilum/run.h"

#include "stages/studies/counts.h"
#include "stages/studies/dropped_file.h"

namespace hilum::stages {

struct StudyRecordsOptions {
  std::vector<std::string> paths;
  datasets::StudyOptions read;
  std::string dropped;                   // file of what was left out, and why; "": none
  std::function<void(Study&)> complete;  // may add to each study what it lacks; may be empty
};

class StudyRecords : public Source {
 public:
  // kOutputFailed for the file of what was left out; else the errors of datasets::open_studies.
  static Result<std::unique_ptr<StudyRecords>> open(StudyRecordsOptions options);

  std::optional<Item> next() override;
  Status status() const override { return status_; }
  std::string describe() const override;

  // What was read and left out until now.
  const StudyCounts& counts() const { return counts_; }

  // After the run: whether the file of what was left out is whole.
  Status close() { return dropped_.close(); }

 private:
  explicit StudyRecords(StudyRecordsOptions options) : options_(std::move(options)) {}

  StudyRecordsOptions options_;
  StudyCounts counts_;
  DroppedFile dropped_;
  std::unique_ptr<datasets::StudySource> source_;
  Status status_;
};

}  // namespace hilum::stages
