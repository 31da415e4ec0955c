#include <algorithm>
#include <cstring>
#include <filesystem>
#include <optional>

#include "hilum/index.h"

#include "retrieval/faiss_module.h"
#include "retrieval/index_files.h"
#include "retrieval/open_exact.h"
#include "retrieval/vector_codec.h"
#include "retrieval/vector_store.h"

namespace hilum::retrieval {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kCandidatesPerHit = 10;
constexpr std::size_t kFewestCandidates = 64;
constexpr std::size_t kExtraExact = 8;  // sums in another order may swap neighbours at the cut

struct Exclusion {
  RowKeys keys;
  explicit Exclusion(const SearchQuery& query)
      : keys{key_of(query.patient_id), key_of(query.study_id), key_of(query.id)} {}
  bool any() const { return keys.patient != 0 || keys.study != 0 || keys.id != 0; }
  bool excludes(const RowKeys& row) const {
    return (keys.patient != 0 && keys.patient == row.patient) ||
           (keys.study != 0 && (keys.study == row.study || keys.study == row.id)) ||
           (keys.id != 0 && keys.id == row.id);
  }
};

class Opened : public SimilarIndex {
 public:
  Opened(IndexManifest manifest, VectorStore store)
      : manifest_(std::move(manifest)), store_(std::move(store)) {}

  Status open_rest(const std::string& folder, bool exact) {
    const auto path = [&](const char* name) { return (fs::path(folder) / name).string(); };
    HILUM_ASSIGN(cases_, MappedFile::open(path(kCasesFile)));
    HILUM_ASSIGN(offsets_, MappedFile::open(path(kOffsetsFile)));
    if (offsets_.size() != rows() * sizeof(std::uint64_t)) {
      return {ErrorCode::kIndexInvalid,
              folder + ": " + kOffsetsFile + " does not hold a number for every row"};
    }
    std::error_code ignored;
    for (const auto& file : fs::directory_iterator(folder, ignored)) bytes_ += file.file_size(ignored);
    if (exact || manifest_.spec.kind == IndexKind::kFlat) return Status::ok();
    HILUM_ASSIGN(CoarseIndex coarse, CoarseIndex::read(path(kCoarseFile)));
    if (coarse.rows() != rows())
      return {ErrorCode::kIndexInvalid, folder + ": " + kCoarseFile + " is of another index"};
    coarse_.emplace(std::move(coarse));
    return Status::ok();
  }

  const IndexSpec& spec() const override { return manifest_.spec; }
  std::size_t rows() const override { return store_.rows(); }
  std::size_t bytes() const override { return bytes_; }
  void vector(std::size_t row, float* out) const override { store_.decode(row, 1, out); }

  Result<Case> entry(std::size_t row) const override {
    std::uint64_t begin = 0;
    std::uint64_t end = cases_.size();
    std::memcpy(&begin, offsets_.data() + row * sizeof begin, sizeof begin);
    if (row + 1 < rows()) std::memcpy(&end, offsets_.data() + (row + 1) * sizeof end, sizeof end);
    if (begin > end || end > cases_.size())
      return Status(ErrorCode::kIndexInvalid,
                    "the offset of row " + std::to_string(row) + " is out of range");
    return case_from_line(cases_.view().substr(begin, end - begin));
  }

  Result<std::vector<std::vector<Hit>>> search(const std::vector<SearchQuery>& queries,
                                               const SearchOptions& options) const override {
    HILUM_ASSIGN(const HilumFaissTable* table, faiss_table());
    table->set_threads(options.threads);
    const std::size_t dimension = spec().dimension;
    std::vector<std::vector<Hit>> results(queries.size());
    std::vector<std::size_t> open(queries.size());
    for (std::size_t i = 0; i < open.size(); ++i) open[i] = i;
    std::vector<float> block;
    std::size_t candidates = first_candidates(options.top);
    for (int widened = 0; !open.empty(); ++widened) {
      block.resize(open.size() * dimension);
      for (std::size_t i = 0; i < open.size(); ++i) {
        std::memcpy(block.data() + i * dimension, queries[open[i]].vector, dimension * sizeof(float));
      }
      HILUM_ASSIGN(const auto proposed, propose(block.data(), open.size(), candidates, widened));
      std::vector<std::size_t> short_of;
      for (std::size_t i = 0; i < open.size(); ++i) {
        const SearchQuery& query = queries[open[i]];
        std::vector<Hit>& hits = results[open[i]];
        hits = store_.rank(query.vector, proposed[i]);
        const Exclusion exclusion(query);
        if (exclusion.any()) {
          hits.erase(std::remove_if(hits.begin(), hits.end(),
                                    [&](const Hit& hit) { return exclusion.excludes(store_.keys(hit.row)); }),
                     hits.end());
        }
        if (hits.size() < options.top && candidates < rows()) short_of.push_back(open[i]);
      }
      open = std::move(short_of);
      candidates = std::min(rows(), candidates * 4);
    }
    for (std::vector<Hit>& hits : results) {
      if (hits.size() > options.top) hits.resize(options.top);
      while (!hits.empty() && hits.back().score < options.min_score) hits.pop_back();
    }
    return results;
  }

