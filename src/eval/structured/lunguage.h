// LunguageScore (lunguage-score 1.0.0) of structured reports: entities matched one to one by text similarity,
// agreement of their attributes and, over a patient's studies, of their place in time. The published score
// compares texts with two neural encoders; here the text similarity is a rule or one encoder of a bundle, and
// is part of the score's name. Pure functions; safe from any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hilum/json.h"
#include "hilum/status.h"

#include "eval/words/similarity.h"

namespace hilum::eval {

// kSingle: a study is a unit. kSequential: a patient is, rows carry `sequence` and `entity_group`.
// kSequentialMask: as kSequential, but rows of different studies never match.
enum class LunguageMode { kSingle, kSequential, kSequentialMask };
// "single", "sequential", or one of the original's mode names.
Result<LunguageMode> lunguage_mode_from_name(std::string_view name);

struct LunguageUnit {
  std::string id;       // study or patient
  std::string skipped;  // why it was not scored; empty when it was
  double precision = 0, recall = 0, f1 = 0;
  double true_positive = 0, false_positive = 0, false_negative = 0;
  std::vector<std::pair<std::size_t, std::size_t>>
      matches;  // reference row, candidate row (after regrouping)
};

struct LunguageResult {
  std::vector<LunguageUnit> units;           // of the reference, in order of appearance
  double precision = 0, recall = 0, f1 = 0;  // means over scored units; 0 when there is none
  std::size_t scored = 0;
};

// `candidate` and `reference` are arrays of rows:
// {"study_id","subject_id","sequence","entity","entity_group", "dx_status",…}. kRecordInvalid names the row
// and field when a text field holds a number, or a sequential row has no `sequence`.
Result<LunguageResult> lunguage_score(const Json& candidate, const Json& reference, LunguageMode mode,
                                      const TextComparer& similarity);

// The texts whose similarity such a score asks for, as the rows of one side ("candidate") give them;
// with repetitions. kRecordInvalid as lunguage_score().
Result<std::vector<std::string>> lunguage_texts(const Json& rows, LunguageMode mode, std::string_view side);

// Weighted agreement of two rows' attributes, or of their place in time (sequence, episode): the factors R
// and T.
Result<double> lunguage_row_agreement(const Json& reference, const Json& candidate, bool temporal,
                                      const TextComparer& similarity);

}  // namespace hilum::eval
