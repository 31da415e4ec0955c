// The loop of every record-to-record command: read a line, let the stage add its key, write the line. A line
// that cannot be read or a record that fails stays in the stream with `error`; counts tell how many. Output
// is in input order. Not thread-safe.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>

#include "hilum/json.h"
#include "hilum/streams.h"

namespace hilum {

struct RecordCounts {
  std::size_t seen = 0;
  std::size_t done = 0;
  std::size_t failed = 0;                      // failed here
  std::size_t passed_on = 0;                   // arrived with an error of an earlier stage
  std::size_t skipped = 0;                     // finished already (--resume)
  std::map<std::string, std::size_t> reasons;  // error name -> how many failed here

  // Counts one record that failed here.
  void add_failure(const Status& status);
  // ok, kSomeFailed, or kNoInput when nothing succeeded. No input at all is kNoInput too.
  Status status() const;
  // "120 records: 117 done, 3 failed (dicom_unreadable 2, json_invalid 1)".
  std::string to_string(const std::string& unit = "records") const;
};

struct RecordLoopOptions {
  std::string stage;        // the stage's name, for `error.stage`
  std::string resume_path;  // append here instead of to `out`, skipping ids already finished there
  bool quiet = false;
};

// Adds the stage's key to a record; an error marks the record and the loop goes on.
using RecordFunction = std::function<Status(Json&)>;

// Runs until the end of input, a stop signal, or an output error (returned at once: kOutputFailed,
// kPipeClosed, kInterrupted). Otherwise returns the counts, and writes them to `err` unless quiet and without
// failures.
Result<RecordCounts> run_record_loop(Streams& streams, const RecordLoopOptions& options,
                                     const RecordFunction& stage);

}  // namespace hilum
