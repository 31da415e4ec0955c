// A bundle's own test: its inputs through this engine, compared with the outputs in its manifest
// (docs/bundles.md).
#pragma once

#include <string>
#include <vector>

#include "hilum/model.h"
#include "hilum/status.h"

#include "runtime/models/anatomy_model.h"

namespace hilum {

struct SelftestResult {
  std::string image;
  bool same_ids = true;
  double largest_difference = 0.0;  // of a probability, or of the share of the picture that a mask covers
  std::string largest_label;
  std::string problem;  // "" when the case passed
};

// One result a case; an error when a case cannot be run at all.
Result<std::vector<SelftestResult>> run_selftest(const runtime::Bundle& bundle, const Model& model);
Result<std::vector<SelftestResult>> run_selftest(const runtime::Bundle& bundle,
                                                 const runtime::AnatomyModel& model);

}  // namespace hilum
