#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nlp/structure/diff.h"

namespace hilum::nlp {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

ReportDiff diff(std::string_view from, std::string_view to) {
  static const ReportDiffer differ = [] {
    auto loaded = ReportDiffer::load();
    EXPECT_TRUE(loaded) << loaded.status().to_string();
    return loaded.take();
  }();
  auto result = differ.diff(from, to);
  EXPECT_TRUE(result) << result.status().to_string();
  return result.take();
}

// "op reason from->to" of every edit.
std::vector<std::string> edits(std::string_view from, std::string_view to) {
  const ReportDiff result = diff(from, to);
  std::vector<std::string> out;
  for (const SentenceEdit& edit : result.edits) {
    out.push_back(std::string(edit_op_name(edit.op)) + " " + std::string(edit_reason_name(edit.reason)) +
                  " " + (edit.from ? std::to_string(*edit.from) : "") + ">" +
                  (edit.to ? std::to_string(*edit.to) : ""));
  }
  return out;
}

TEST(ReportDiff, TheFourKinds) {
  EXPECT_THAT(edits("No effusion. Lungs clear.", "Small left effusion. Lungs clear."),
              ElementsAre("replace conflict 0>0", "keep same 1>1"));
  EXPECT_THAT(edits("Possible left atelectasis at the base.", "Left atelectasis at the base."),
              ElementsAre("replace mismatch 0>0"));
  EXPECT_THAT(edits("Rib fracture. No edema.", "No edema."),
              ElementsAre("delete unsupported 0>", "keep same 1>0"));
  EXPECT_THAT(edits("No edema.", "No edema. Pneumothorax."), ElementsAre("keep same 0>0", "add missing >1"));
}

TEST(ReportDiff, FactsAlignNotWords) {
  EXPECT_THAT(
      edits("Heart size is normal. There is no pleural effusion.",
            "No evidence of fluid tracking in the pleural space. The cardiac silhouette is unremarkable."),
      ElementsAre("replace wording 1>0", "replace wording 0>1"));
}

TEST(ReportDiff, AnotherSideSizeOrNumberIsAMismatch) {
  EXPECT_THAT(edits("Left effusion.", "Right effusion."), ElementsAre("replace mismatch 0>0"));
  EXPECT_THAT(edits("Small effusion.", "Large effusion."), ElementsAre("replace mismatch 0>0"));
  EXPECT_THAT(edits("A 5 mm nodule.", "A 7 mm nodule."), ElementsAre("replace mismatch 0>0"));
  EXPECT_THAT(edits("Left effusion. Right effusion seen.", "There is a right effusion. A left effusion."),
              ElementsAre("replace wording 1>0", "replace wording 0>1"));
}

TEST(ReportDiff, ListNumbersAndSpacingAreNoDifference) {
  EXPECT_THAT(edits("1. No edema.\n2. Clear.", "No  edema. Clear."),
              ElementsAre("keep same 0>0", "keep same 1>1"));
  EXPECT_THAT(edits("NO EDEMA", "No edema."), ElementsAre("replace wording 0>0"));
}

TEST(ReportDiff, FactsOfTheWholeReports) {
  const ReportDiff result = diff("No effusion. Cardiomegaly.", "Effusion. Rib fracture. Scoliosis.");
  ASSERT_EQ(result.conflicts.size(), 1u);
  EXPECT_EQ(result.conflicts[0].first.finding, "Pleural Effusion");
  EXPECT_EQ(result.conflicts[0].first.assertion, Assertion::kNegative);
  EXPECT_EQ(result.conflicts[0].second.assertion, Assertion::kPositive);
  ASSERT_EQ(result.only_from.size(), 1u);
  EXPECT_EQ(result.only_from[0].finding, "Cardiomegaly");
  ASSERT_EQ(result.only_to.size(), 2u);
  EXPECT_EQ(result.only_to[0].finding, "Fracture");
  EXPECT_EQ(result.only_to[1].finding, "scoliosis");
  EXPECT_TRUE(diff("No edema. Effusion.", "Pleural effusion is seen. No edema.").same_facts());
}

TEST(ReportDiff, EverySentenceIsInOneEditAndTheSecondReportComesOut) {
  const char* reports[] = {
      "", "Clear.", "No effusion. No effusion. Edema.",
      "Edema? Effusion, small. 1.2 cm nodule. Heart normal. XXXX.",
      "Heart enlarged. No nodule. Possible edema or pneumonia. Stable. Stable. Nothing else."};
  for (const char* from : reports) {
    for (const char* to : reports) {
      const ReportDiff result = diff(from, to);
      std::vector<std::size_t> froms;
      std::vector<std::size_t> tos;
      for (const SentenceEdit& edit : result.edits) {
        if (edit.from) froms.push_back(*edit.from);
        if (edit.to) tos.push_back(*edit.to);
        EXPECT_EQ(edit.op == EditOp::kDelete, !edit.to.has_value());
        EXPECT_EQ(edit.op == EditOp::kAdd, !edit.from.has_value());
      }
      EXPECT_TRUE(std::is_sorted(tos.begin(), tos.end()));
      EXPECT_EQ(tos.size(), result.to.size());
      std::sort(froms.begin(), froms.end());
      EXPECT_EQ(std::unique(froms.begin(), froms.end()), froms.end());
      EXPECT_EQ(froms.size(), result.from.size());
      if (std::string_view(from) == to) {
        EXPECT_TRUE(std::all_of(result.edits.begin(), result.edits.end(),
                                [](const SentenceEdit& e) { return e.op == EditOp::kKeep; }));
      }
    }
  }
}

TEST(ReportDiff, EmptyReports) {
  EXPECT_THAT(edits("", ""), IsEmpty());
  EXPECT_THAT(edits("", "Edema."), ElementsAre("add missing >0"));
  EXPECT_THAT(edits("Edema.", " \n"), ElementsAre("delete unsupported 0>"));
}

TEST(ReportDiff, TooManySentencesAreRefused) {
  std::string text;
  for (std::size_t i = 0; i <= ReportDiffer::kMaxSentences; ++i) text += "Clear. ";
  const auto differ = ReportDiffer::load();
  EXPECT_EQ(differ->diff(text, "x").status().code(), ErrorCode::kTooLarge);
}

}  // namespace
}  // namespace hilum::nlp
