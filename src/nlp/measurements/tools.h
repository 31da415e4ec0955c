// The measuring tools of configs/measurements/tools.json: what each measures on a film, from which masks and
// landmarks, and which measurement of a report it answers. Values; thread-safe.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hilum/status.h"

namespace hilum::nlp {

struct MeasuringTool {
  std::string name;                   // "cardiothoracic_ratio"
  std::string method;                 // the computation that measures it (src/anatomy/methods.h)
  std::string finding, kind, target;  // of the Measurement that it answers; empty: of none
  std::string unit;                   // "mm", "1" (a ratio), "degree"
  std::string formula, source;
  std::vector<std::string> needs;             // as the table has them: "mask:heart", "spacing"
  std::vector<std::string> masks, landmarks;  // of them, in their order
  bool needs_spacing = false;
  double tolerance = 0;  // in the unit
  std::optional<std::pair<double, double>> normal;
};

// kConfig names the file and the tool: no name, no unit, a need that is not "mask:", "landmark:" or
// "spacing".
Result<std::vector<MeasuringTool>> load_measuring_tools();

}  // namespace hilum::nlp
