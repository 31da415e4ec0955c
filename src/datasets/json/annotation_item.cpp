#include "datasets/json/annotation_item.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/text/text.h"
#include "datasets/context.h"
#include "datasets/paths.h"
#include "datasets/views.h"

namespace hilum::datasets {
namespace {

Status wrong(const std::string& key, const std::string& should, const Json& value) {
  return {ErrorCode::kRecordInvalid, "'" + key + "' should be " + should + " and is " + value.type_name()};
}

// Text, or a number as ids come; "" for a key there is not.
Result<std::string> id_at(const Json& entry, const char* key) {
  const Json* value = find_path(entry, key);
  if (value != nullptr && value->is_number_integer()) return std::to_string(value->get<long long>());
  return text_at(entry, key);
}

// A text or a list of texts.
Result<std::vector<std::string>> texts_of(const Json* value, const std::string& key) {
  std::vector<std::string> out;
  if (value == nullptr || value->is_null()) return out;
  if (value->is_string()) {
    out.push_back(value->get<std::string>());
    return out;
  }
  if (!value->is_array()) return wrong(key, "text or a list of texts", *value);
  for (const Json& text : *value) {
    if (text.is_null()) {
      out.emplace_back();
    } else if (text.is_string()) {
      out.push_back(text.get<std::string>());
    } else {
      return wrong("an entry of " + key, "text", text);
    }
  }
  return out;
}

Status add_images(const Json& holder, std::vector<ImageRef>& images) {
  HILUM_ASSIGN(const auto paths, texts_of(find_path(holder, "image_path"), "image_path"));
  HILUM_ASSIGN(const auto views, texts_of(find_path(holder, "view_position"), "view_position"));
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (paths[i].empty()) continue;
    images.push_back({paths[i], image_id_of(paths[i]), normal_view(i < views.size() ? views[i] : "")});
  }
  return Status::ok();
}

// SEI's lists side by side. Their lengths differ where a report had no facts; the shorter ones end early.
Status add_similar(const Json& entry, std::vector<SimilarCase>& similar) {
  const Json* known = find_path(entry, "specific_knowledge");
  if (known == nullptr) known = find_path(entry, "similar_historical_cases");
  if (known == nullptr || !known->is_object()) return Status::ok();
  HILUM_ASSIGN(const auto reports, texts_of(find_path(*known, "reports"), "reports"));
  HILUM_ASSIGN(const auto ids, texts_of(find_path(*known, "sk_ids"), "sk_ids"));
  const Json* facts = find_path(*known, "sk_keywords");
  const std::size_t fact_rows = facts != nullptr && facts->is_array() ? facts->size() : 0;
  for (std::size_t i = 0; i < std::max(reports.size(), fact_rows); ++i) {
    SimilarCase neighbour;
    if (i < ids.size()) neighbour.id = ids[i];
    if (i < reports.size()) neighbour.report = reports[i];
    if (i < fact_rows) {
      HILUM_ASSIGN(neighbour.facts, texts_of(&(*facts)[i], "sk_keywords"));
    }
    similar.push_back(std::move(neighbour));
  }
  return Status::ok();
}

// MLRG's prior studies: latest_study first, others in the file's order.
Status add_priors(const Json& entry, std::vector<PriorStudy>& priors) {
  const Json* known = find_path(entry, "prior_study");
  if (known == nullptr || known->is_null()) return Status::ok();
  if (!known->is_object()) return wrong("prior_study", "an object", *known);
  for (const auto& [name, value] : known->items()) {
    if (!value.is_object()) continue;
    PriorStudy prior;
    HILUM_RETURN_IF_ERROR(add_images(value, prior.images));
    HILUM_ASSIGN(prior.report.findings, text_at(value, "findings"));
    HILUM_ASSIGN(prior.report.impression, text_at(value, "impression"));
    HILUM_ASSIGN(prior.facts, texts_of(find_path(value, "findings_factual_serialization"),
                                       "findings_factual_serialization"));
    const MimicIds ids = prior.images.empty() ? MimicIds() : ids_in_path(prior.images[0].path);
    prior.id = ids.study != 0 ? "s" + std::to_string(ids.study) : name;
    priors.insert(name == "latest_study" ? priors.begin() : priors.end(), std::move(prior));
  }
  return Status::ok();
}

// "50414267" -> "s50414267" for ids that look like MIMIC's; others stay.
std::string with_letter(const std::string& id, char letter, char first_digit) {
  const bool is_mimic = id.size() == 8 && id[0] == first_digit && parse_id(id);
  return is_mimic ? letter + id : id;
}

}  // namespace

