#include "retrieval/vector_store.h"

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "retrieval/faiss_module.h"
#include "retrieval/vector_codec.h"

namespace hilum::retrieval {
namespace {

constexpr std::size_t kBlockBytes = 32u << 20;

bool better(const Hit& a, const Hit& b) { return a.score != b.score ? a.score > b.score : a.row < b.row; }

}  // namespace

Result<VectorStore> VectorStore::open(const std::string& folder, const IndexSpec& spec, std::size_t rows) {
  const auto path = [&](const char* name) { return (std::filesystem::path(folder) / name).string(); };
  VectorStore store;
  store.spec_ = spec;
  store.rows_ = rows;
  store.row_bytes_ = stored_bytes(spec.storage, spec.dimension);
  HILUM_ASSIGN(store.vectors_, MappedFile::open(path(kVectorsFile)));
  HILUM_ASSIGN(store.keys_, MappedFile::open(path(kKeysFile)));
  if (store.vectors_.size() / store.row_bytes_ != rows || store.vectors_.size() % store.row_bytes_ != 0 ||
      store.keys_.size() != rows * sizeof(RowKeys)) {
    return Status(ErrorCode::kIndexInvalid,
                  folder + ": the files do not hold the " + std::to_string(rows) + " rows of the manifest");
  }
  return store;
}

RowKeys VectorStore::keys(std::size_t row) const {
  RowKeys keys;
  std::memcpy(&keys, keys_.data() + row * sizeof keys, sizeof keys);
  return keys;
}

void VectorStore::decode(std::size_t first, std::size_t count, float* out) const {
  for (std::size_t i = 0; i < count; ++i)
    decode_vector(spec_.storage, stored(first + i), spec_.dimension, out + i * spec_.dimension);
}

Result<std::vector<std::vector<std::size_t>>> VectorStore::exact(const float* queries, std::size_t count,
                                                                 std::size_t k) const {
  HILUM_ASSIGN(const HilumFaissTable* table, faiss_table());
  const std::size_t block_rows = std::max<std::size_t>(1, kBlockBytes / (spec_.dimension * sizeof(float)));
  std::vector<float> block(std::min(block_rows, rows_) * spec_.dimension);
  std::vector<float> scores(count * k);
  std::vector<std::int64_t> best(count * k);
  std::vector<std::vector<Hit>> kept(count);
  for (std::size_t first = 0; first < rows_; first += block_rows) {
    const std::size_t here = std::min(block_rows, rows_ - first);
    decode(first, here, block.data());
    table->exact(queries, static_cast<std::int64_t>(count), block.data(), static_cast<std::int64_t>(here),
                 static_cast<std::int64_t>(spec_.dimension), static_cast<std::int64_t>(k), scores.data(),
                 best.data());
    for (std::size_t q = 0; q < count; ++q) {
      std::vector<Hit>& hits = kept[q];
      for (std::size_t i = q * k; i < (q + 1) * k && best[i] >= 0; ++i) {
        hits.push_back({first + static_cast<std::size_t>(best[i]), scores[i]});
      }
      std::sort(hits.begin(), hits.end(), better);
      if (hits.size() > k) hits.resize(k);
    }
  }
  std::vector<std::vector<std::size_t>> out(count);
  for (std::size_t q = 0; q < count; ++q) {
    for (const Hit& hit : kept[q]) out[q].push_back(hit.row);
  }
  return out;
}

std::vector<Hit> VectorStore::rank(const float* query, const std::vector<std::size_t>& candidates) const {
  std::vector<Hit> hits;
  hits.reserve(candidates.size());
  for (const std::size_t row : candidates) {
    hits.push_back({row, stored_product(spec_.storage, query, stored(row), spec_.dimension)});
  }
  std::sort(hits.begin(), hits.end(), better);
  return hits;
}

}  // namespace hilum::retrieval
