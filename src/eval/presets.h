// What the papers of one family did before they scored, under one name. Files these authors released hold
// references already cut, so nothing is cut again there.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hilum/status.h"

#include "eval/clinical/chexpert.h"
#include "eval/clinical/radgraph.h"
#include "eval/words/preprocess.h"

namespace hilum::eval {

struct Preset {
  std::string name;
  Preprocess preprocessing = Preprocess::kDotspaceLower;
  std::size_t cut_hypothesis = 0, cut_reference = 0;  // words kept; 0: all
  FindingPolicy labels = FindingPolicy::kUncertainPositive;
  GraphCase graph_case = GraphCase::kLowerEverywhere;
  std::string note;
};

const std::vector<Preset>& presets();
Result<Preset> preset_from_name(std::string_view name);  // kUsage names the presets

}  // namespace hilum::eval
