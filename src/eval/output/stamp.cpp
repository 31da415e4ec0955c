#include "eval/output/stamp.h"

#include "core/system/build_info.h"
#include "eval/clinical/chexpert.h"
#include "eval/output/number_text.h"
#include "eval/words/preprocess.h"

namespace hilum {

std::string Stamp::line() const {
  std::string out;
  for (const auto& [name, value] : entries) out += (out.empty() ? "" : " | ") + name + " " + value;
  return out;
}

}  // namespace hilum

namespace hilum::eval {

Stamp make_stamp(const BootstrapOptions& bootstrap, bool by_patient) {
  Stamp stamp;
  stamp.entries = {
      {"hilum", build_info().version},
      {"commit", build_info().commit},
      {"interval", bootstrap.resamples == 0
                       ? "none"
                       : "percentile bootstrap by " + std::string(by_patient ? "patient" : "report") + ", " +
                             std::to_string(bootstrap.resamples) + " resamples, " +
                             fixed(bootstrap.confidence) + ", seed " + std::to_string(bootstrap.seed)}};
  return stamp;
}

Stamp make_stamp(const Preset& preset, const BootstrapOptions& bootstrap, bool by_patient) {
  Stamp stamp = make_stamp(bootstrap, by_patient);
  const auto words = [](std::size_t count) {
    return count == 0 ? std::string("all words") : std::to_string(count) + " words";
  };
  const std::vector<std::pair<std::string, std::string>> text = {
      {"preset", preset.name},
      {"preprocessing", std::string(preprocess_name(preset.preprocessing))},
      {"hypothesis_cut", words(preset.cut_hypothesis)},
      {"reference_cut", words(preset.cut_reference)},
      {"label_policy", std::string(finding_policy_name(preset.labels))}};
  stamp.entries.insert(stamp.entries.begin() + 2, text.begin(), text.end());
  return stamp;
}

}  // namespace hilum::eval
