// Length of the longest common subsequence by bit-parallel dynamic programming (Hyyrö 2004): 64 cells a step.
#pragma once

#include <cstdint>
#include <vector>

#include "eval/words/corpus.h"

namespace hilum::eval {

class LcsLength {
 public:
  explicit LcsLength(std::size_t vocabulary_size) : slot_of_(vocabulary_size, kNone) {}
  std::size_t operator()(Words a, Words b);

 private:
  static constexpr std::uint32_t kNone = 0xffffffffu;
  std::vector<std::uint32_t> slot_of_;  // word -> row of masks_, kNone between calls
  std::vector<std::uint64_t> masks_, state_;
};

}  // namespace hilum::eval
