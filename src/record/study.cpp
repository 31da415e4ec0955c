#include <nlohmann/json.hpp>

#include "hilum/record.h"

#include "core/system/build_info.h"

namespace hilum {
namespace {

Status read_text(const Json& object, const char* key, std::string& out) {
  HILUM_ASSIGN(out, text_at(object, key));
  return Status::ok();
}

// Ids are text, but a table's number is taken too.
Status read_id(const Json& object, const char* key, std::string& out) {
  const Json* value = find_path(object, key);
  if (value != nullptr && value->is_number_integer()) {
    out = std::to_string(value->get<long long>());
    return Status::ok();
  }
  return read_text(object, key, out);
}

Status need_array(const Json& value, const char* key) {
  if (value.is_array()) return Status::ok();
  return {ErrorCode::kRecordInvalid,
          std::string("'") + key + "' should be a list and is " + value.type_name()};
}

Status read_images(const Json& object, std::vector<ImageRef>& images) {
  const Json* list = find_path(object, "images");
  if (list == nullptr || list->is_null()) return Status::ok();
  HILUM_RETURN_IF_ERROR(need_array(*list, "images"));
  for (const Json& item : *list) {
    ImageRef image;
    if (item.is_string()) {
      image.path = item.get<std::string>();
    } else if (item.is_object()) {
      HILUM_RETURN_IF_ERROR(read_text(item, "path", image.path));
      HILUM_RETURN_IF_ERROR(read_id(item, "id", image.id));
      HILUM_RETURN_IF_ERROR(read_text(item, "view", image.view));
    } else {
      return {ErrorCode::kRecordInvalid,
              "an entry of 'images' should be an object and is " + std::string(item.type_name())};
    }
    if (image.path.empty()) return {ErrorCode::kRecordInvalid, "an entry of 'images' has no 'path'"};
    if (image.view.empty()) image.view = "unknown";
    images.push_back(std::move(image));
  }
  return Status::ok();
}

Status read_report(const Json& object, const char* key, ReportText& report) {
  const Json* value = find_path(object, key);
  if (value == nullptr || value->is_null()) return Status::ok();
  if (value->is_string()) {
    report.findings = value->get<std::string>();
    return Status::ok();
  }
  HILUM_RETURN_IF_ERROR(read_text(*value, "findings", report.findings));
  return read_text(*value, "impression", report.impression);
}

Status read_prior(const Json& item, PriorStudy& prior) {
  if (!item.is_object()) {
    return {ErrorCode::kRecordInvalid,
            "an entry of 'priors' should be an object and is " + std::string(item.type_name())};
  }
  HILUM_RETURN_IF_ERROR(read_id(item, "id", prior.id));
  if (const Json* days = find_path(item, "interval_days"); days != nullptr && !days->is_null()) {
    if (!days->is_number()) return {ErrorCode::kRecordInvalid, "'interval_days' should be a number"};
    prior.interval_days = days->get<double>();
  }
  HILUM_RETURN_IF_ERROR(read_images(item, prior.images));
  if (const Json* facts = find_path(item, "facts"); facts != nullptr && !facts->is_null()) {
    HILUM_RETURN_IF_ERROR(need_array(*facts, "facts"));
    for (const Json& fact : *facts) {
      if (!fact.is_string()) return {ErrorCode::kRecordInvalid, "an entry of 'facts' should be text"};
      prior.facts.push_back(fact.get<std::string>());
    }
  }
  return read_report(item, "report", prior.report);
}

Json images_to_json(const std::vector<ImageRef>& images) {
  Json list = Json::array();
  for (const ImageRef& image : images) {
    Json item = {{"path", image.path}};
    if (!image.id.empty()) item["id"] = image.id;
    item["view"] = image.view.empty() ? "unknown" : image.view;
    list.push_back(std::move(item));
  }
  return list;
}

Json report_to_json(const ReportText& report) {
  Json out = Json::object();
  if (!report.findings.empty()) out["findings"] = report.findings;
  if (!report.impression.empty()) out["impression"] = report.impression;
  return out;
}

}  // namespace

Result<Study> study_from_json(const Json& record) {
  Study study;
  if (!record.is_object()) return Status(ErrorCode::kRecordInvalid, "a record should be an object");
  HILUM_RETURN_IF_ERROR(read_id(record, "id", study.id));
  HILUM_RETURN_IF_ERROR(read_id(record, "patient_id", study.patient_id));
  HILUM_RETURN_IF_ERROR(read_id(record, "study_id", study.study_id));
  HILUM_RETURN_IF_ERROR(read_text(record, "study_time", study.study_time));
  HILUM_RETURN_IF_ERROR(read_text(record, "split", study.split));
  HILUM_RETURN_IF_ERROR(read_images(record, study.images));
  HILUM_RETURN_IF_ERROR(read_text(record, "indication", study.indication));
  HILUM_RETURN_IF_ERROR(read_text(record, "history", study.history));
  HILUM_RETURN_IF_ERROR(read_text(record, "technique", study.technique));
  HILUM_RETURN_IF_ERROR(read_text(record, "comparison", study.comparison));
  if (const Json* priors = find_path(record, "priors"); priors != nullptr && !priors->is_null()) {
    HILUM_RETURN_IF_ERROR(need_array(*priors, "priors"));
    for (const Json& item : *priors) {
      HILUM_RETURN_IF_ERROR(read_prior(item, study.priors.emplace_back()));
    }
  }
  if (const Json* data = find_path(record, "patient_data"); data != nullptr && !data->is_null()) {
    HILUM_ASSIGN(study.patient_data, patient_data_from_json(*data));
  }
  HILUM_RETURN_IF_ERROR(read_report(record, "reference", study.reference));
  return study;
}

Json study_to_json(const Study& study) {
  Json record = {{"schema", kSchema}, {"id", study.id}};
  const auto put = [&](const char* key, const std::string& text) {
    if (!text.empty()) record[key] = text;
  };
  put("patient_id", study.patient_id);
  put("study_id", study.study_id);
  put("study_time", study.study_time);
  put("split", study.split);
  record["images"] = images_to_json(study.images);
  put("indication", study.indication);
  put("history", study.history);
  put("technique", study.technique);
  put("comparison", study.comparison);
  if (!study.priors.empty()) {
    Json list = Json::array();
    for (const PriorStudy& prior : study.priors) {
      Json item = {{"id", prior.id}};
      if (prior.interval_days) item["interval_days"] = *prior.interval_days;
      item["images"] = images_to_json(prior.images);
      if (!prior.report.empty()) item["report"] = report_to_json(prior.report);
      if (!prior.facts.empty()) item["facts"] = prior.facts;
      list.push_back(std::move(item));
    }
    record["priors"] = std::move(list);
  }
  if (!study.patient_data.empty()) record["patient_data"] = patient_data_to_json(study.patient_data);
  if (!study.reference.empty()) record["reference"] = report_to_json(study.reference);
  return record;
}

void set_error(Json& record, const Status& status, const std::string& stage) {
  record["error"] = {
      {"code", std::string(error_info(status.code()).name)}, {"stage", stage}, {"message", status.message()}};
}

bool has_error(const Json& record) {
  const auto it = record.find("error");
  return it != record.end() && !it->is_null();
}

void add_provenance(Json& record, const std::string& stage, const Json& details) {
  Json entry = Json::object();
  entry.get_ref<Json::object_t&>().reserve(2 + details.size());
  entry["stage"] = stage;
  entry["hilum"] = build_info().version;
  for (const auto& [key, value] : details.items()) entry[key] = value;
  Json& list = record["provenance"];
  if (!list.is_array()) list = Json::array();
  list.push_back(std::move(entry));
}

}  // namespace hilum
