#include "stages/generate/confidence.h"

#include <gtest/gtest.h>

namespace hilum::stages {
namespace {

WrittenStudy study(double effusion, double edema) {
  WrittenStudy out;
  out.predictions = {{"Pleural Effusion", effusion, 0.2},
                     {"Edema", edema, 0.4},
                     {"Pulmonary Edema", edema, 0.4, "Edema"},
                     {"View AP", 0.5, 0.5, "", "view"}};
  WrittenReport report;
  report.findings = "There is a pleural effusion. No pulmonary edema. The spine is straight.";
  report.impression = "Pleural effusion.";
  report.sentences = {{"There is a pleural effusion.", "findings"},
                      {"No pulmonary edema.", "findings"},
                      {"The spine is straight.", "findings"}};
  report.samples.emplace_back();
  report.agreement = 1.0;
  out.report = report;
  return out;
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
  WrittenStudy s = study(0.24, 0.04);  // .525 and .95
  confidence->apply(s);
  const auto& p = s.predictions;
  EXPECT_EQ(p[0].confidence, 0.525);
  EXPECT_TRUE(p[0].uncertain);
  EXPECT_EQ(p[1].confidence, 0.95);
  EXPECT_FALSE(p[1].uncertain);
  EXPECT_EQ(p[2].confidence, 0.95);
  EXPECT_FALSE(p[3].confidence.has_value()) << "a view is no finding";
  const WrittenReport& report = *s.report;
  EXPECT_EQ(report.confidence, 0.7375) << "another name of a finding does not count twice";
  EXPECT_EQ(report.abstained, "");
  EXPECT_EQ(report.sentences[0].confidence, 0.525);
  EXPECT_TRUE(report.sentences[0].uncertain);
  EXPECT_EQ(report.sentences[1].confidence, 0.95);
  EXPECT_FALSE(report.sentences[2].confidence.has_value()) << "it states no finding";
}

TEST(Confidence, ASentenceAgainstThePredictionIsUncertain) {
  const auto confidence = Confidence::make(0.6);
  ASSERT_TRUE(confidence.is_ok());
  WrittenStudy s = study(0.02, 0.04);  // no effusion, .95
  confidence->apply(s);
  EXPECT_NEAR(s.report->sentences[0].confidence.value(), 0.05, 1e-9);
  EXPECT_TRUE(s.report->sentences[0].uncertain);
}

TEST(Confidence, AStudyBelowOnAverageGetsNoText) {
  const auto confidence = Confidence::make(0.8);
  ASSERT_TRUE(confidence.is_ok());
  WrittenStudy s = study(0.24, 0.04);
  confidence->apply(s);
  const WrittenReport& report = *s.report;
  EXPECT_EQ(report.abstained, "mean confidence of the findings 0.74, below the 0.80 asked for");
  EXPECT_EQ(report.findings, "");
  EXPECT_EQ(report.impression, "");
  EXPECT_TRUE(report.sentences.empty());
  EXPECT_TRUE(report.samples.empty());
  EXPECT_FALSE(report.agreement.has_value());
  EXPECT_TRUE(s.predictions[0].confidence.has_value());
}

TEST(Confidence, WithoutPredictionsNothingChanges) {
  const auto confidence = Confidence::make(0.8);
  ASSERT_TRUE(confidence.is_ok());
  WrittenStudy s;
  s.report.emplace();
  s.report->findings = "x";
  confidence->apply(s);
  EXPECT_EQ(s.report->findings, "x");
  EXPECT_FALSE(s.report->confidence.has_value());
}

}  // namespace
}  // namespace hilum::stages
