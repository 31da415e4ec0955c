#include "hilum/record/study.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

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
