#include "runtime/manifest_text.h"

#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

#include "runtime/json_fields.h"

namespace hilum::runtime {
namespace {

constexpr int kMaxSpanWidth = 100;
constexpr int kLeastTokens = 3;  // begin, one piece, end
constexpr int kMostTokens = 100'000;

Status check_names(const std::string& field, const std::vector<std::string>& names) {
  if (names.empty()) return invalid_field(field, "a list of names");
  std::set<std::string> seen;
  for (const std::string& name : names) {
    if (name.empty() || !seen.insert(name).second) return invalid_field(field, "a list of different names");
  }
  return Status::ok();
}

}  // namespace

Status read_entities(const Json& root, Manifest& manifest) {
  HILUM_ASSIGN(const Json* object, read_object(root, "entities", "an object"));
  if (object == nullptr) return Status::ok();
  EntitySpec spec;
  const std::string where = "entities";
  HILUM_RETURN_IF_ERROR(read_strings(*object, "labels", where, spec.labels));
  HILUM_RETURN_IF_ERROR(read_strings(*object, "relations", where, spec.relations));
  HILUM_RETURN_IF_ERROR(read_int(*object, "max_span_width", where, 1, kMaxSpanWidth, spec.max_span_width));
  HILUM_RETURN_IF_ERROR(read_number(*object, "spans_per_word", where, 0, kMaxSpanWidth, spec.spans_per_word));
  HILUM_RETURN_IF_ERROR(read_int(*object, "max_tokens", where, kLeastTokens, kMostTokens, spec.max_tokens));
  HILUM_RETURN_IF_ERROR(read_string(*object, "words", where, spec.words));
  HILUM_RETURN_IF_ERROR(check_names("entities.labels", spec.labels));
  HILUM_RETURN_IF_ERROR(check_names("entities.relations", spec.relations));
  if (spec.words != "radgraph" && spec.words != "radgraph-xl")
    return invalid_field("entities.words", "'radgraph' or 'radgraph-xl'");
  manifest.entities = std::move(spec);
  return Status::ok();
}

Status read_report_labels(const Json& root, Manifest& manifest) {
  HILUM_ASSIGN(const Json* object, read_object(root, "report_labels", "an object"));
  if (object == nullptr) return Status::ok();
  static const std::set<std::string> known = {"positive", "negative", "uncertain", "unmentioned"};
  ReportLabelSpec spec;
  HILUM_RETURN_IF_ERROR(
      read_int(*object, "max_tokens", "report_labels", kLeastTokens, kMostTokens, spec.max_tokens));
  HILUM_ASSIGN(const Json* labels, read_list(*object, "labels", "a list of labels"));
  std::vector<std::string> names;
  for (std::size_t i = 0; labels != nullptr && i < labels->size(); ++i) {
    const Json& item = (*labels)[i];
    const std::string where = "report_labels.labels." + std::to_string(i);
    if (!item.is_object()) return invalid_field(where, "an object");
    ReportLabel label;
    HILUM_RETURN_IF_ERROR(read_string(item, "name", where, label.name));
    HILUM_RETURN_IF_ERROR(read_strings(item, "classes", where, label.classes));
    HILUM_RETURN_IF_ERROR(check_names(where + ".classes", label.classes));
    for (const std::string& name : label.classes) {
      if (known.count(name) == 0)
        return invalid_field(where + ".classes", "made of positive, negative, uncertain and unmentioned");
    }
    names.push_back(label.name);
    spec.labels.push_back(std::move(label));
  }
  HILUM_RETURN_IF_ERROR(check_names("report_labels.labels", names));
  manifest.report_labels = std::move(spec);
  return Status::ok();
}

Status check_text_roles(const Manifest& manifest) {
  const auto has = [&](const char* role) { return manifest.file_of_role(role) != nullptr; };
  if (has("span_scorer") != has("pair_scorer") || (has("span_scorer") && !has("text_encoder")))
    return invalid_field("files", "complete: entities need a text_encoder, a span_scorer and a pair_scorer");
  if (has("span_scorer") && !manifest.entities)
    return invalid_field("entities", "there, because the bundle has a span_scorer");
  if (has("report_labeler") && !manifest.report_labels)
    return invalid_field("report_labels", "there, because the bundle has a report_labeler");
  if ((has("span_scorer") || has("report_labeler")) && !manifest.tokenizer)
    return invalid_field("tokenizer", "there, because the bundle reads reports");
  return Status::ok();
}

}  // namespace hilum::runtime
