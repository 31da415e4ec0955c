// BLEU, ROUGE-L and CIDEr-D after pycocoevalcap 1.2 (definitions and quirks: docs/metrics.md).
#include <algorithm>
#include <cmath>

#include "eval/words/lcs.h"
#include "eval/words/ngrams.h"
#include "eval/words/text_metrics.h"

namespace hilum::eval {
namespace {

constexpr double kTiny = 1e-15, kSmall = 1e-9;

void bleu_statistics(const NgramProfile& hypothesis, const std::vector<NgramProfile>& references,
                     double* row) {
  for (std::size_t n = 1; n <= kMaxN; ++n) {
    double correct = 0;
    for (const NgramCount& entry : hypothesis.counts[n - 1]) {
      std::uint32_t most = 0;
      for (const NgramProfile& reference : references) {
        const auto& counts = reference.counts[n - 1];
        const auto found =
            std::lower_bound(counts.begin(), counts.end(), entry.key,
                             [](const NgramCount& c, std::uint64_t key) { return c.key < key; });
        if (found != counts.end() && found->key == entry.key) most = std::max(most, found->count);
      }
      correct += std::min(most, entry.count);
    }
    row[n - 1] = correct;
    row[3 + n] = hypothesis.words >= n ? static_cast<double>(hypothesis.words - n + 1) : 0.0;
  }
  row[8] = static_cast<double>(hypothesis.words);
  std::size_t closest = references.front().words;
  for (const NgramProfile& reference : references) {
    const auto gap = [&](std::size_t length) {
      return length > hypothesis.words ? length - hypothesis.words : hypothesis.words - length;
    };
    const std::size_t length = reference.words;
    if (gap(length) < gap(closest) || (gap(length) == gap(closest) && length < closest)) closest = length;
  }
  row[9] = static_cast<double>(closest);
}

double rouge_l(const Corpus& corpus, std::size_t pair, LcsLength& lcs) {
  constexpr double kBeta2 = 1.2 * 1.2;
  const Words hypothesis = corpus.spaced_hypothesis(pair);
  double precision = 0, recall = 0;
  for (std::size_t k = 0; k < corpus.references(pair); ++k) {
    const Words reference = corpus.spaced_reference(pair, k);
    const auto common = static_cast<double>(lcs(hypothesis, reference));
    precision = std::max(precision, common / static_cast<double>(hypothesis.size));
    recall = std::max(recall, common / static_cast<double>(reference.size));
  }
  if (precision == 0 || recall == 0) return 0;
  return (1 + kBeta2) * precision * recall / (recall + kBeta2 * precision);
}

// Inverse frequencies of a profile's n-grams, looked up once, and the vector's length for each n.
struct WeightedProfile {
  std::array<std::vector<double>, kMaxN> weights;
  std::array<double, kMaxN> norm;
  void assign(const NgramProfile& profile, const DocumentFrequency& frequency) {
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
};

double cider_similarity(const NgramProfile& h, const WeightedProfile& hw, const NgramProfile& r,
                        const WeightedProfile& rw) {
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

}  // namespace

double bleu_from_sums(const double* sums, std::size_t n) {
  double product = 1;
  for (std::size_t k = 0; k < n; ++k) product *= (sums[k] + kTiny) / (sums[4 + k] + kSmall);
  double value = std::pow(product, 1.0 / static_cast<double>(n));
  const double ratio = (sums[8] + kTiny) / (sums[9] + kSmall);
  if (ratio < 1) value *= std::exp(1 - 1 / ratio);
  return value;
}

void add_coco_metrics(const Corpus& corpus, const CocoChoice& choice, ScoreTable& table) {
  const std::string preparation(preprocess_name(corpus.kind()));
  const std::size_t bleu_block = choice.bleu ? table.add_block(kBleuWidth) : 0;
  std::vector<double> rouge(corpus.size()), cider(corpus.size());
  const NgramCoder coder(corpus.vocabulary().size());
  const bool profiles = choice.bleu || choice.cider;
  const DocumentFrequency frequency(choice.cider ? corpus : Corpus(corpus.kind()), coder);
  LcsLength lcs(corpus.vocabulary().size());
  NgramProfile hypothesis;
  std::vector<NgramProfile> references;
  WeightedProfile weighted_hypothesis, weighted_reference;
  for (std::size_t p = 0; p < corpus.size(); ++p) {
    if (choice.rouge_l) rouge[p] = rouge_l(corpus, p, lcs);
    if (!profiles) continue;
    hypothesis.assign(coder, corpus.hypothesis(p));
    references.resize(corpus.references(p));
    for (std::size_t k = 0; k < references.size(); ++k) references[k].assign(coder, corpus.reference(p, k));
    if (choice.bleu) bleu_statistics(hypothesis, references, table.row(bleu_block, p));
    if (!choice.cider) continue;
    weighted_hypothesis.assign(hypothesis, frequency);
    double sum = 0;
    for (const NgramProfile& reference : references) {
      weighted_reference.assign(reference, frequency);
      sum += cider_similarity(hypothesis, weighted_hypothesis, reference, weighted_reference);
    }
    cider[p] = 10 * sum / static_cast<double>(references.size());
  }
  if (choice.bleu) {
    for (std::size_t n = 1; n <= kMaxN; ++n) {
      Metric metric;
      metric.name = "BLEU-" + std::to_string(n);
      metric.variant = "pycocoevalcap 1.2, corpus level, closest reference length";
      metric.preprocessing = preparation;
      metric.block = bleu_block;
      metric.value = [n](const double* sums) { return bleu_from_sums(sums, n); };
      table.add_metric(std::move(metric));
    }
  }
  Metric metric;
  metric.preprocessing = preparation;
  if (choice.rouge_l) {
    metric.name = "ROUGE-L";
    metric.variant = "pycocoevalcap 1.2, beta 1.2";
    table.add_mean(metric, rouge);
  }
  if (choice.cider) {
    metric.name = "CIDEr";
    metric.variant = "pycocoevalcap 1.2 (CIDEr-D, sigma 6), document frequencies of this reference set";
    table.add_mean(metric, cider);
  }
}

}  // namespace hilum::eval
