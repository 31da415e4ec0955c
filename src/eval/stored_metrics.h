// Metrics on labels, graphs and judgements: given with the records or, for labels and graphs, made by rules.
#pragma once

#include <string>
#include <vector>

#include "eval/evaluate.h"

namespace hilum::eval {

Status add_stored_metrics(const EvaluationSet& set, const EvaluateOptions& options, SystemScores& scores);

}  // namespace hilum::eval
