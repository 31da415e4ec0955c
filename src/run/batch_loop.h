// The loop of commands that run a model: records are read ahead, prepared (images decoded) on loader threads,
// run in batches on replicas, and written in input order. A bounded number of batches is under way, so memory
// stays flat however many records stream through. Call it from the thread that receives signals: reading ends
// when one asks for a stop, batches that were begun are finished and written, the rest is left for --resume.
//
// A batch is `batch` consecutive records of the input, counted from its start, whatever was skipped or
// failed: so a run that was killed and resumed computes the same batches, and its output is the same to the
// last byte.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>  // items hold their record by value

#include "hilum/json.h"
#include "hilum/streams.h"

#include "run/record_loop.h"

namespace hilum {

// One record on its way. The stage reads `record` and writes its key into it, or sets `status`.
struct BatchItem {
  Json record;
  Status status;                   // why it failed here
  std::shared_ptr<void> prepared;  // what `prepare` made for `process`
};

struct BatchLoopOptions {
  std::string stage;        // for `error.stage`
  std::string resume_path;  // append here instead of to the writer, skipping ids already finished there
  bool quiet = false;
  int replicas = 1;  // threads that run `process`
  int loaders = 1;   // threads that run `prepare`
  int batch = 8;
};

struct BatchStage {
  // Both are called from several threads, never twice for one item at a time. Items that failed are left out.
  std::function<void(BatchItem&)> prepare;
  std::function<void(std::vector<BatchItem*>&)> process;
  // Called once on each replica's thread before its first batch; may be empty.
  std::function<void()> enter_replica;
};

// The next record, an error for one that cannot be read, or an empty optional at the end.
using RecordSource = std::function<Result<std::optional<Json>>()>;
// Takes the finished records in order; `flush` is called after each batch.
struct RecordWriter {
  std::function<Status(const Json&)> write;
  std::function<Status()> flush;
};
RecordWriter jsonl_record_writer(Sink& out);  // `out` must outlive it

// The source over standard input: bad lines become errors.
RecordSource jsonl_record_source(std::istream& in);

// As run_record_loop: counts, or the error that ended the run. Bad lines become records with `error`.
Result<RecordCounts> run_batch_loop(Streams& streams, const BatchLoopOptions& options,
                                    const RecordSource& source, const RecordWriter& writer,
                                    const BatchStage& stage);

}  // namespace hilum
