// The rule against invented priors: which phrases it forbids, and for which study it is on.
#pragma once

#include <string>
#include <vector>

#include "hilum/generate.h"
#include "hilum/json.h"
#include "hilum/status.h"

#include "runtime/decoding/constraints.h"
#include "stages/common/study_input.h"

namespace hilum::stages {

// What configs/decode/prior_references.json says.
struct PriorReferences {
  std::vector<std::string> phrases;  // strong cues first
  runtime::LeftOutWords left_out;
};

// kConfig for a bad table.
Result<PriorReferences> load_prior_references();

// Whether the model sees something of an earlier study.
bool has_prior(const PreparedStudy& prepared);

bool forbids_priors(PriorRule rule, const PreparedStudy& prepared);

// `report.prior_references`: whether they were allowed, why, and what they refer to.
Json prior_references_json(PriorRule rule, const PreparedStudy& prepared, const Json& record);

}  // namespace hilum::stages
