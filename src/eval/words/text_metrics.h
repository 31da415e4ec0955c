// Word-overlap metrics, each exactly as its reference program computes it (docs/metrics.md). They add their
// statistics and formulas to a ScoreTable whose rows are the pairs of the corpus.
#pragma once

#include <string_view>
#include <vector>

#include "hilum/metrics.h"

#include "eval/words/corpus.h"

namespace hilum::eval {

// BLEU-1..4, ROUGE-L and CIDEr-D as pycocoevalcap 1.2 computes them. CIDEr's document frequencies are those
// of this corpus, also when its rows are resampled.
void add_bleu(const Corpus& corpus, ScoreTable& table);
void add_rouge_l(const Corpus& corpus, ScoreTable& table);
void add_cider(const Corpus& corpus, ScoreTable& table);

// Statistics of COCO's BLEU for one pair: matches and guesses for n = 1..4, then the two lengths.
inline constexpr std::size_t kBleuWidth = 10;
double bleu_from_sums(const double* sums, std::size_t n);

// Mean sentence BLEU-2 with the smoothing of fast-bleu (NLTK's method 1), RadCliQ's fourth input. `raw`
// texts.
double fast_bleu2(std::string_view hypothesis, std::string_view reference);

// Google's ROUGE-1, -2 and -L F-measures of two raw texts.
struct RougeScore {
  double precision = 0, recall = 0, f = 0;
};
struct GoogleRouge {
  RougeScore rouge1, rouge2, rouge_l;
};
GoogleRouge google_rouge(std::string_view hypothesis, std::string_view reference, bool stem);

struct TextPair {
  std::string_view hypothesis;
  std::vector<std::string_view> references;
};

// Means over pairs; with several references the best F per type (as rouge_score's own multi-reference mode).
void add_google_rouge(const std::vector<TextPair>& pairs, bool stem, ScoreTable& table);
void add_fast_bleu2(const std::vector<TextPair>& pairs, ScoreTable& table);

// Mean lengths, their ratio, and the share of distinct n-grams (n = 1..3) among a hypothesis' own and among
// all.
void add_length_and_diversity(const Corpus& corpus, ScoreTable& table);

}  // namespace hilum::eval
