#include "stages/generate/confidence.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace hilum {
namespace {

Json record(double effusion, double edema) {
  return {{"id", "a"},
          {"predictions",
           {{{"label", "Pleural Effusion"}, {"probability", effusion}, {"threshold", 0.2}},
            {{"label", "Edema"}, {"probability", edema}, {"threshold", 0.4}},
            {{"label", "Pulmonary Edema"}, {"probability", edema}, {"threshold", 0.4}, {"same_as", "Edema"}},
            {{"label", "View AP"}, {"probability", 0.5}, {"threshold", 0.5}, {"kind", "view"}}}},
          {"report",
           {{"findings", "There is a pleural effusion. No pulmonary edema. The spine is straight."},
            {"impression", "Pleural effusion."},
            {"sentences",
             {{{"text", "There is a pleural effusion."}, {"section", "findings"}},
              {{"text", "No pulmonary edema."}, {"section", "findings"}},
              {{"text", "The spine is straight."}, {"section", "findings"}}}},
            {"samples", Json::array()},
            {"agreement", 1.0}}}};
}

TEST(ConfidenceOf, IsHalfOnTheThresholdAndOneAtTheEnds) {
  EXPECT_DOUBLE_EQ(confidence_of(0.2, 0.2), 0.5);
  EXPECT_DOUBLE_EQ(confidence_of(0.0, 0.2), 1.0);
  EXPECT_DOUBLE_EQ(confidence_of(1.0, 0.2), 1.0);
  EXPECT_DOUBLE_EQ(confidence_of(0.1, 0.2), 0.75);
  EXPECT_DOUBLE_EQ(confidence_of(0.6, 0.2), 0.75);
  EXPECT_DOUBLE_EQ(confidence_of(1.0, 1.0), 1.0);
}

TEST(Confidence, MarksFindingsAndSentencesInTheBand) {
  const auto confidence = Confidence::make(0.7);
  ASSERT_TRUE(confidence.is_ok());
  Json r = record(0.24, 0.04);  // .525 and .95
  confidence->apply(r);
  const Json& p = r["predictions"];
  EXPECT_EQ(p[0]["confidence"], 0.525);
  EXPECT_EQ(p[0]["uncertain"], true);
  EXPECT_EQ(p[1]["confidence"], 0.95);
  EXPECT_FALSE(p[1].contains("uncertain"));
  EXPECT_EQ(p[2]["confidence"], 0.95);
  EXPECT_FALSE(p[3].contains("confidence")) << "a view is no finding";
  const Json& report = r["report"];
  EXPECT_EQ(report["confidence"], 0.7375) << "another name of a finding does not count twice";
  EXPECT_FALSE(report.contains("abstained"));
  EXPECT_EQ(report["sentences"][0]["confidence"], 0.525);
  EXPECT_EQ(report["sentences"][0]["uncertain"], true);
  EXPECT_EQ(report["sentences"][1]["confidence"], 0.95);
  EXPECT_FALSE(report["sentences"][2].contains("confidence")) << "it states no finding";
}

TEST(Confidence, ASentenceAgainstThePredictionIsUncertain) {
  const auto confidence = Confidence::make(0.6);
  ASSERT_TRUE(confidence.is_ok());
  Json r = record(0.02, 0.04);  // no effusion, .95
  confidence->apply(r);
  EXPECT_NEAR(r["report"]["sentences"][0]["confidence"].get<double>(), 0.05, 1e-9);
  EXPECT_EQ(r["report"]["sentences"][0]["uncertain"], true);
}

TEST(Confidence, AStudyBelowOnAverageGetsNoText) {
  const auto confidence = Confidence::make(0.8);
  ASSERT_TRUE(confidence.is_ok());
  Json r = record(0.24, 0.04);
  confidence->apply(r);
  const Json& report = r["report"];
  EXPECT_EQ(report["abstained"], true);
  EXPECT_EQ(report["reason"], "mean confidence of the findings 0.74, below the 0.80 asked for");
  EXPECT_EQ(report["findings"], "");
  EXPECT_EQ(report["impression"], "");
  EXPECT_TRUE(report["sentences"].empty());
  EXPECT_FALSE(report.contains("samples"));
  EXPECT_TRUE(r["predictions"][0].contains("confidence"));
}

TEST(Confidence, WithoutPredictionsNothingChanges) {
  const auto confidence = Confidence::make(0.8);
  ASSERT_TRUE(confidence.is_ok());
  Json r = {{"id", "a"}, {"report", {{"findings", "x"}}}};
  const Json before = r;
  confidence->apply(r);
  EXPECT_EQ(r, before);
}

}  // namespace
}  // namespace hilum
