#include "eval/words/ngrams.h"

#include <algorithm>
#include <cmath>

namespace hilum::eval {
namespace {

std::uint64_t mix(std::uint64_t x) {  // splitmix64's finaliser
  x += 0x9e3779b97f4a7c15ull;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
  return x ^ (x >> 31);
}

}  // namespace

NgramCoder::NgramCoder(std::size_t vocabulary_size) {
  unsigned bits = 1;
  while (bits < 32 && (std::size_t{1} << bits) < vocabulary_size) ++bits;
  shift_[0] = 0;
  for (std::size_t n = 1; n <= kMaxN; ++n) shift_[n] = bits * n <= 64 ? bits : 0;
}

std::uint64_t NgramCoder::key(const WordId* words, std::size_t n) const {
  std::uint64_t key = words[0];
  if (shift_[n] > 0) {
    for (std::size_t i = 1; i < n; ++i) key = key << shift_[n] | words[i];
    return key;
  }
  for (std::size_t i = 1; i < n; ++i) key = mix(key) ^ words[i];
  return mix(key);
}

void NgramProfile::assign(const NgramCoder& coder, Words text) {
  words = text.size;
  for (std::size_t n = 1; n <= kMaxN; ++n) {
    std::vector<NgramCount>& out = counts[n - 1];
    out.clear();
    if (text.size < n) continue;
    keys_.resize(text.size - n + 1);
    for (std::size_t i = 0; i < keys_.size(); ++i) keys_[i] = coder.key(text.data + i, n);
    std::sort(keys_.begin(), keys_.end());
    for (const std::uint64_t key : keys_) {
      if (!out.empty() && out.back().key == key) {
        ++out.back().count;
      } else {
        out.push_back({key, 1});
      }
    }
  }
}

DocumentFrequency::DocumentFrequency(const Corpus& corpus, const NgramCoder& coder)
    : log_pairs_(std::log(static_cast<double>(corpus.size()))) {
  std::vector<std::uint64_t> all, pair;
  for (std::size_t n = 1; n <= kMaxN; ++n) {
    all.clear();
    for (std::size_t p = 0; p < corpus.size(); ++p) {
      pair.clear();
      for (std::size_t k = 0; k < corpus.references(p); ++k) {
        const Words words = corpus.reference(p, k);
        for (std::size_t i = 0; i + n <= words.size; ++i) pair.push_back(coder.key(words.data + i, n));
      }
      std::sort(pair.begin(), pair.end());
      pair.erase(std::unique(pair.begin(), pair.end()), pair.end());
      all.insert(all.end(), pair.begin(), pair.end());
    }
    std::sort(all.begin(), all.end());
    std::vector<Slot> repeated;
    for (std::size_t i = 0; i < all.size();) {
      std::size_t end = i;
      while (end < all.size() && all[end] == all[i]) ++end;
      if (end - i > 1) repeated.push_back({all[i], log_pairs_ - std::log(static_cast<double>(end - i))});
      i = end;
    }
    std::size_t size = 16;
    while (size < repeated.size() * 2) size *= 2;
    std::vector<Slot>& table = tables_[n - 1];
    table.assign(size, Slot{});
    for (const Slot& entry : repeated) {
      std::size_t slot = mix(entry.key) & (size - 1);
      while (table[slot].inverse >= 0) slot = (slot + 1) & (size - 1);
      table[slot] = entry;
    }
  }
}

double DocumentFrequency::inverse(std::size_t n, std::uint64_t key) const {
  const std::vector<Slot>& table = tables_[n - 1];
  std::size_t slot = mix(key) & (table.size() - 1);
  while (table[slot].inverse >= 0) {
    if (table[slot].key == key) return table[slot].inverse;
    slot = (slot + 1) & (table.size() - 1);
  }
  return log_pairs_;
}

}  // namespace hilum::eval
