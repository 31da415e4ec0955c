// Which metrics a run computes, and everything that can be wrong with the wish before any work.
#pragma once

#include <vector>

#include "eval/metrics.h"

namespace hilum::eval {

struct Choice {
  std::vector<const MetricRow*> rows;  // in the order of their scores
  Needs needs = 0;
  bool texts = true;  // false: every score comes from stored values, so that rows without texts can be scored
  bool keep_rows = false;
};

// kUsage: an unknown group; one that was named without what it needs; two sources of labels; a setting
// without its group.
Result<Choice> choose_metrics(const EvaluateOptions& options, const TextModels& models);

// kUsage for a bound of a score that nothing of `choice` gives.
Status check_bound_names(const std::vector<Bound>& bounds, const Choice& choice);

}  // namespace hilum::eval
