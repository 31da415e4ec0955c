// ROUGE-L after pycocoevalcap 1.2 (definition and quirks: docs/metrics.md).
#include <algorithm>

#include "eval/words/lcs.h"
#include "eval/words/text_metrics.h"
#include "eval/words/word_metrics.h"

namespace hilum::eval {
namespace {

double score(const Corpus& corpus, std::size_t pair, LcsLength& lcs) {
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

}  // namespace

void add_rouge_l(const Corpus& corpus, ScoreTable& table) {
  std::vector<double> values(corpus.size());
  LcsLength lcs(corpus.vocabulary().size());
  for (std::size_t p = 0; p < corpus.size(); ++p) values[p] = score(corpus, p, lcs);
  Metric metric;
  metric.name = "ROUGE-L";
  metric.variant = "pycocoevalcap 1.2, beta 1.2";
  metric.preprocessing = preprocess_name(corpus.kind());
  table.add_mean(std::move(metric), values);
}

Status add_rouge_l(Context& context) {
  add_rouge_l(corpus_of(context), context.table());
  return Status::ok();
}

}  // namespace hilum::eval
