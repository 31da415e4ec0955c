#include "eval/clinical/consistency.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace hilum::eval {
namespace {

constexpr std::uint32_t kEdema = 1, kPneumonia = 2, kEffusion = 4, kFracture = 8;

TEST(Consistency, FollowsItsDefinition) {
  // a and b: one shared finding of one (1 >= .75) and attributes 2 of 2; c shares 1 of 2 findings with a; d
  // has the findings but only 1 of 3 attributes; e states nothing.
  const std::vector<ConsistencyReport> references = {{kEdema, {"mild", "bilateral"}},
                                                     {kEdema | kPneumonia, {"mild", "bilateral", "left"}},
                                                     {kPneumonia | kEffusion, {"mild", "bilateral"}},
                                                     {kEdema, {"severe", "right", "mild"}},
                                                     {0, {}}};
  std::vector<ConsistencyReport> hypotheses = {{kEdema, {"mild", "left"}},
                                               {kEdema, {"mild", "bilateral", "right"}},
                                               {kFracture, {"old"}},
                                               {kEdema, {"mild"}},
                                               {kEdema, {"mild"}}};
  const std::vector<std::string> studies = {"a", "b", "c", "d", "e"};
  const auto scores = consistency(studies, hypotheses, references);
  // a: equivalents b (attributes 2/2) and d (1/2): CON = (1/2 + 1/1) / 2; own overlap 1/2.
  EXPECT_TRUE(scores[0].scored);
  EXPECT_EQ(scores[0].equivalents, 2u);
  EXPECT_NEAR(scores[0].con, .75, 1e-12);
  EXPECT_NEAR(scores[0].r_con, .375, 1e-12);
  // b: a (2/2 attributes); c shares 1 of 2 findings only; d 1/3 attributes: CON = 1/2, own overlap 2/3.
  EXPECT_EQ(scores[1].equivalents, 1u);
  EXPECT_NEAR(scores[1].con, .5, 1e-12);
  EXPECT_NEAR(scores[1].r_con, 1.0 / 3, 1e-12);
  EXPECT_FALSE(scores[2].scored);
  EXPECT_TRUE(scores[3].scored);
  EXPECT_FALSE(scores[4].scored);
}

TEST(Consistency, ImagesOfOneStudyAreNotCompared) {
  const std::vector<ConsistencyReport> reports(2, {kEdema, {"mild"}});
  EXPECT_FALSE(consistency({"a", "a"}, reports, reports)[0].scored);
  EXPECT_TRUE(consistency({"a", "b"}, reports, reports)[0].scored);
}

TEST(Consistency, ReadsPositiveSentencesWithAttributesOfTheReferences) {
  const std::vector<std::string_view> references = {"Mild pulmonary edema. The heart is not enlarged.",
                                                    "Severe pulmonary edema. No pneumothorax."};
  const auto reader = ConsistencyReader::from_references(references);
  ASSERT_TRUE(reader.is_ok()) << reader.status().to_string();
  EXPECT_EQ(reader->attributes().count("mild"), 1u);
  EXPECT_EQ(reader->attributes().count("pneumothorax"), 0u);
  const ConsistencyReport report = reader->read("Mild edema. No severe pneumothorax.");
  EXPECT_NE(report.findings, 0u);
  EXPECT_EQ(report.attributes, (std::set<std::string>{"edema", "mild"}));
  EXPECT_EQ(reader->read("").findings, 0u);
}

TEST(Consistency, AttributesFromAFile) {
  const auto folder = std::filesystem::temp_directory_path() / "hilum_consistency_test";
  std::filesystem::create_directories(folder);
  const auto write = [&](const char* text) {
    const std::string path = (folder / "a.json").string();
    std::ofstream(path) << text;
    return path;
  };
  const auto reader = ConsistencyReader::load(write(
      R"({"Edema:Positive":["Mild","pulmonary"],"Edema:Negative":["no"],"No Finding:Positive":["clear"]})"));
  ASSERT_TRUE(reader.is_ok()) << reader.status().to_string();
  EXPECT_EQ(reader->attributes(), (std::set<std::string>{"mild", "pulmonary"}));
  for (const char* bad : {"[]", "{}", R"({"Edema:Positive":3})", R"({"Edema:Positive":[3]})"})
    EXPECT_EQ(ConsistencyReader::load(write(bad)).status().code(), ErrorCode::kRecordInvalid) << bad;
  EXPECT_FALSE(ConsistencyReader::load("/nowhere.json").is_ok());
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace hilum::eval
