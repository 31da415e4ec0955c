#include <gtest/gtest.h>

#include "eval/output/feedback.h"

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

// Each row: a reference, then reports from the best to the worst, as a reader would rank them.
TEST_F(RuleScores, FindingAgreementRanksAsAReaderWould) {
  const std::vector<std::vector<std::string>> rows = {
      // Other words for a normal film cost nothing, a small false finding a little, a grave one much.
      {"The lungs are clear. Heart size is normal. No pleural effusion or pneumothorax.",
       "No acute cardiopulmonary abnormality.", "Lungs are clear. Mild degenerative changes of the spine.",
       "Left basilar atelectasis.", "Left pneumothorax.",
       "Left pneumothorax and right lower lobe pneumonia."},
      // The same finding in other words, then with the wrong side, then denied.
      {"The heart is enlarged. Small left pleural effusion.", "Cardiomegaly. Small effusion on the left.",
       "Cardiomegaly. Small right pleural effusion.", "Cardiomegaly.", "Cardiomegaly. No pleural effusion.",
       "Heart size is normal. No pleural effusion."},
      // What is missed weighs by what it means.
      {"Large right pneumothorax. Old healed rib fracture.", "Large right pneumothorax.",
       "Old healed rib fracture. No mention of the pleura.", "No pneumothorax. Old healed rib fracture."},
      // A related name for an opacity is better than none.
      {"Right lower lobe consolidation.", "Right lower lobe opacity.", "Right pleural effusion."},
      {"Mild pulmonary edema.", "Severe pulmonary edema.", "No pulmonary edema."},
      {"Possible pneumonia at the left base.", "Pneumonia at the left base.", "The lungs are clear."},
      {"Widened mediastinum.", "Mediastinal widening.", "Mediastinal contours are normal."},
  };
  for (const auto& row : rows) {
    const auto reference = graphs_->read(row[0]).facts;
    double before = finding_agreement(reference, reference);
    EXPECT_NEAR(before, 1, 1e-12) << row[0];
    for (std::size_t i = 1; i < row.size(); ++i) {
      const double now = finding_agreement(graphs_->read(row[i]).facts, reference);
      if (i == 1) {
        EXPECT_LE(now, before) << row[i];
      } else {
        EXPECT_LT(now, before) << row[0] << " / " << row[i];
      }
      before = now;
    }
  }
}

TEST_F(RuleScores, StatesOfAStructureAreFindings) {
  const auto concept_of = [&](const std::string& text) {
    std::string out;
    for (const ReportFact& fact : graphs_->read(text).facts) out += fact.concept_name + ";";
    return out;
  };
  EXPECT_EQ(concept_of("The heart is enlarged."), "enlarged heart;");
  EXPECT_EQ(concept_of("Low lung volumes."), "low volumes;");
  EXPECT_EQ(concept_of("The aorta is tortuous."), "aortic change;");
  EXPECT_EQ(concept_of("Elevated right hemidiaphragm."), "elevated hemidiaphragm;");
  EXPECT_EQ(concept_of("The heart is unchanged."), "");
  EXPECT_EQ(graphs_->read("The heart is not enlarged.").facts.at(0).claim, ReportFact::Claim::kAbsent);
  EXPECT_EQ(concept_of("Healed right rib fracture."), "old fracture;");
  EXPECT_EQ(concept_of("Small left pleural effusion."), "pleural effusion;");
}

TEST(FindingAgreement, FollowsItsDefinition) {
  ReportFact a;
  a.thing_stems = {"effus"};
  a.concept_name = "pleural effusion";
  a.weight = .75;
  ReportFact b = a;
  b.claim = ReportFact::Claim::kUncertain;
  ReportFact denied = a;
  denied.claim = ReportFact::Claim::kAbsent;
  EXPECT_NEAR(finding_agreement({}, {}), 1, 1e-12);
  EXPECT_NEAR(finding_agreement({a}, {a}), 1, 1e-12);
  EXPECT_NEAR(finding_agreement({}, {a}), .5 / (.75 + .5), 1e-12);
  EXPECT_NEAR(finding_agreement({denied}, {a}), .5 / (.75 + .25 * .75 + .5), 1e-12);
  EXPECT_NEAR(finding_agreement({a}, {denied}), .5 / (.75 + .25 * .75 + .5), 1e-12);
  // Uncertain weighs .7 and agrees with present by .6.
  const double both = .75 + .7 * .75;
  EXPECT_NEAR(finding_agreement({b}, {a}), (.6 * both + .5) / (both + .5), 1e-12);
  EXPECT_NEAR(clinical_agreement(.5, 1, .2), (4 * .5 + 1 + 3 * .2) / 8, 1e-12);
}

TEST_F(RuleScores, FeedbackOnAMeasuredDistance) {
  const auto lines = report_feedback(graphs_->read("Endotracheal tube 2 cm above the carina.").facts,
                                     graphs_->read("Endotracheal tube 5 cm above the carina.").facts);
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].kind, FeedbackLine::Kind::kMeasurement);
  EXPECT_NE(lines[0].text.find("5 cm"), std::string::npos) << lines[0].text;
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
