// The study record, typed (docs/records.md). A stage reads the fields it needs through these structs and
// writes its own key into the JSON, so unknown keys pass through. Values; no ownership beyond themselves.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hilum/json.h"

// What is known of the patient beside images and reports (`patient_data` of a record, docs/records.md).
// Values keep the units of their source table; MIMIC-IV-ED has temperature in °F, heart and breathing rate a
// minute, oxygen saturation in %, blood pressure in mmHg. Only what was known before the study is ever
// written here.
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

namespace hilum {

inline constexpr const char* kSchema = "hilum/1";

struct ImageRef {
  std::string path;
  std::string id;
  std::string view;  // "PA", "AP", "LATERAL", "LL", …; "unknown" when the source does not say
};

struct ReportText {
  std::string findings;
  std::string impression;
  bool empty() const { return findings.empty() && impression.empty(); }
};

struct PriorStudy {
  std::string id;
  std::optional<double> interval_days;  // how long before this study; nullopt when a date is missing
  std::vector<ImageRef> images;
  ReportText report;
  std::vector<std::string> facts;  // the report's factual sequence, where the source has it
};

struct Study {
  std::string id;
  std::string patient_id;
  std::string study_id;    // set when the record is one image of a study
  std::string study_time;  // "2180-05-06T21:30:14", or the date alone; as the source has it, often shifted
  std::string split;
  std::vector<ImageRef> images;
  std::string indication, history, technique, comparison;
  std::vector<PriorStudy> priors;  // newest first
  PatientData patient_data;
  ReportText reference;
};

// kRecordInvalid names the field and what it should have been. Missing fields are empty.
Result<Study> study_from_json(const Json& record);

// A record with the keys in the schema's order; empty fields are left out.
Json study_to_json(const Study& study);

// Marks a record as failed; it stays in the stream and later stages pass it on.
void set_error(Json& record, const Status& status, const std::string& stage);
bool has_error(const Json& record);

// Adds one entry to `provenance`: the stage, this build's version, and `details` (an object).
void add_provenance(Json& record, const std::string& stage, const Json& details);

}  // namespace hilum
