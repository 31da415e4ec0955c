// What is known of the patient beside images and reports (`patient_data` of a record, docs/records.md).
// Values keep the units of their source table; MIMIC-IV-ED has temperature in °F, heart and breathing rate a
// minute, oxygen saturation in %, blood pressure in mmHg. Only what was known before the study is ever
// written here.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hilum/record/json.h"

namespace hilum {

// One set of vital signs; a value the source lacks is empty.
struct VitalSigns {
  std::string source;                  // "triage" or "vitalsign"
  std::optional<double> hours_before;  // before the study, never negative
  std::optional<double> temperature, heartrate, resprate, o2sat, sbp, dbp;
  std::string rhythm;
  std::string pain;  // text: scales and words are mixed in the sources
};

struct Medication {
  std::string source;  // "medrecon" (taken at home) or "pyxis" (given in the department)
  std::optional<double> hours_before;
  std::string name;
  std::string gsn;  // generic sequence number, a code of the drug
};

struct PatientData {
  std::optional<double> age;  // years
  std::string sex;            // "F", "M" or what the source says
  std::string race;
  std::string stay_id;
  std::string arrival_transport;
  std::string chief_complaint;
  std::optional<double> acuity;         // 1 (most urgent) to 5
  std::vector<VitalSigns> vitals;       // oldest first
  std::vector<Medication> medications;  // oldest first

  bool empty() const;
};

// kRecordInvalid names the field and what it should have been.
Result<PatientData> patient_data_from_json(const Json& value);

// Empty fields are left out.
Json patient_data_to_json(const PatientData& data);

}  // namespace hilum
