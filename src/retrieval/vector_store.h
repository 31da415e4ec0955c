// The stored vectors and keys of an index, memory-mapped, and exact search over them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "hilum/index.h"

#include "core/files/mapped_file.h"
#include "retrieval/index_files.h"

namespace hilum::retrieval {

class VectorStore {
 public:
  // Sizes are checked against `rows`.
  static Result<VectorStore> open(const std::string& folder, const IndexSpec& spec, std::size_t rows);

  std::size_t rows() const { return rows_; }
  const void* stored(std::size_t row) const { return vectors_.data() + row * row_bytes_; }
  RowKeys keys(std::size_t row) const;
  void decode(std::size_t first, std::size_t count, float* out) const;

  // The `k` best rows for each of `count` queries (row-major), best first; fewer when there are fewer rows.
  // Memory: one block of a few MB.
  Result<std::vector<std::vector<std::size_t>>> exact(const float* queries, std::size_t count,
                                                      std::size_t k) const;

  // Scores `candidates` by the stored vectors, best first, ties by row.
  std::vector<Hit> rank(const float* query, const std::vector<std::size_t>& candidates) const;

 private:
  IndexSpec spec_;
  std::size_t rows_ = 0;
  std::size_t row_bytes_ = 0;
  MappedFile vectors_;
  MappedFile keys_;
};

}  // namespace hilum::retrieval
