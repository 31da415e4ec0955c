// What a reader would say about one report beside a reference: missed, added, contradicted, wrong side,
// severity or certainty, in words. From the facts of both reports (rule_scores.h). Pure function.
#pragma once

#include <string>
#include <vector>

#include "hilum/evaluate.h"

#include "eval/clinical/rule_scores.h"

namespace hilum::eval {

// The grave first: contradicted, missed, added, side, measurement, severity, certainty. Normal statements
// that one report leaves out are no errors.
std::vector<FeedbackLine> report_feedback(const std::vector<ReportFact>& hypothesis,
                                          const std::vector<ReportFact>& reference);

}  // namespace hilum::eval