std::string image_id_of(std::string_view path) {
  const std::string name = without_extension(file_name(path));
  const bool is_number = name.find_first_not_of("0123456789") == std::string::npos && name.size() < 4;
  return is_number && contains(path, "/") ? file_name(parent_of(path)) + "/" + name : name;
}

MimicIds ids_in_path(std::string_view path) {
  MimicIds ids;
  for (const std::string& part : split(path, '/')) {
    if (part.size() != 9) continue;
    const auto id = parse_id(std::string_view(part).substr(1));
    if (id && part[0] == 'p') ids.subject = *id;
    if (id && part[0] == 's') ids.study = *id;
  }
  return ids;
}

Result<AnnotationItem> read_annotation_item(std::string_view json, const std::string& list) {
  HILUM_ASSIGN(const Json entry, parse_json(json));
  if (!entry.is_object()) return wrong("an entry", "an object", entry);
  AnnotationItem out;
  Study& study = out.item.study;
  HILUM_ASSIGN(study.id, id_at(entry, "id"));
  HILUM_ASSIGN(const std::string subject, id_at(entry, "subject_id"));
  HILUM_ASSIGN(const std::string study_id, id_at(entry, "study_id"));
  HILUM_ASSIGN(const std::string split, text_at(entry, "split"));
  study.split = normal_split(split.empty() ? list : split);

  const Json* anchor = find_path(entry, "anchor_scan");
  HILUM_RETURN_IF_ERROR(add_images(anchor != nullptr ? *anchor : entry, study.images));
  if (const Json* others = find_path(entry, "auxiliary_references"))
    HILUM_RETURN_IF_ERROR(add_images(*others, study.images));
  if (study.id.empty() && !study.images.empty()) study.id = study.images[0].id;
  if (study.id.empty()) return Status(ErrorCode::kRecordInvalid, "neither 'id' nor 'image_path' is there");

  const MimicIds ids = study.images.empty() ? MimicIds() : ids_in_path(study.images[0].path);
  study.patient_id = with_letter(subject, 'p', '1');
  if (study.patient_id.empty() && ids.subject != 0) study.patient_id = "p" + std::to_string(ids.subject);
  out.study_id = with_letter(study_id, 's', '5');
  if (out.study_id.empty()) out.study_id = ids.study != 0 ? "s" + std::to_string(ids.study) : study.id;
  const auto own = std::find_if(study.images.begin(), study.images.end(),
                                [&](const ImageRef& image) { return image.id == study.id; });
  out.one_image = out.study_id != study.id && own != study.images.end();
  if (out.one_image) std::rotate(study.images.begin(), own, own + 1);

  // `report` is what systems of this family are scored against; later variants have `findings` alone.
  HILUM_ASSIGN(study.reference.findings, text_at(entry, "report"));
  if (study.reference.findings.empty()) {
    HILUM_ASSIGN(study.reference.findings, text_at(entry, "findings"));
  }
  HILUM_ASSIGN(study.reference.impression, text_at(entry, "impression"));
  HILUM_ASSIGN(study.indication, text_at(entry, "indication"));
  for (const char* cleaned : {"indication_core_findings", "indication_pure"}) {
    if (study.indication.empty()) {
      HILUM_ASSIGN(study.indication, text_at(entry, cleaned));
    }
  }
  HILUM_ASSIGN(study.history, text_at(entry, "history"));
  HILUM_ASSIGN(study.comparison, text_at(entry, "comparison"));
  for (const char* key : {"core_findings", "findings_factual_serialization"}) {
    if (out.item.facts.empty()) {
      HILUM_ASSIGN(out.item.facts, texts_of(find_path(entry, key), key));
    }
  }
  HILUM_RETURN_IF_ERROR(add_similar(entry, out.item.similar));
  HILUM_RETURN_IF_ERROR(add_priors(entry, study.priors));
  return out;
}

}  // namespace hilum::datasets
