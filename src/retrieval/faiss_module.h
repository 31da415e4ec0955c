// The FAISS module with owned handles. See src/modules/faiss/abi.h.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hilum/status.h"

#include "modules/faiss/abi.h"

namespace hilum::retrieval {

Result<const HilumFaissTable*> faiss_table();

// An index of FAISS's own over reduced vectors.
class CoarseIndex {
 public:
  static Result<CoarseIndex> create(const std::string& description, std::size_t dimension);
  static Result<CoarseIndex> read(const std::string& path);
  CoarseIndex(CoarseIndex&& other) noexcept;
  CoarseIndex& operator=(CoarseIndex&& other) noexcept;
  ~CoarseIndex();

  Status train(const float* vectors, std::size_t rows);
  Status add(const float* vectors, std::size_t rows);
  Status write(const std::string& path) const;
  std::size_t rows() const;
  // `count` x `k` candidate rows, best first, -1 where there are fewer.
  Result<std::vector<std::int64_t>> search(const float* queries, std::size_t count, std::size_t k,
                                           int effort) const;

 private:
  CoarseIndex(const HilumFaissTable* table, HilumFaissIndex* index) : table_(table), index_(index) {}
  const HilumFaissTable* table_ = nullptr;
  HilumFaissIndex* index_ = nullptr;
};

}  // namespace hilum::retrieval
