// Measuring tools, declared in configs/measurements/tools.json, and what they give on a film. A tool runs
// when the masks and landmarks that it needs are there; a length without pixel spacing is refused with its
// reason, ratios and angles are not. Immutable after loading; thread-safe.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "anatomy/anatomy.h"
#include "nlp/measurements/tools.h"

namespace hilum::anatomy {

using nlp::MeasuringTool;

// As nlp::load_measuring_tools(); kConfig also for a method that is unknown or takes something else.
Result<std::vector<MeasuringTool>> load_tools();

struct Measured {
  const MeasuringTool* tool = nullptr;
  std::optional<double> value;
  std::string reason;                          // why there is no value
  double confidence = 1;                       // the least of its inputs
  double tolerance = 0;                        // the tool's, or more where a detected point is in doubt
  std::string source;                          // of its inputs: "given", or the bundle
  std::vector<std::pair<Point, Point>> lines;  // where it was taken
};

// Every tool whose masks and landmarks are there, in the tools' order. The tools must outlive the result.
std::vector<Measured> measure(const Anatomy& anatomy, const std::vector<MeasuringTool>& tools);

}  // namespace hilum::anatomy
