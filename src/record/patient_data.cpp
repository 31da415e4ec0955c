#include <nlohmann/json.hpp>

#include "hilum/record.h"

namespace hilum {
namespace {

struct NumberField {
  const char* key;
  std::optional<double> VitalSigns::*member;
};
constexpr NumberField kVitalNumbers[] = {{"hours_before", &VitalSigns::hours_before},
                                         {"temperature", &VitalSigns::temperature},
                                         {"heartrate", &VitalSigns::heartrate},
                                         {"resprate", &VitalSigns::resprate},
                                         {"o2sat", &VitalSigns::o2sat},
                                         {"sbp", &VitalSigns::sbp},
                                         {"dbp", &VitalSigns::dbp}};

Status read_number(const Json& object, const char* key, std::optional<double>& out) {
  const Json* value = find_path(object, key);
  if (value == nullptr || value->is_null()) return Status::ok();
  if (!value->is_number()) {
    return {ErrorCode::kRecordInvalid,
            std::string("'") + key + "' of 'patient_data' should be a number and is " + value->type_name()};
  }
  out = value->get<double>();
  return Status::ok();
}

Status read_text(const Json& object, const char* key, std::string& out) {
  HILUM_ASSIGN(out, text_at(object, key));
  return Status::ok();
}

// The list under `key`, or null when there is none.
Result<const Json*> list_at(const Json& object, const char* key) {
  const Json* list = find_path(object, key);
  if (list == nullptr || list->is_null()) return static_cast<const Json*>(nullptr);
  if (!list->is_array()) {
    return Status(ErrorCode::kRecordInvalid,
                  std::string("'patient_data.") + key + "' should be a list and is " + list->type_name());
  }
  for (const Json& item : *list) {
    if (!item.is_object()) {
      return Status(ErrorCode::kRecordInvalid,
                    std::string("an entry of 'patient_data.") + key + "' should be an object");
    }
  }
  return list;
}

Status read_vitals(const Json& item, VitalSigns& vitals) {
  for (const NumberField& field : kVitalNumbers) {
    HILUM_RETURN_IF_ERROR(read_number(item, field.key, vitals.*(field.member)));
  }
  HILUM_RETURN_IF_ERROR(read_text(item, "source", vitals.source));
  HILUM_RETURN_IF_ERROR(read_text(item, "rhythm", vitals.rhythm));
  return read_text(item, "pain", vitals.pain);
}

void put(Json& out, const char* key, const std::string& text) {
  if (!text.empty()) out[key] = text;
}
void put(Json& out, const char* key, const std::optional<double>& number) {
  if (number) out[key] = *number;
}

}  // namespace

bool PatientData::empty() const {
  return !age && sex.empty() && race.empty() && stay_id.empty() && arrival_transport.empty() &&
         chief_complaint.empty() && !acuity && vitals.empty() && medications.empty();
}

Result<PatientData> patient_data_from_json(const Json& value) {
  PatientData data;
  if (!value.is_object()) {
    return Status(ErrorCode::kRecordInvalid,
                  std::string("'patient_data' should be an object and is ") + value.type_name());
  }
  HILUM_RETURN_IF_ERROR(read_number(value, "age", data.age));
  HILUM_RETURN_IF_ERROR(read_text(value, "sex", data.sex));
  HILUM_RETURN_IF_ERROR(read_text(value, "race", data.race));
  HILUM_RETURN_IF_ERROR(read_text(value, "stay_id", data.stay_id));
  HILUM_RETURN_IF_ERROR(read_text(value, "arrival_transport", data.arrival_transport));
  HILUM_RETURN_IF_ERROR(read_text(value, "chief_complaint", data.chief_complaint));
  HILUM_RETURN_IF_ERROR(read_number(value, "acuity", data.acuity));
  HILUM_ASSIGN(const Json* vitals, list_at(value, "vitals"));
  if (vitals != nullptr) {
    for (const Json& item : *vitals) HILUM_RETURN_IF_ERROR(read_vitals(item, data.vitals.emplace_back()));
  }
  HILUM_ASSIGN(const Json* medications, list_at(value, "medications"));
  if (medications != nullptr) {
    for (const Json& item : *medications) {
      Medication& medication = data.medications.emplace_back();
      HILUM_RETURN_IF_ERROR(read_text(item, "source", medication.source));
      HILUM_RETURN_IF_ERROR(read_number(item, "hours_before", medication.hours_before));
      HILUM_RETURN_IF_ERROR(read_text(item, "name", medication.name));
      HILUM_RETURN_IF_ERROR(read_text(item, "gsn", medication.gsn));
    }
  }
  return data;
}

Json patient_data_to_json(const PatientData& data) {
  Json out = Json::object();
  put(out, "age", data.age);
  put(out, "sex", data.sex);
  put(out, "race", data.race);
  put(out, "stay_id", data.stay_id);
  put(out, "arrival_transport", data.arrival_transport);
  put(out, "chief_complaint", data.chief_complaint);
  put(out, "acuity", data.acuity);
  for (const VitalSigns& vitals : data.vitals) {
    Json item = Json::object();
    put(item, "source", vitals.source);
    for (const NumberField& field : kVitalNumbers) put(item, field.key, vitals.*(field.member));
    put(item, "rhythm", vitals.rhythm);
    put(item, "pain", vitals.pain);
    out["vitals"].push_back(std::move(item));
  }
  for (const Medication& medication : data.medications) {
    Json item = Json::object();
    put(item, "source", medication.source);
    put(item, "hours_before", medication.hours_before);
    put(item, "name", medication.name);
    put(item, "gsn", medication.gsn);
    out["medications"].push_back(std::move(item));
  }
  return out;
}

}  // namespace hilum
