// BLEU-1 to -4 after pycocoevalcap 1.2 (definition and quirks: docs/metrics.md).
#include <algorithm>
#include <cmath>

#include "eval/words/ngram_scores.h"
#include "eval/words/word_metrics.h"

namespace hilum::eval {
namespace {

constexpr double kTiny = 1e-15, kSmall = 1e-9;

}  // namespace

BleuSums bleu_sums(const NgramProfile& hypothesis, const std::vector<NgramProfile>& references) {
  BleuSums row{};
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
  return row;
}

double bleu_from_sums(const double* sums, std::size_t n) {
  double product = 1;
  for (std::size_t k = 0; k < n; ++k) product *= (sums[k] + kTiny) / (sums[4 + k] + kSmall);
  double value = std::pow(product, 1.0 / static_cast<double>(n));
  const double ratio = (sums[8] + kTiny) / (sums[9] + kSmall);
  if (ratio < 1) value *= std::exp(1 - 1 / ratio);
  return value;
}

namespace {

void add_sums(const std::vector<BleuSums>& sums, const Corpus& corpus, ScoreTable& table) {
  const std::size_t block = table.add_block(kBleuWidth);
  for (std::size_t p = 0; p < sums.size(); ++p)
    std::copy(sums[p].begin(), sums[p].end(), table.row(block, p));
  for (std::size_t n = 1; n <= kMaxN; ++n) {
    Metric metric;
    metric.name = "BLEU-" + std::to_string(n);
    metric.variant = "pycocoevalcap 1.2, corpus level, closest reference length";
    metric.preprocessing = preprocess_name(corpus.kind());
    metric.block = block;
    metric.value = [n](const double* s) { return bleu_from_sums(s, n); };
    table.add_metric(std::move(metric));
  }
}

}  // namespace

void add_bleu(const Corpus& corpus, ScoreTable& table) {
  add_sums(ngram_scores(corpus, true, false).bleu, corpus, table);
}

Status add_bleu(Context& context) {
  add_sums(ngram_scores_of(context).bleu, corpus_of(context), context.table());
  return Status::ok();
}

}  // namespace hilum::eval
