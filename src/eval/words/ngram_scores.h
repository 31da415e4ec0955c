// What BLEU and CIDEr-D count, in one pass over the pairs: both read the same n-grams, which cost most to
// make.
#pragma once

#include <array>
#include <vector>

#include "eval/words/ngrams.h"
#include "eval/words/text_metrics.h"

namespace hilum::eval {

using BleuSums = std::array<double, kBleuWidth>;
BleuSums bleu_sums(const NgramProfile& hypothesis, const std::vector<NgramProfile>& references);

// Scores pairs against the document frequencies of one corpus. Not thread-safe.
class CiderScorer {
 public:
  CiderScorer(const Corpus& corpus, const NgramCoder& coder) : frequency_(corpus, coder) {}
  double score(const NgramProfile& hypothesis, const std::vector<NgramProfile>& references);

 private:
  // Inverse frequencies of a profile's n-grams, looked up once, and the vector's length for each n.
  struct Weighted {
    std::array<std::vector<double>, kMaxN> weights;
    std::array<double, kMaxN> norm;
    void assign(const NgramProfile& profile, const DocumentFrequency& frequency);
  };
  static double similarity(const NgramProfile& h, const Weighted& hw, const NgramProfile& r,
                           const Weighted& rw);
  DocumentFrequency frequency_;
  Weighted hypothesis_, reference_;
};

// One a pair; empty where not asked for.
struct NgramScores {
  std::vector<BleuSums> bleu;
  std::vector<double> cider;
};
NgramScores ngram_scores(const Corpus& corpus, bool bleu, bool cider);

}  // namespace hilum::eval
