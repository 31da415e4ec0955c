#include <gtest/gtest.h>

#include "hilum/eval/feedback.h"

namespace hilum::eval {
namespace {

class RuleScores : public ::testing::Test {
 protected:
  void SetUp() override {
    auto graphs = RuleGraphs::load();
    auto labels = RuleLabels::load();
    ASSERT_TRUE(graphs.is_ok()) << graphs.status().to_string();
    ASSERT_TRUE(labels.is_ok()) << labels.status().to_string();
    graphs_ = std::make_unique<RuleGraphs>(graphs.take());
    labels_ = std::make_unique<RuleLabels>(labels.take());
  }
  double fact(const std::string& a, const std::string& b) const {
    return fact_f1(graphs_->read(a).facts, graphs_->read(b).facts);
  }
  std::unique_ptr<RuleGraphs> graphs_;
  std::unique_ptr<RuleLabels> labels_;
};

TEST_F(RuleScores, LabelsInOurOrder) {
  const FindingRow row = labels_->labels("Moderate cardiomegaly. No pneumothorax. Possible pneumonia.");
  EXPECT_EQ(row[1], Finding::kPositive);
  EXPECT_EQ(row[8], Finding::kNegative);
  EXPECT_EQ(row[6], Finding::kUncertain);
  EXPECT_EQ(row[11], Finding::kBlank);
}

TEST_F(RuleScores, WorseReportsScoreLower) {
  const std::string reference = "Small left pleural effusion. Mild pulmonary edema. No pneumothorax.";
  const double same = fact(reference, reference);
  const double wrong_side =
      fact("Small right pleural effusion. Mild pulmonary edema. No pneumothorax.", reference);
  const double denied = fact("No pleural effusion. Mild pulmonary edema. No pneumothorax.", reference);
  const double normal = fact("The lungs are clear. No pleural effusion or pneumothorax.", reference);
  EXPECT_NEAR(same, 1, 1e-12);
  EXPECT_LT(wrong_side, same);
  EXPECT_LT(denied, wrong_side);
  EXPECT_LT(normal, denied);
}

TEST_F(RuleScores, EmptyReports) {
  EXPECT_EQ(fact("", ""), 1);
  EXPECT_EQ(fact("", "Large effusion."), 0);
  EXPECT_EQ(observation_f1({}, {}), 1);
}

TEST_F(RuleScores, FeedbackInWords) {
  const auto lines = report_feedback(
      graphs_->read("Small right pleural effusion. No pneumothorax. Rib fracture.").facts,
      graphs_->read("Large left pleural effusion. There is a pneumothorax. Lung nodule.").facts);
  std::string kinds;
  for (const FeedbackLine& line : lines) kinds += std::string(feedback_kind_name(line.kind)) + " ";
  EXPECT_EQ(kinds, "contradicted missed added side severity ");
  EXPECT_TRUE(
      report_feedback(graphs_->read("Heart size is normal.").facts, graphs_->read("No effusion.").facts)
          .empty());
}

TEST(FactSimilarity, SidesAndClaims) {
  ReportFact a;
  a.thing_stems = {"effus"};
  a.place_stems = {"left"};
  a.left = true;
  ReportFact b = a;
  EXPECT_EQ(fact_similarity(a, b), 1);
  b.left = false;
  b.right = true;
  b.place_stems = {"right"};
  EXPECT_DOUBLE_EQ(fact_similarity(a, b), 0.7);
  b = a;
  b.claim = ReportFact::Claim::kUncertain;
  EXPECT_DOUBLE_EQ(fact_similarity(a, b), 0.6);
  b.claim = ReportFact::Claim::kAbsent;
  EXPECT_EQ(fact_similarity(a, b), 0);
}

}  // namespace
}  // namespace hilum::eval
