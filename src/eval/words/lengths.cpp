// Length statistics and n-gram diversity.
#include <string>
#include <unordered_set>

#include "eval/words/ngrams.h"
#include "eval/words/text_metrics.h"
#include "eval/words/word_metrics.h"

namespace hilum::eval {
namespace {

Metric descriptive(const Corpus& corpus, std::string name, std::string variant) {
  Metric metric;
  metric.name = std::move(name);
  metric.variant = std::move(variant);
  metric.preprocessing = preprocess_name(corpus.kind());
  metric.direction = Direction::kNone;
  return metric;
}

void add_lengths(const Corpus& corpus, ScoreTable& table) {
  const std::size_t block = table.add_block(3);
  for (std::size_t p = 0; p < corpus.size(); ++p) {
    double* row = table.row(block, p);
    row[0] = static_cast<double>(corpus.hypothesis(p).size);
    for (std::size_t k = 0; k < corpus.references(p); ++k)
      row[1] += static_cast<double>(corpus.reference(p, k).size);
    row[1] /= static_cast<double>(corpus.references(p));
    row[2] = 1;
  }
  const auto add = [&](const char* name, const char* variant, std::function<double(const double*)> value) {
    Metric metric = descriptive(corpus, name, variant);
    metric.block = block;
    metric.value = std::move(value);
    table.add_metric(std::move(metric));
  };
  const auto ratio = [](double a, double b) { return b > 0 ? a / b : 0.0; };
  add("words-hypothesis", "mean words of a hypothesis",
      [ratio](const double* s) { return ratio(s[0], s[2]); });
  add("words-reference", "mean words of a reference", [ratio](const double* s) { return ratio(s[1], s[2]); });
  add("length-ratio", "words of hypotheses / words of references",
      [ratio](const double* s) { return ratio(s[0], s[1]); });
}

}  // namespace

void add_length_and_diversity(const Corpus& corpus, ScoreTable& table) {
  add_lengths(corpus, table);
  const NgramCoder coder(corpus.vocabulary().size());
  for (std::size_t n = 1; n <= 3; ++n) {
    std::unordered_set<std::uint64_t> distinct;
    double total = 0;
    for (std::size_t p = 0; p < corpus.size(); ++p) {
      const Words words = corpus.hypothesis(p);
      for (std::size_t i = 0; i + n <= words.size; ++i) {
        distinct.insert(coder.key(words.data + i, n));
        ++total;
      }
    }
    const double value = total > 0 ? static_cast<double>(distinct.size()) / total : 0;
    Metric metric =
        descriptive(corpus, "distinct-" + std::to_string(n),
                    "distinct " + std::to_string(n) + "-grams / all, over the hypotheses together");
    metric.block = table.add_block(1);
    metric.value = [value](const double*) { return value; };
    metric.per_sample = false;
    metric.resampled = false;
    table.add_metric(std::move(metric));
  }
}

Status add_length(Context& context) {
  add_length_and_diversity(corpus_of(context), context.table());
  return Status::ok();
}

}  // namespace hilum::eval
