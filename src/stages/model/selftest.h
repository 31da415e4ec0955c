// A bundle's own test: its inputs through this engine, compared with the outputs in its manifest
// (docs/bundles.md).
#pragma once

#include <string>
#include <vector>

#include "hilum/bundle.h"
#include "hilum/status.h"

namespace hilum {

struct SelftestResult {
  std::string image;
  bool same_ids = true;
  double largest_difference = 0.0;  // of a probability, or of the share of the picture that a mask covers
  std::string largest_label;
  std::string problem;  // "" when the case passed
};

struct Selftest {
  std::vector<SelftestResult> results;  // one a case
  std::string engine;                   // that ran them
};

// Checks the bundle's files, opens the model that runs its roles, and runs the cases. An error when a file is
// altered, when there are no cases, or when one cannot be run at all.
Result<Selftest> run_selftest(const runtime::Bundle& bundle, const std::string& device);

}  // namespace hilum
