// CIDEr-D after pycocoevalcap 1.2 (definition and quirks: docs/metrics.md).
#include <algorithm>
#include <cmath>

#include "eval/words/ngram_scores.h"
#include "eval/words/word_metrics.h"

namespace hilum::eval {
namespace {

void add_values(const std::vector<double>& values, const Corpus& corpus, ScoreTable& table) {
  Metric metric;
  metric.name = "CIDEr";
  metric.variant = "pycocoevalcap 1.2 (CIDEr-D, sigma 6), document frequencies of this reference set";
  metric.preprocessing = preprocess_name(corpus.kind());
  metric.scale = 10;
  table.add_mean(std::move(metric), values);
}

}  // namespace

void CiderScorer::Weighted::assign(const NgramProfile& profile, const DocumentFrequency& frequency) {
  for (std::size_t n = 0; n < kMaxN; ++n) {
    weights[n].clear();
    double squares = 0;
    for (const NgramCount& entry : profile.counts[n]) {
      const double weight = entry.count * frequency.inverse(n + 1, entry.key);
      weights[n].push_back(weight);
      squares += weight * weight;
    }
    norm[n] = std::sqrt(squares);
  }
}

double CiderScorer::similarity(const NgramProfile& h, const Weighted& hw, const NgramProfile& r,
                               const Weighted& rw) {
  constexpr double kSigma2 = 2.0 * 6.0 * 6.0;
  const auto bigrams = [](const NgramProfile& profile) {
    return profile.words > 1 ? static_cast<double>(profile.words - 1) : 0.0;
  };
  const double gap = bigrams(h) - bigrams(r);
  double total = 0;
  for (std::size_t n = 0; n < kMaxN; ++n) {
    double sum = 0;
    std::size_t j = 0;
    const auto& rc = r.counts[n];
    for (std::size_t i = 0; i < h.counts[n].size(); ++i) {
      while (j < rc.size() && rc[j].key < h.counts[n][i].key) ++j;
      if (j == rc.size()) break;
      if (rc[j].key == h.counts[n][i].key)
        sum += std::min(hw.weights[n][i], rw.weights[n][j]) * rw.weights[n][j];
    }
    if (hw.norm[n] != 0 && rw.norm[n] != 0) sum /= hw.norm[n] * rw.norm[n];
    total += sum * std::exp(-gap * gap / kSigma2);
  }
  return total / kMaxN;
}

double CiderScorer::score(const NgramProfile& hypothesis, const std::vector<NgramProfile>& references) {
  hypothesis_.assign(hypothesis, frequency_);
  double sum = 0;
  for (const NgramProfile& reference : references) {
    reference_.assign(reference, frequency_);
    sum += similarity(hypothesis, hypothesis_, reference, reference_);
  }
  return 10 * sum / static_cast<double>(references.size());
}

void add_cider(const Corpus& corpus, ScoreTable& table) {
  add_values(ngram_scores(corpus, false, true).cider, corpus, table);
}

Status add_cider(Context& context) {
  add_values(ngram_scores_of(context).cider, corpus_of(context), context.table());
  return Status::ok();
}

}  // namespace hilum::eval
