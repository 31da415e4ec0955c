// Scores that a bundle's models allow: CheXpert F1 of a report labeler's labels, BERTScore, SRR-BERT.
#pragma once

#include "eval/evaluate.h"

namespace hilum::eval {

struct ModelChoice {
  bool chexpert = false, bertscore = false, srr_bert = false;
};
Status add_model_metrics(const EvaluationSet& set, const EvaluateOptions& options, const ModelChoice& choice,
                         SystemScores& scores);

}  // namespace hilum::eval
