// Whether masks can be those of a frontal chest film. Pure; thread-safe.
#pragma once

#include <string>
#include <vector>

#include "anatomy/anatomy.h"

namespace hilum::anatomy {

struct QualityIssue {
  std::string code;      // stable: "lung_missing", "sides_swapped", …
  std::string message;   // with the numbers
  bool refuses = false;  // no measurement is to be trusted
  std::string drops;     // structure that is not to be measured, or ""
};

// What is implausible. `expected` are the structures that whoever made the masks always gives: a missing one
// is an issue.
std::vector<QualityIssue> check_plausibility(const Anatomy& anatomy,
                                             const std::vector<std::string>& expected);

bool refused(const std::vector<QualityIssue>& issues);

}  // namespace hilum::anatomy
