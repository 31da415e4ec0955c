// Similar-case index: one folder of vectors with the case behind each, searched by inner product.
//
//   manifest.json   format, kind, storage, dimension, the model the vectors come from, sizes and hashes
//   vectors.bin     row-major, as stored (fp32, fp16, or int8 with a scale a row); memory-mapped
//   cases.jsonl     one case a row: id, study_id, patient_id, facts, report; memory-mapped
//   cases.offsets   u64 little endian: where each case's line begins
//   coarse.faiss    IVF or HNSW over reduced vectors (kinds ivf and hnsw)
//
// `flat` compares with every vector. `ivf` and `hnsw` let FAISS propose candidates in a reduced space (PCA)
// and rank those again by the stored vectors, so that scores are the same numbers as with `flat`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "hilum/status.h"

namespace hilum::retrieval {

enum class IndexKind { kFlat, kIvf, kHnsw };
enum class Storage { kFp32, kFp16, kInt8 };

Result<IndexKind> index_kind_from_name(const std::string& name);  // "flat", "ivf", "hnsw"
Result<Storage> storage_from_name(const std::string& name);       // "fp32", "fp16", "int8"
std::string to_name(IndexKind kind);
std::string to_name(Storage storage);

struct IndexSpec {
  IndexKind kind = IndexKind::kFlat;
  Storage storage = Storage::kFp32;
  std::size_t dimension = 0;
  std::string model;   // what made the vectors: bundle name and hash of its encoder; queries must match
  std::string vector;  // of the model: "global", or "rows": all rows of the image, one after the other
};

// What lies behind a row. `report` may be empty (licence).
struct Case {
  std::string id;
  std::string study_id;
  std::string patient_id;
  std::vector<std::string> facts;
  std::string report;
};

// Writes an index row by row; memory does not grow with it beyond the reduced vectors. The folder appears, or
// changes, as a whole or not at all; a builder that goes before `finish` leaves nothing. One thread.
class IndexBuilder {
 public:
  // kOutputFailed when `folder` exists already, kUsage for a spec that cannot be.
  static Result<std::unique_ptr<IndexBuilder>> create(const std::string& folder, const IndexSpec& spec);
  // Adds to an index that is there: it holds the old rows first. Until `finish` readers see the old index.
  // kOutputFailed while another process adds to it; else the errors of SimilarIndex::open.
  static Result<std::unique_ptr<IndexBuilder>> append(const std::string& folder);
  virtual ~IndexBuilder() = default;
  // `vector` has spec().dimension finite numbers (kRecordInvalid otherwise).
  virtual Status add(const float* vector, const Case& entry) = 0;
  virtual const IndexSpec& spec() const = 0;
  virtual std::size_t rows() const = 0;
  // Trains and fills the coarse index, writes the manifest, moves the folder to its place.
  virtual Status finish() = 0;
};

struct SearchOptions {
  std::size_t top = 1;
  float min_score = -1e30F;
  int threads = 1;
};

struct SearchQuery {
  const float* vector = nullptr;
  std::string patient_id;  // cases of this patient, study or id are left out; "": nothing is
  std::string study_id;
  std::string id;
};

struct Hit {
  std::size_t row = 0;
  float score = 0.0F;
};

// An opened index. Immutable; threads may share it.
class SimilarIndex {
 public:
  // kIndexInvalid with the reason for a folder that is none, is altered (every hash is checked unless
  // `trust`), too new or cut short.
  static Result<std::shared_ptr<const SimilarIndex>> open(const std::string& folder, bool trust = false);
  virtual ~SimilarIndex() = default;

  virtual const IndexSpec& spec() const = 0;
  virtual std::size_t rows() const = 0;
  // Bytes on disk.
  virtual std::size_t bytes() const = 0;

  // Best first; ties by row. Several queries at once are faster than one by one.
  virtual Result<std::vector<std::vector<Hit>>> search(const std::vector<SearchQuery>& queries,
                                                       const SearchOptions& options) const = 0;
  // kIndexInvalid when the row's line is damaged.
  virtual Result<Case> entry(std::size_t row) const = 0;
  // The stored vector as floats, spec().dimension of them.
  virtual void vector(std::size_t row, float* out) const = 0;
};

// A new index of all rows of `parts`, in order. kIndexInvalid when their specs do not agree.
Status merge_indexes(const std::vector<std::string>& parts, const std::string& folder);

}  // namespace hilum::retrieval
