#include "runtime/bundle/manifest_text.h"

#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

#include "runtime/bundle/json_fields.h"

namespace hilum::runtime {
namespace {

constexpr int kMaxSpanWidth = 100;
constexpr int kLeastTokens = 3;  // begin, one piece, end
constexpr int kMostTokens = 100'000;
constexpr double kMaxBaseline = 0.999;  // 1 would leave nothing to rescale to

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

Status read_text_encoding(const Json& root, Manifest& manifest) {
  HILUM_ASSIGN(const Json* object, read_object(root, "text_encoding", "an object"));
  if (object == nullptr) return Status::ok();
  TextEncodingSpec spec;
  const std::string where = "text_encoding";
  HILUM_RETURN_IF_ERROR(read_int(*object, "max_tokens", where, kLeastTokens, kMostTokens, spec.max_tokens));
  HILUM_RETURN_IF_ERROR(read_string(*object, "pooling", where, spec.pooling));
  if (spec.pooling != "mean" && spec.pooling != "first" && spec.pooling != "global")
    return invalid_field("text_encoding.pooling", "'mean', 'first' or 'global'");
  HILUM_ASSIGN(const Json* baseline, read_object(*object, "baseline", "an object"));
  if (baseline != nullptr) {
    const std::string inside = "text_encoding.baseline";
    spec.has_baseline = true;
    for (const auto& [key, value] : {std::pair<const char*, double*>("precision", &spec.precision),
                                     {"recall", &spec.recall},
                                     {"f1", &spec.f1}}) {
      if (!baseline->contains(key)) return invalid_field(inside + "." + key, "there");
      HILUM_RETURN_IF_ERROR(read_number(*baseline, key, inside, -1, kMaxBaseline, *value));
    }
  }
  manifest.text_encoding = spec;
  return Status::ok();
}

Status read_sentence_labels(const Json& root, Manifest& manifest) {
  HILUM_ASSIGN(const Json* object, read_object(root, "sentence_labels", "an object"));
  if (object == nullptr) return Status::ok();
  SentenceLabelSpec spec;
  const std::string where = "sentence_labels";
  HILUM_RETURN_IF_ERROR(read_int(*object, "max_tokens", where, kLeastTokens, kMostTokens, spec.max_tokens));
  HILUM_RETURN_IF_ERROR(read_number(*object, "threshold", where, 0, 1, spec.threshold));
  HILUM_RETURN_IF_ERROR(read_strings(*object, "labels", where, spec.labels));
  HILUM_RETURN_IF_ERROR(check_names("sentence_labels.labels", spec.labels));
  manifest.sentence_labels = std::move(spec);
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
  if (has("sentence_labeler") && !manifest.sentence_labels)
    return invalid_field("sentence_labels", "there, because the bundle has a sentence_labeler");
  if (manifest.text_encoding && !has("text_encoder"))
    return invalid_field("files", "complete: text_encoding needs a text_encoder");
  if (!has("span_scorer") && !has("report_labeler") && !has("sentence_labeler") && !manifest.text_encoding)
    return Status::ok();
  if (!manifest.tokenizer) return invalid_field("tokenizer", "there, because the bundle reads reports");
  if (manifest.tokenizer->bos < 0 || manifest.tokenizer->eos < 0)
    return invalid_field("tokenizer", "complete: models that read reports need 'bos' and 'eos'");
  return Status::ok();
}

}  // namespace hilum::runtime
