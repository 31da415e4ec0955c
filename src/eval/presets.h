// What the papers of one family did before they scored, under one name. Files these authors released hold
// references already cut, so nothing is cut again there.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hilum/evaluate.h"

#include "eval/input/preset.h"

namespace hilum::eval {

const std::vector<Preset>& presets();
Result<Preset> preset_from_name(std::string_view name);  // kUsage names the presets

// The preset of the options, with what they set in its place.
Result<Preset> preset_of(const EvaluateOptions& options);

}  // namespace hilum::eval
