// A bundle's own test, as its manifest has it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "hilum/bundle.h"

namespace hilum::runtime {

struct SelftestCase {
  std::string image;
  std::string indication;
  std::vector<int> ids;                       // expected tokens of greedy decoding
  std::map<std::string, double> predictions;  // expected probabilities
  std::map<std::string, double> areas;        // expected share of the picture that each mask covers
};

struct SelftestSpec : ManifestPart {
  static constexpr const char* kKey = "selftest";
  double tolerance = 1e-4;
  std::vector<SelftestCase> cases;  // at least one
};

}  // namespace hilum::runtime
