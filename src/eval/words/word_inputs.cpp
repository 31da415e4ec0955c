#include <optional>

#include "eval/words/word_metrics.h"

namespace hilum::eval {

const Corpus& corpus_of(Context& context) {
  if (context.corpus) return *context.corpus;
  auto corpus = std::make_shared<Corpus>(context.preset.preprocessing);
  std::vector<std::string_view> references;
  for (const EvaluationItem& item : context.set.items) {
    references.assign(item.references.begin(), item.references.end());
    corpus->add(item.hypothesis, references, context.preset.cut_hypothesis, context.preset.cut_reference);
  }
  context.corpus = std::move(corpus);
  return *context.corpus;
}

NgramScores ngram_scores(const Corpus& corpus, bool bleu, bool cider) {
  const NgramCoder coder(corpus.vocabulary().size());
  std::optional<CiderScorer> scorer;
  if (cider) scorer.emplace(corpus, coder);
  NgramScores out;
  NgramProfile hypothesis;
  std::vector<NgramProfile> references;
  for (std::size_t p = 0; p < corpus.size(); ++p) {
    hypothesis.assign(coder, corpus.hypothesis(p));
    references.resize(corpus.references(p));
    for (std::size_t k = 0; k < references.size(); ++k) references[k].assign(coder, corpus.reference(p, k));
    if (bleu) out.bleu.push_back(bleu_sums(hypothesis, references));
    if (cider) out.cider.push_back(scorer->score(hypothesis, references));
  }
  return out;
}

const NgramScores& ngram_scores_of(Context& context) {
  if (!context.ngrams) {
    const bool bleu = (context.needs & kBleuSums) != 0, cider = (context.needs & kCiderSums) != 0;
    context.ngrams = std::make_shared<const NgramScores>(ngram_scores(corpus_of(context), bleu, cider));
  }
  return *context.ngrams;
}

std::vector<TextPair> raw_pairs(const EvaluationSet& set) {
  std::vector<TextPair> pairs(set.items.size());
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    pairs[i].hypothesis = set.items[i].hypothesis;
    pairs[i].references.assign(set.items[i].references.begin(), set.items[i].references.end());
  }
  return pairs;
}

}  // namespace hilum::eval