 private:
  std::size_t first_candidates(std::size_t top) const {
    if (!coarse_) return std::min(rows(), top + kExtraExact);
    return std::min(rows(), std::max(kFewestCandidates, top * kCandidatesPerHit));
  }

  // Candidate rows for each query. The coarse index is searched harder each time it had too few, and past it
  // exactly.
  Result<std::vector<std::vector<std::size_t>>> propose(const float* queries, std::size_t count,
                                                        std::size_t candidates, int widened) const {
    if (!coarse_ || widened > 2) return store_.exact(queries, count, candidates);
    int effort = manifest_.effort << (2 * widened);
    if (spec().kind == IndexKind::kHnsw) effort = std::max(effort, static_cast<int>(candidates));
    HILUM_ASSIGN(const auto found, coarse_->search(queries, count, candidates, effort));
    std::vector<std::vector<std::size_t>> out(count);
    for (std::size_t q = 0; q < count; ++q) {
      for (std::size_t i = q * candidates; i < (q + 1) * candidates; ++i) {
        if (found[i] >= 0) out[q].push_back(static_cast<std::size_t>(found[i]));
      }
    }
    return out;
  }

  IndexManifest manifest_;
  VectorStore store_;
  MappedFile cases_;
  MappedFile offsets_;
  std::size_t bytes_ = 0;
  std::optional<CoarseIndex> coarse_;
};

}  // namespace

Result<IndexKind> index_kind_from_name(const std::string& name) {
  if (name == "flat") return IndexKind::kFlat;
  if (name == "ivf") return IndexKind::kIvf;
  if (name == "hnsw") return IndexKind::kHnsw;
  return Status(ErrorCode::kUsage, "index kind '" + name + "' is none of flat, ivf, hnsw");
}

Result<Storage> storage_from_name(const std::string& name) {
  if (name == "fp32") return Storage::kFp32;
  if (name == "fp16") return Storage::kFp16;
  if (name == "int8") return Storage::kInt8;
  return Status(ErrorCode::kUsage, "storage '" + name + "' is none of fp32, fp16, int8");
}

std::string to_name(IndexKind kind) {
  return kind == IndexKind::kFlat ? "flat" : kind == IndexKind::kIvf ? "ivf" : "hnsw";
}

std::string to_name(Storage storage) {
  return storage == Storage::kFp32 ? "fp32" : storage == Storage::kFp16 ? "fp16" : "int8";
}

namespace {

Result<std::shared_ptr<const SimilarIndex>> open_as(const std::string& folder, bool trust, bool exact) {
  HILUM_ASSIGN(IndexManifest manifest, read_manifest(folder, trust));
  HILUM_ASSIGN(VectorStore store, VectorStore::open(folder, manifest.spec, manifest.rows));
  auto opened = std::make_shared<Opened>(std::move(manifest), std::move(store));
  HILUM_RETURN_IF_ERROR(opened->open_rest(folder, exact));
  return std::shared_ptr<const SimilarIndex>(std::move(opened));
}

}  // namespace

Result<std::shared_ptr<const SimilarIndex>> SimilarIndex::open(const std::string& folder, bool trust) {
  return open_as(folder, trust, false);
}

Result<std::shared_ptr<const SimilarIndex>> open_exact(const std::string& folder) {
  return open_as(folder, true, true);
}

}  // namespace hilum::retrieval
