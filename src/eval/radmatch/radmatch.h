// The stages of radmatch 0.2.2 that are rules: comparison of matched findings (its stage 3a) and scoring
// (3c), on its JSON files. Findings, matching and the errors in free text come from elsewhere, as a rule from
// a language model. Pure functions; safe from any thread.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "hilum/json.h"
#include "hilum/metrics.h"
#include "hilum/status.h"

namespace hilum::eval {

struct RadmatchMeasurement {
  double value = 0;
  std::string unit;      // as written
  std::string category;  // size, count, attenuation, ratio, other
};

struct RadmatchFinding {
  enum class Tier { kCritical, kUrgent, kNotable, kRoutine };
  std::string id, text;
  bool abnormal = true;
  Tier tier = Tier::kRoutine;
  std::string comparison;  // stable, improving, worsening, new, resolved, or ""
  std::vector<RadmatchMeasurement> measurements;
};

struct RadmatchError {
  std::string
      dimension;  // clinical_status, comparison, measurement, location, severity, morphology, certainty
  bool major = false;
  std::string predicted, reference;  // the values, as JSON; "" where the error came without
};

// Errors of status, comparison and measurements between two matched findings. Lengths are compared in mm.
std::vector<RadmatchError> radmatch_compare(const RadmatchFinding& predicted,
                                            const RadmatchFinding& reference);

struct RadmatchReport {
  std::vector<RadmatchFinding> predicted, reference;
  std::vector<std::pair<std::size_t, std::size_t>> pairs;  // predicted, reference
  std::vector<std::vector<RadmatchError>> text_errors;     // one list a pair
};

// From the content of radmatch's files: findings_gt and findings_pred (lists of findings), matching (an
// object with `matches`) and attribute_errors (an object with `text_errors_per_pair` in the order of its
// `matches`; may be null). As there, an unknown status is abnormal, an unknown significance routine, an
// unknown comparison none. kRecordInvalid names a finding without id, a pair of unknown findings or one that
// comes twice.
Result<RadmatchReport> radmatch_from_json(const Json& findings_gt, const Json& findings_pred,
                                          const Json& matching, const Json& attribute_errors);

enum class RadmatchOutcome { kCorrect, kPartial, kIncorrect };

// "COR", "PAR", "INC".
const char* radmatch_outcome_name(RadmatchOutcome outcome);

inline constexpr std::size_t kRadmatchDimensions = 7, kRadmatchSubsets = 4;
extern const char* const kRadmatchDimensionNames[kRadmatchDimensions];
extern const char* const
    kRadmatchSubsetNames[kRadmatchSubsets];  // measurement, comparison, abnormal-, normal-regular
// The subsets a finding belongs to, as indices.
std::vector<std::size_t> radmatch_subsets(const RadmatchFinding& finding);

struct RadmatchTier {  // of one side: findings of the tier, and those with a correct or partial pair
  std::size_t hits = 0, all = 0;
};

struct RadmatchScore {
  std::vector<RadmatchOutcome> pairs;              // effective outcome of each pair
  std::vector<std::vector<RadmatchError>> errors;  // of each pair
  std::size_t correct = 0, partial = 0, incorrect = 0, missed = 0,
              spurious = 0;  // by reference; spurious by candidate
  std::size_t actionable_errors = 0, actionable_opportunities = 0;
  RadmatchTier triage_reference, triage_predicted, actionable_reference, actionable_predicted;
  struct Severity {
    std::size_t clean = 0, minor = 0, major = 0;
  } dimensions[kRadmatchDimensions];  // over pairs, the worst error of each
  struct Subset {
    std::size_t correct = 0, partial = 0, incorrect = 0, missed = 0, spurious = 0;
  } subsets[kRadmatchSubsets];
};
RadmatchScore radmatch_score(const RadmatchReport& report);

// Actionable errors per report and per finding, recall and precision of the tiers, outcome counts, share of
// pairs with a major error by dimension and share of correct references by subset.
void add_radmatch(const std::vector<RadmatchScore>& scores, ScoreTable& table);

}  // namespace hilum::eval
