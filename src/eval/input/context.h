// What a metric is given when it adds its scores: the pairs, the options, what was opened for them, and the
// table to fill. What several metrics need is made once, by the first that asks, and kept here.
#pragma once

#include <memory>

#include "hilum/evaluate.h"

#include "eval/input/preset.h"
#include "eval/input/text_models.h"

namespace hilum::eval {

class Corpus;            // words/corpus.h
struct NgramScores;      // words/ngram_scores.h
class RuleGraphs;        // clinical/rule_scores.h
struct Labels;           // clinical/label_source.h
struct AgreementScores;  // clinical/agreement_metrics.h
struct StructuredPairs;  // structured/structured_scores.h
enum class TextSimilarity;

// What a group needs, as bits.
enum Need : unsigned {
  kTexts = 1u << 0,      // the texts as they are
  kWords = 1u << 1,      // prepared words of the texts
  kLabels = 1u << 2,     // the 14 observations: stored, by a report_labeler, or by rules
  kGraphs = 1u << 3,     // entity graphs by rules
  kFacts = 1u << 4,      // facts of those graphs, weighed
  kRow = 1u << 5,        // columns of its own in the row
  kEncoder = 1u << 6,    // a text_encoder
  kSentences = 1u << 7,  // a sentence_labeler
  kBleuSums = 1u << 8,   // counted n-grams, for BLEU
  kCiderSums = 1u << 9   // and for CIDEr
};
using Needs = unsigned;

struct Context {
  const EvaluationSet& set;
  const EvaluateOptions& options;
  const Preset& preset;
  TextSimilarity similarity;
  const TextModels& models;
  Needs needs;  // of all groups of this run: how much a shared pass has to compute
  SystemScores& scores;

  std::size_t size() const { return set.items.size(); }
  ScoreTable& table() const { return scores.table; }

  std::shared_ptr<const Corpus> corpus = nullptr;
  std::shared_ptr<const Labels> labels = nullptr, rule_labels = nullptr;
  std::shared_ptr<const RuleGraphs> rule_graphs = nullptr;
  std::shared_ptr<const AgreementScores> agreement = nullptr;
  std::shared_ptr<const StructuredPairs> structured = nullptr;
  std::shared_ptr<const NgramScores> ngrams = nullptr;
};

}  // namespace hilum::eval
