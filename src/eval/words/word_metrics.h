// The rows of the metric table (metrics.cpp) that are made of words, and what they share.
#pragma once

#include <vector>

#include "eval/input/context.h"
#include "eval/words/ngram_scores.h"

namespace hilum::eval {

// The prepared words of all pairs, cut as the preset says; made once a run.
const Corpus& corpus_of(Context& context);
// What the groups of this run count of its n-grams; made once a run.
const NgramScores& ngram_scores_of(Context& context);
// Views of the texts as they are; the set has to outlive them.
std::vector<TextPair> raw_pairs(const EvaluationSet& set);

Status add_bleu(Context& context);
Status add_rouge_l(Context& context);
Status add_cider(Context& context);
Status add_length(Context& context);
Status add_google_rouge(Context& context);
Status add_fast_bleu2(Context& context);
Status add_temporal(Context& context);
Status add_prior(Context& context);

}  // namespace hilum::eval
