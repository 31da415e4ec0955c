#include "eval/words/lcs.h"

namespace hilum::eval {

std::size_t LcsLength::operator()(Words a, Words b) {
  if (a.size == 0 || b.size == 0) return 0;
  const std::size_t blocks = (a.size + 63) / 64;
  masks_.clear();
  std::uint32_t used = 0;
  for (std::size_t i = 0; i < a.size; ++i) {
    std::uint32_t& slot = slot_of_[a[i]];
    if (slot == kNone) {
      slot = used++;
      masks_.resize(masks_.size() + blocks, 0);
    }
    masks_[slot * blocks + i / 64] |= std::uint64_t{1} << (i % 64);
  }
  state_.assign(blocks, ~std::uint64_t{0});
  for (std::size_t j = 0; j < b.size; ++j) {
    const std::uint32_t slot = slot_of_[b[j]];
    if (slot == kNone) continue;
    const std::uint64_t* mask = masks_.data() + slot * blocks;
    std::uint64_t carry = 0;
    for (std::size_t k = 0; k < blocks; ++k) {
      const std::uint64_t v = state_[k];
      const std::uint64_t u = v & mask[k];
      const std::uint64_t partial = v + u;
      const std::uint64_t sum = partial + carry;
      carry = (partial < v ? 1u : 0u) + (sum < partial ? 1u : 0u);
      state_[k] = sum | (v & ~u);
    }
  }
  std::size_t length = 0;
  for (std::size_t i = 0; i < a.size; ++i) {
    length += (state_[i / 64] >> (i % 64) & 1u) == 0 ? 1 : 0;
    slot_of_[a[i]] = kNone;
  }
  return length;
}

}  // namespace hilum::eval
