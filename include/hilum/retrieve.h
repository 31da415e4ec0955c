// Similar earlier cases: vectors of records into an index (`hilum index build` and `append`), and the cases
// of an index most like each record (`hilum retrieve`).
//
// The vector of a record is that of its first image, by the bundle's aligner or else its image encoder, or,
// when it asks in words, that of its facts by the bundle's text encoder. Vectors are compared by inner
// product; those of an encoder have length 1, so that 1 is the same image. An index takes vectors of the very
// model it was begun with and no other.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "hilum/bundle.h"
#include "hilum/index.h"
#include "hilum/run.h"
#include "hilum/stage.h"
#include "hilum/status.h"

namespace hilum {

struct RetrieveOptions {
  std::string index;                             // its folder
  std::string bundle = runtime::kDefaultBundle;  // the one that the index was built with
  std::string device = "cpu";                    // or "cuda"
  std::size_t top = 1;                           // cases a record, best first
  float min_score = -1e30F;                      // less similar cases are left out
  bool reports = false;                          // with the cases' reports, where the index has them
  bool trust = false;                            // do not check the index's hashes first
  // Where the record asks in words, as a dotted path: a list of facts, or a text, whose facts are taken.
  // "facts" is its own, at `facts` or else at `entities.facts`. "": it asks by its first image.
  std::string query;
};

const StageInfo& retrieve_info();

// Adds `similar` (id, score, facts of each case) to records; cases of a record's own patient, study or id are
// left out. Errors of opening bundle and index; kIndexInvalid when the index holds vectors of another model,
// or whole images where words are asked for. Records fail with kRecordInvalid where nothing is asked, or with
// the errors of reading their image.
Result<std::unique_ptr<Stage>> make_retrieve_stage(const RetrieveOptions& options);

struct IndexOptions {
  std::string index;    // the folder
  bool append = false;  // to an index that is there, whose kind, storage and vector hold; else to a new one
  std::string bundle = runtime::kDefaultBundle;
  std::string device = "cpu";  // or "cuda"
  retrieval::IndexKind kind = retrieval::IndexKind::kFlat;
  retrieval::Storage storage = retrieval::Storage::kFp32;
  std::string vector = "global";  // one an image, or "rows": it and every patch
  bool reports = false;           // keep `reference.findings` beside the facts
};

const StageInfo& index_info();

// Behind an index stage: takes the records' vectors, with id, study_id, patient_id and `entities.facts`.
// Failed records are passed over. The index appears, or changes, when the run is closed; a run that ends
// early leaves nothing.
class IndexWriter : public Writer {
 public:
  virtual std::size_t added() const = 0;  // cases of this run
  virtual std::size_t rows() const = 0;   // cases of the whole index
};

// The stage finds each record's vector, and writes nothing into it; the writer is for what comes out of this
// very stage. Errors as for make_retrieve_stage; kOutputFailed when a new index is there already or another
// process adds to it. The run ends with kIndexInvalid when vectors differ in length.
struct IndexStage {
  std::unique_ptr<Stage> stage;
  std::unique_ptr<IndexWriter> writer;
};
Result<IndexStage> make_index_stage(const IndexOptions& options);

}  // namespace hilum
