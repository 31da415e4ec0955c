#include <algorithm>
#include <cmath>
#include <filesystem>

#include <unistd.h>

#include "hilum/index.h"
#include "hilum/streams.h"

#include "retrieval/faiss_module.h"
#include "retrieval/index_files.h"
#include "retrieval/vector_codec.h"
#include "retrieval/vector_store.h"

namespace hilum::retrieval {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kReducedDimension = 64;
constexpr std::size_t kMaxCoarseDimension = 1u << 14;  // PCA needs a square matrix of it
constexpr std::size_t kTrainingBytes = 160u << 20;
constexpr std::size_t kTuningQueries = 200;
constexpr std::size_t kTuningTop = 20;
constexpr double kTuningRecall = 0.998;
constexpr std::size_t kAddRows = 4096;

std::string coarse_description(const IndexSpec& spec, std::size_t rows) {
  const std::size_t reduced = std::min({kReducedDimension, spec.dimension, rows});
  const std::string pca = "PCA" + std::to_string(reduced) + ",";
  if (spec.kind == IndexKind::kHnsw) return pca + "HNSW32";
  const auto lists = static_cast<std::size_t>(2 * std::sqrt(static_cast<double>(rows)));
  return pca + "IVF" +
         std::to_string(std::clamp<std::size_t>(lists, 1, std::max<std::size_t>(1, rows / 39))) + ",Flat";
}

// Without a closing slash and the like, so that a name can be put behind it.
std::string plain_path(const std::string& folder) {
  const fs::path path = fs::path(folder).lexically_normal();
  return path.has_filename() ? path.string() : path.parent_path().string();
}

class Builder : public IndexBuilder {
 public:
  Builder(const std::string& folder, const IndexSpec& spec)
      : folder_(plain_path(folder)), work_(folder_ + ".tmp" + std::to_string(::getpid())), spec_(spec) {}

  ~Builder() override {
    std::error_code ignored;
    fs::remove_all(work_, ignored);  // renamed away when finished
  }

  Status start() {
    std::error_code error;
    if (fs::exists(folder_, error))
      return {ErrorCode::kOutputFailed, folder_ + ": exists already; remove it or append to it"};
    fs::create_directories(work_, error);
    if (error) return {ErrorCode::kOutputFailed, work_ + ": " + error.message()};
    HILUM_ASSIGN(vectors_, open_file_sink(path(kVectorsFile), true));
    HILUM_ASSIGN(cases_, open_file_sink(path(kCasesFile), true));
    HILUM_ASSIGN(offsets_, open_file_sink(path(kOffsetsFile), true));
    HILUM_ASSIGN(keys_, open_file_sink(path(kKeysFile), true));
    return Status::ok();
  }

  Status add(const float* vector, const Case& entry) override {
    for (std::size_t i = 0; i < spec_.dimension; ++i) {
      if (!std::isfinite(vector[i]))
        return {ErrorCode::kRecordInvalid, entry.id + ": its vector holds a number that is not finite"};
    }
    stored_.resize(stored_bytes(spec_.storage, spec_.dimension));
    encode_vector(spec_.storage, vector, spec_.dimension, stored_.data());
    const std::string line = case_to_line(entry);
    const RowKeys keys = {key_of(entry.patient_id), key_of(entry.study_id), key_of(entry.id)};
    HILUM_RETURN_IF_ERROR(vectors_->write(stored_));
    HILUM_RETURN_IF_ERROR(offsets_->write({reinterpret_cast<const char*>(&offset_), sizeof offset_}));
    HILUM_RETURN_IF_ERROR(cases_->write(line));
    HILUM_RETURN_IF_ERROR(keys_->write({reinterpret_cast<const char*>(&keys), sizeof keys}));
    offset_ += line.size();
    ++rows_;
    return Status::ok();
  }

  const IndexSpec& spec() const override { return spec_; }
  std::size_t rows() const override { return rows_; }

  Status finish() override {
    for (auto* sink : {&vectors_, &cases_, &offsets_, &keys_}) {
      HILUM_RETURN_IF_ERROR((*sink)->flush());
      sink->reset();
    }
    if (rows_ == 0) return {ErrorCode::kNoInput, folder_ + ": no case to index"};
    IndexManifest manifest{spec_, rows_, 0, 1.0};
    if (spec_.kind != IndexKind::kFlat) HILUM_RETURN_IF_ERROR(build_coarse(manifest));
    HILUM_RETURN_IF_ERROR(write_manifest(work_, manifest));
    std::error_code error;
    fs::rename(work_, folder_, error);
    if (error) return {ErrorCode::kOutputFailed, folder_ + ": " + error.message()};
    return Status::ok();
  }

