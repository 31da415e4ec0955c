// Counted n-grams (1 to 4 words) of one text as sorted 64-bit keys, the input of BLEU and CIDEr.
// A key packs the word numbers where they fit (always for 1 and 2 words; for 3 up to 2 million, for 4 up to
// 65,535 distinct words) and is a 64-bit fingerprint beyond that.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "eval/words/corpus.h"

namespace hilum::eval {

inline constexpr std::size_t kMaxN = 4;

struct NgramCount {
  std::uint64_t key;
  std::uint32_t count;
};

class NgramCoder {
 public:
  explicit NgramCoder(std::size_t vocabulary_size);
  std::uint64_t key(const WordId* words, std::size_t n) const;

 private:
  std::array<unsigned, kMaxN + 1> shift_;  // bits a word; 0: fingerprint
};

// The n-grams of a text for each n, sorted by key. Reuse one object over many texts to save allocations.
struct NgramProfile {
  std::array<std::vector<NgramCount>, kMaxN> counts;
  std::size_t words = 0;
  void assign(const NgramCoder& coder, Words text);

 private:
  std::vector<std::uint64_t> keys_;
};

// In how many pairs an n-gram occurs in the references. N-grams of one pair only are not stored: their
// inverse frequency equals that of unseen ones.
class DocumentFrequency {
 public:
  DocumentFrequency(const Corpus& corpus, const NgramCoder& coder);
  // ln(pairs) - ln(max(1, frequency))
  double inverse(std::size_t n, std::uint64_t key) const;

 private:
  struct Slot {
    std::uint64_t key = 0;
    double inverse = -1;  // -1: free
  };
  double log_pairs_ = 0;
  std::array<std::vector<Slot>, kMaxN> tables_;
};

}  // namespace hilum::eval
