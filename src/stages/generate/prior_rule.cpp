#include "stages/generate/prior_rule.h"

#include <algorithm>
#include <tuple>

#include <nlohmann/json.hpp>

#include "core/files/file.h"
#include "record/json_lists.h"

namespace hilum::stages {
namespace {

constexpr std::size_t kMaxTableBytes = 1u << 20;

// What a reader can find the prior by: its id, else its image.
std::string name_of_prior(const Json& record) {
  for (const char* path : {"priors.0.id", "priors.0.images.0.path"}) {
    const Json* value = find_path(record, path);
    if (value != nullptr && value->is_string() && !value->get_ref<const std::string&>().empty())
      return value->get<std::string>();
  }
  return "without a name";
}

}  // namespace

Result<PriorReferences> load_prior_references() {
  HILUM_ASSIGN(const std::string path, find_data("configs/decode/prior_references.json"));
  HILUM_ASSIGN(const Json table, read_json_file(path, kMaxTableBytes));
  PriorReferences out;
  std::vector<std::string> weak;
  const Json* left_out = find_path(table, "left_out");
  const Json none;
  const Json& inside = left_out == nullptr ? none : *left_out;
  const std::tuple<const Json*, const char*, std::vector<std::string>*> lists[] = {
      {&table, "strong", &out.phrases},
      {&table, "weak", &weak},
      {&inside, "words", &out.left_out.words},
      {&inside, "behind", &out.left_out.behind},
      {&inside, "not_before", &out.left_out.not_before},
      {&inside, "begun", &out.left_out.begun}};
  for (const auto& [from, key, to] : lists) {
    auto texts = texts_at(*from, key);
    if (!texts) return texts.status().at(path);
    *to = texts.take();
  }
  out.phrases.insert(out.phrases.end(), weak.begin(), weak.end());
  return out;
}

bool has_prior(const PreparedStudy& prepared) {
  return prepared.input.prior_image.has_value() || !prepared.input.prior_report_ids.empty();
}

bool forbids_priors(PriorRule rule, const PreparedStudy& prepared) {
  return rule == PriorRule::kForbid || (rule == PriorRule::kAuto && !has_prior(prepared));
}

Json prior_references_json(PriorRule rule, const PreparedStudy& prepared, const Json& record) {
  const bool given = has_prior(prepared);
  const auto& left = prepared.not_taken;
  const bool not_taken = std::find(left.begin(), left.end(), "prior_image") != left.end() ||
                         std::find(left.begin(), left.end(), "prior_report") != left.end();
  Json out = {{"allowed", !forbids_priors(rule, prepared)},
              {"why", rule != PriorRule::kAuto ? "option"
                      : given                  ? "prior_given"
                      : not_taken              ? "prior_not_taken"
                                               : "no_prior"}};
  if (given) out["prior"] = name_of_prior(record);
  return out;
}

}  // namespace hilum::stages
