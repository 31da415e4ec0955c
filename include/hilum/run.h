// The loop of every stage: records from a source, through a stage, into a writer, in the order of input.
//
// With `replicas` 0 all of it happens on the calling thread, record by record. Otherwise records are read
// ahead, prepared on loader threads, processed in batches on replicas, and written by one more thread. A
// bounded number of batches is under way, so memory stays flat however many records stream through. Call it
// from the thread that receives signals: reading ends when one asks for a stop, batches that were begun are
// finished and written, the rest is left for a resumed run.
//
// A batch is `batch` consecutive records of the input, counted from its start, whatever was skipped or
// failed: so a run that was killed and resumed computes the same batches, and its output is the same to the
// last byte.
//
// Errors: a record that cannot be read or fails stays in the stream with `error` and is counted. What ends a
// run is an error of the writer, of the source itself, or a signal. Exceptions of source, stage and writer
// are contained: those of a stage fail its records, those of source and writer end the run with kInternal.
#pragma once

#include <cstddef>
#include <istream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hilum/stage.h"
#include "hilum/streams.h"

namespace hilum {

// Where records come from. Not thread-safe; read from one thread.
class Source {
 public:
  virtual ~Source() = default;
  // The next record; one that could not be read carries its status. Nothing at the end.
  virtual std::optional<Item> next() = 0;
  // After the end: ok, or why there is nothing more to read.
  virtual Status status() const { return Status::ok(); }
  // For people: "records on standard input".
  virtual std::string describe() const = 0;
};

// Where finished records go, in order. Not thread-safe; called from one thread.
class Writer {
 public:
  virtual ~Writer() = default;
  // `item.record()` is complete, with `error` where it failed. An error ends the run.
  virtual Status write(const Item& item) = 0;
  // Hands on what was written: after each batch, and at the end.
  virtual Status flush() { return Status::ok(); }
  // After the last record, unless the run was ended early.
  virtual Status close() { return flush(); }
};

// The streams that the following read or write must outlive them; `name` is for messages. Whatever comes in
// becomes records, and every key or column it had stays. Memory stays flat.

// JSON Lines. A line that cannot be read is a record "line-N" with its error.
std::unique_ptr<Source> jsonl_source(std::istream& in, std::string name = "standard input");

// One report as it stands: a record {"id": "stdin", "text": …}; no bytes at all give no record. More than
// 8 MiB are kTooLarge, bytes that are not UTF-8 kUtf8Invalid, both errors of that record.
std::unique_ptr<Source> plain_text_source(std::istream& in, std::string name = "standard input");

// Records or one report: the first character that is no white space is '{' in JSON Lines. Looks at it here,
// so it waits for input.
std::unique_ptr<Source> text_or_jsonl_source(std::istream& in, std::string name = "standard input");

// A record a row, the columns its keys; `id` is the column "id", or else "row-N" from 1. Fails (kCsvInvalid)
// without a header or, unless that is empty, without the column `required`. A bad row is a record with its
// error.
Result<std::unique_ptr<Source>> csv_source(std::istream& in, const std::string& required = "",
                                           const std::string& name = "standard input");
// The same of a file that the source owns; kFileNotFound.
Result<std::unique_ptr<Source>> open_csv_source(const std::string& path, const std::string& required = "");

// Records as JSON Lines.
std::unique_ptr<Writer> jsonl_writer(Sink& out);

// Each record to all of them, in this order.
std::unique_ptr<Writer> tee_writer(std::vector<std::unique_ptr<Writer>> writers);

struct RunCounts {
  std::size_t seen = 0;
  std::size_t done = 0;
  std::size_t failed = 0;                      // failed here, or earlier and kept (--keep-failed)
  std::size_t passed_on = 0;                   // arrived with an error of an earlier stage
  std::size_t skipped = 0;                     // finished already in the file that is resumed
  std::map<std::string, std::size_t> reasons;  // error name -> how many failed here

  void add_failure(const Status& status);
  // ok, kSomeFailed, or kNoInput when nothing succeeded. No input at all is kNoInput too.
  Status status() const;
  // "120 records: 117 done, 3 failed (dicom_unreadable 2, json_invalid 1)".
  std::string to_string(const std::string& unit = "records") const;
};

// A file of records that an earlier run began. It knows which are finished; those that failed are tried again
// (or, with `keep_failed`, left as they are). As a writer it appends; a record that failed before and now did
// not takes the place of its old line when the run closes, so the order of input is kept.
class ResumeFile : public Writer {
 public:
  // A last line without its newline, or one that is not JSON, was cut by an interruption: it is removed. A
  // missing file is made. kFileUnreadable, kOutputFailed; kRecordInvalid when the file holds something else.
  static Result<std::unique_ptr<ResumeFile>> open(const std::string& path, bool keep_failed);

  // What became of the record of this id, if it need not be tried again.
  struct Past {
    bool failed = false;  // then and for good (`keep_failed`)
    std::string reason;   // the error's name
  };
  virtual std::optional<Past> finished(const std::string& id) const = 0;
};

struct RunOptions {
  const ResumeFile* resume = nullptr;  // whose finished records are skipped; the writer must write to it
  bool quiet = false;                  // no progress line
  std::string unit = "records";        // for the progress line
  int batch = 1;
  int replicas = 0;  // threads that call `process`; 0: everything on the calling thread
  int loaders = 1;   // threads that call `prepare`; not used with replicas 0
};

// Runs until the end of input, a stop signal, or what ends a run (returned: kOutputFailed, kPipeClosed,
// kInterrupted, the source's status). Otherwise returns the counts. `streams` is for the progress line alone.
Result<RunCounts> run(Stage& stage, Source& source, Writer& writer, const RunOptions& options,
                      const Streams& streams);

}  // namespace hilum
