#include "eval/presets.h"

#include "core/text/suggest.h"
#include "core/text/text.h"
#include "eval/clinical/chexpert.h"
#include "eval/clinical/radgraph.h"
#include "eval/words/preprocess.h"

namespace hilum::eval {

const std::vector<Preset>& presets() {
  using P = Preprocess;
  using L = FindingPolicy;
  using G = GraphCase;
  static const std::vector<Preset> list = {
      {"default", P::kDotspaceLower, 0, 0, L::kUncertainPositive, G::kLowerEverywhere,
       "lower case, full stops apart"},
      {"sei", P::kDotspace, 0, 0, L::kUncertainPositive, G::kLowerRelations,
       "SEI: full stops apart, case kept"},
      {"evoke", P::kRaw, 0, 0, L::kUncertainPositive, G::kLowerRelations, "EVOKE (MCL): texts as released"},
      {"mlrg", P::kDotspace, 0, 0, L::kUncertainPositive, G::kLowerRelations,
       "MLRG and PriorRG: full stops apart, case kept"},
      {"r2gen", P::kR2genMimic, 0, 100, L::kUncertainNegative, G::kLowerRelations,
       "R2Gen on MIMIC-CXR: its cleaner, references cut at 100 words"},
      {"r2gen-iu", P::kR2genIu, 0, 60, L::kUncertainNegative, G::kLowerRelations,
       "R2Gen on IU X-ray: its cleaner, references cut at 60 words"},
      {"rexrank", P::kDotspaceLower, 0, 0, L::kUncertainPositive, G::kLowerRelations,
       "CXR-Report-Metric and ReXrank"},
      {"radeval", P::kRaw, 0, 0, L::kUncertainPositive, G::kLowerRelations, "RadEval: texts as given"},
      {"coco", P::kPtb, 0, 0, L::kUncertainPositive, G::kLowerEverywhere,
       "COCO's evaluation server: Penn Treebank words"},
  };
  return list;
}

Result<Preset> preset_from_name(std::string_view name) {
  std::vector<std::string> names;
  for (const Preset& preset : presets()) {
    if (preset.name == name) return preset;
    names.push_back(preset.name);
  }
  const std::string nearest = nearest_word(name, names);
  return Status(ErrorCode::kUsage, "no preset '" + std::string(name) + "'" +
                                       (nearest.empty() ? "; there is " + join(names, ", ")
                                                        : "; did you mean '" + nearest + "'?"));
}

Result<Preset> preset_of(const EvaluateOptions& options) {
  HILUM_ASSIGN(Preset preset, preset_from_name(options.preset));
  if (!options.preprocessing.empty()) {
    HILUM_ASSIGN(preset.preprocessing, preprocess_from_name(options.preprocessing));
  }
  if (!options.label_policy.empty()) {
    HILUM_ASSIGN(preset.labels, finding_policy_from_name(options.label_policy));
  }
  if (options.cut_hypothesis > 0) preset.cut_hypothesis = options.cut_hypothesis;
  if (options.cut_reference > 0) preset.cut_reference = options.cut_reference;
  return preset;
}

}  // namespace hilum::eval
