// What a reader would say about one report beside a reference: missed, added, contradicted, wrong side,
// severity or certainty, in words. From the facts of both reports (rule_scores.h). Pure function.
#pragma once

#include <string>
#include <vector>

#include "eval/rule_scores.h"

namespace hilum::eval {

struct FeedbackLine {
  enum class Kind {
    kMissed,
    kAdded,
    kContradicted,
    kSide,
    kMeasurement,
    kSeverity,
    kCertainty
  } kind = Kind::kMissed;
  std::string text;
};
const char* feedback_kind_name(FeedbackLine::Kind kind);

// The grave first: contradicted, missed, added, side, measurement, severity, certainty. Normal statements
// that one report leaves out are no errors.
std::vector<FeedbackLine> report_feedback(const std::vector<ReportFact>& hypothesis,
                                          const std::vector<ReportFact>& reference);

}  // namespace hilum::eval
