#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "hilum/record.h"

namespace hilum {
namespace {

TEST(Study, RoundTrip) {
  const auto record = parse_json(
      R"({"schema":"hilum/1","id":"s1","patient_id":"p1","images":[{"path":"a.dcm","view":"PA"}],"indication":"cough",)"
      R"("priors":[{"id":"s0","interval_days":42.0,"images":[],"report":{"findings":"clear"}}],"reference":{"findings":"f"}})");
  ASSERT_TRUE(record.is_ok());
  const auto study = study_from_json(*record);
  ASSERT_TRUE(study.is_ok());
  EXPECT_EQ(study->priors[0].interval_days, 42.0);
  EXPECT_EQ(study_to_json(*study), *record);
}

TEST(Study, PatientDataRoundTrip) {
  const auto record = parse_json(
      R"({"schema":"hilum/1","id":"d1","study_id":"s1","study_time":"2180-05-06T21:30:14","images":[],)"
      R"("priors":[{"id":"s0","images":[],"facts":["no effusion"]}],)"
      R"("patient_data":{"age":62.0,"sex":"F","acuity":2.0,"vitals":[{"source":"triage","hours_before":1.5,)"
      R"("heartrate":90.0,"pain":"5"}],"medications":[{"source":"pyxis","name":"aspirin","gsn":"4380"}]}})");
  const auto study = study_from_json(*record);
  ASSERT_TRUE(study.is_ok()) << study.status().message();
  EXPECT_EQ(study->patient_data.vitals[0].heartrate, 90.0);
  EXPECT_EQ(study_to_json(*study), *record);
}

TEST(Study, PatientDataOfTheWrongTypeIsNamed) {
  EXPECT_EQ(study_from_json(*parse_json(R"({"id":"s","patient_data":{"age":"old"}})")).status().message(),
            "'age' of 'patient_data' should be a number and is string");
  EXPECT_EQ(study_from_json(*parse_json(R"({"id":"s","patient_data":{"vitals":{}}})")).status().message(),
            "'patient_data.vitals' should be a list and is object");
  EXPECT_FALSE(study_from_json(*parse_json(R"({"id":"s","patient_data":{"medications":[3]}})")).is_ok());
}

TEST(Study, AMissingViewIsUnknown) {
  const auto study = study_from_json(*parse_json(R"({"id":"s","images":["a.png"]})"));
  EXPECT_EQ(study->images[0].view, "unknown");
}

TEST(Study, NamesTheFieldOfTheWrongType) {
  const auto study = study_from_json(*parse_json(R"({"id":"s","images":{}})"));
  EXPECT_EQ(study.status().message(), "'images' should be a list and is object");
}

TEST(Study, ErrorsAndProvenance) {
  Json record = Json::object();
  EXPECT_FALSE(has_error(record));
  set_error(record, {ErrorCode::kDicomUnreadable, "cut"}, "studies");
  EXPECT_TRUE(has_error(record));
  EXPECT_EQ(record["error"]["code"], "dicom_unreadable");
  add_provenance(record, "studies", {{"seed", 0}});
  EXPECT_EQ(record["provenance"][0]["stage"], "studies");
}

}  // namespace
}  // namespace hilum