 private:
  std::string path(const char* name) const { return (fs::path(work_) / name).string(); }

  // Evenly spread rows, as floats.
  std::vector<float> sample(const VectorStore& store, std::size_t count) const {
    std::vector<float> out(count * spec_.dimension);
    for (std::size_t i = 0; i < count; ++i)
      store.decode(i * rows_ / count, 1, out.data() + i * spec_.dimension);
    return out;
  }

  Status build_coarse(IndexManifest& manifest) {
    HILUM_ASSIGN(const VectorStore store, VectorStore::open(work_, spec_, rows_));
    HILUM_ASSIGN(CoarseIndex coarse, CoarseIndex::create(coarse_description(spec_, rows_), spec_.dimension));
    const std::size_t most = std::max<std::size_t>(1, kTrainingBytes / (spec_.dimension * sizeof(float)));
    {
      const std::size_t count = std::min(rows_, most);
      const std::vector<float> training = sample(store, count);
      HILUM_RETURN_IF_ERROR(coarse.train(training.data(), count));
    }
    std::vector<float> block(std::min(kAddRows, rows_) * spec_.dimension);
    for (std::size_t first = 0; first < rows_; first += kAddRows) {
      const std::size_t here = std::min(kAddRows, rows_ - first);
      store.decode(first, here, block.data());
      HILUM_RETURN_IF_ERROR(coarse.add(block.data(), here));
    }
    HILUM_RETURN_IF_ERROR(tune(store, coarse, manifest));
    return coarse.write(path(kCoarseFile));
  }

  // The least effort whose re-ranked candidates hold what exact search finds.
  Status tune(const VectorStore& store, const CoarseIndex& coarse, IndexManifest& manifest) const {
    const std::size_t count = std::min(rows_, kTuningQueries);
    const std::size_t top = std::min(rows_, kTuningTop);
    const std::size_t candidates = std::min(rows_, 10 * kTuningTop);
    const std::vector<float> queries = sample(store, count);
    HILUM_ASSIGN(const auto exact, store.exact(queries.data(), count, top));
    const int least = spec_.kind == IndexKind::kHnsw ? static_cast<int>(candidates) : 1;
    const int limit = static_cast<int>(std::min<std::size_t>(rows_, 4096));
    for (int effort = least;; effort *= 2) {
      HILUM_ASSIGN(const auto found, coarse.search(queries.data(), count, candidates, effort));
      std::size_t hits = 0;
      for (std::size_t q = 0; q < count; ++q) {
        const auto begin = found.begin() + static_cast<std::ptrdiff_t>(q * candidates);
        for (const std::size_t row : exact[q]) {
          hits +=
              std::find(begin, begin + static_cast<std::ptrdiff_t>(candidates),
                        static_cast<std::int64_t>(row)) != begin + static_cast<std::ptrdiff_t>(candidates);
        }
      }
      manifest.effort = effort;
      manifest.recall = static_cast<double>(hits) / static_cast<double>(count * top);
      if (manifest.recall >= kTuningRecall || effort >= limit) return Status::ok();
    }
  }

  std::string folder_;
  std::string work_;
  IndexSpec spec_;
  std::unique_ptr<Sink> vectors_, cases_, offsets_, keys_;
  std::string stored_;
  std::uint64_t offset_ = 0;
  std::size_t rows_ = 0;
};

}  // namespace

Result<std::unique_ptr<IndexBuilder>> IndexBuilder::create(const std::string& folder, const IndexSpec& spec) {
  if (spec.dimension == 0) return Status(ErrorCode::kUsage, "an index needs vectors of at least one number");
  if (spec.kind != IndexKind::kFlat && spec.dimension > kMaxCoarseDimension) {
    return Status(ErrorCode::kUsage, "vectors of " + std::to_string(spec.dimension) +
                                         " numbers are too long for " + to_name(spec.kind) +
                                         "; use flat, or the global vector");
  }
  auto builder = std::make_unique<Builder>(folder, spec);
  HILUM_RETURN_IF_ERROR(builder->start());
  return std::unique_ptr<IndexBuilder>(std::move(builder));
}

}  // namespace hilum::retrieval
