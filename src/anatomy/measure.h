// Measuring tools, declared in configs/factcheck/tools.json, and what they give on a film. A tool runs when
// the masks and landmarks that it needs are there; a length without pixel spacing is refused with its reason,
// ratios and angles are not. Immutable after loading; thread-safe.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "anatomy/anatomy.h"

namespace hilum::anatomy {

struct MeasuringTool {
  std::string name;    // "cardiothoracic_ratio"
  std::string method;  // which computation of measure.cpp
  std::string unit;    // "mm", "1" (a ratio), "degree"
  std::string formula, source;
  std::vector<std::string> masks, landmarks;  // in the order of its needs
  bool needs_spacing = false;
  double tolerance = 0;  // in the unit
  std::optional<std::pair<double, double>> normal;
};

// kConfig names the file and the tool: an unknown method, no unit, a need that is not "mask:", "landmark:" or
// "spacing".
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
