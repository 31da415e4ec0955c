// Adds the scores that labels and graphs made by rules allow.
#pragma once

#include "eval/evaluate.h"

namespace hilum::eval {

struct RuleChoice {
  bool chexpert = false, graph = false, clinical = false, measurement = false, consistency = false;
};
Status add_rule_metrics(const EvaluationSet& set, const EvaluateOptions& options, const RuleChoice& choice,
                        SystemScores& scores);

}  // namespace hilum::eval
