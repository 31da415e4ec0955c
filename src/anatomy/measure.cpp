#include "anatomy/measure.h"

#include <algorithm>

#include "anatomy/methods.h"

namespace hilum::anatomy {
namespace {

constexpr const char* kGiven = "given";

// "given", or the names of the bundles that made the inputs.
void add_source(std::string& sources, const std::string& source) {
  if (sources.empty()) {
    sources = source;
  } else if (sources.find(source) == std::string::npos) {
    sources += ", " + source;
  }
}

}  // namespace

std::vector<Measured> measure(const Anatomy& anatomy, const std::vector<MeasuringTool>& tools) {
  std::vector<Measured> results;
  for (const MeasuringTool& tool : tools) {
    MethodInput input;
    Measured result;
    result.tool = &tool;
    result.tolerance = tool.tolerance;
    bool complete = true;
    for (const std::string& name : tool.masks) {
      const Structure* s = anatomy.structure(name);
      complete = complete && s != nullptr && !s->mask.empty();
      if (!complete) break;
      input.masks.push_back(s);
      result.confidence = std::min(result.confidence, s->confidence);
      add_source(result.source, s->source);
    }
    for (const std::string& name : tool.landmarks) {
      const Landmark* l = anatomy.landmark(name);
      complete = complete && l != nullptr;
      if (!complete) break;
      input.landmarks.push_back(l);
      result.confidence = std::min(result.confidence, l->confidence);
      add_source(result.source, l->source);
      if (tool.unit == "mm" && l->source != kGiven && tool.masks.empty())
        result.tolerance = std::max(result.tolerance, detected_points_tolerance_mm(l->confidence));
    }
    if (!complete) continue;
    if (tool.needs_spacing && !anatomy.spacing) {
      result.reason = "no pixel spacing: no millimetres; --spacing ROW,COLUMN gives it";
      results.push_back(std::move(result));
      continue;
    }
    input.spacing = anatomy.spacing.value_or(Spacing{1, 1, SpacingSource::kUnknown, ""});
    const auto output = find_method(tool.method)->run(input);
    if (output) {
      result.value = output->value;
      result.lines = output->lines;
    } else {
      result.reason = output.status().message();
    }
    results.push_back(std::move(result));
  }
  return results;
}

}  // namespace hilum::anatomy
