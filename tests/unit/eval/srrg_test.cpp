#include "eval/structured/srrg.h"

#include <cmath>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "eval/words/text_metrics.h"

namespace hilum::eval {
namespace {

class Srrg : public ::testing::Test {
 protected:
  void SetUp() override {
    auto reader = SrrgReader::load();
    auto graphs = RuleGraphs::load();
    ASSERT_TRUE(reader.is_ok() && graphs.is_ok());
    reader_ = reader.take();
    graphs_ = graphs.take();
  }
  ScoreTable score(const std::vector<SrrgReport>& hypotheses,
                   const std::vector<SrrgReport>& references) const {
    ScoreTable table(hypotheses.size());
    add_srrg_metrics(hypotheses, references, graphs_, table);
    return table;
  }
  static double value(const ScoreTable& table, const std::string& name) {
    const Metric* metric = table.find(name);
    EXPECT_NE(metric, nullptr) << name;
    return metric != nullptr ? table.corpus_value(*metric) : std::nan("");
  }
  SrrgReader reader_;
  RuleGraphs graphs_;
};

TEST_F(Srrg, ReadsEveryForm) {
  const auto object = reader_.read(Json::parse(
      R"({"sections":[{"section":"Findings","name":"Pleura","items":["No effusion."]},{"section":"Impression","name":"Impression","items":["Normal."]},{"section":"History","name":"History","items":["Cough."]}]})"));
  ASSERT_TRUE(object.is_ok()) << object.status().to_string();
  EXPECT_EQ(object->findings.at("Pleura"), (std::vector<std::string>{"No effusion."}));
  EXPECT_EQ(object->impression, (std::vector<std::string>{"Normal."}));
  EXPECT_EQ(object->findings.size(), 1u);
  const SrrgReport text =
      reader_.read_text("Findings:\nPleura:\n- No effusion.\n\nImpression:\n1. Normal.\n");
  EXPECT_EQ(text.findings, object->findings);
  EXPECT_EQ(text.impression, object->impression);
  EXPECT_TRUE(text.valid);
  const SrrgReport bare = reader_.read_text("Lungs and Airways:\n- Clear.\n\nPleura:\n- No effusion.\n");
  EXPECT_EQ(bare.findings.size(), 2u);
  const SrrgReport wrong = reader_.read_text("Findings:\nPleura:\nNo effusion.\n- No pneumothorax.\n");
  EXPECT_FALSE(wrong.valid);
  const SrrgReport free = reader_.read_text("Lungs are clear. No pleural effusion.");
  EXPECT_EQ(free.findings.count("Pleura"), 1u);
  EXPECT_FALSE(free.valid);
  for (const char* bad :
       {"3", "{}", R"({"sections":[3]})", R"({"sections":[{"section":"Findings","name":"x"}]})",
        R"({"sections":[{"section":"Findings","name":"x","items":[1]}]})"})
    EXPECT_EQ(reader_.read(Json::parse(bad)).status().code(), ErrorCode::kRecordInvalid) << bad;
}

TEST_F(Srrg, HeadingsAndOrgansFollowStructEval) {
  SrrgReport h, r;
  h.findings = {{"Pleura", {"No pleural effusion."}}, {"Other", {"Rotated."}}};
  r.findings = {{"Pleura", {"No pleural effusion.", "No pneumothorax."}},
                {"Cardiovascular", {"Heart is enlarged."}},
                {"Abdominal", {"No free air."}}};
  const ScoreTable table = score({h}, {r});
  EXPECT_NEAR(value(table, "SRRG-heading-precision"), 1.0 / 2, 1e-12);
  EXPECT_NEAR(value(table, "SRRG-heading-recall"), 1.0 / 3, 1e-12);
  EXPECT_NEAR(value(table, "SRRG-heading-F1"), 2.0 / 5, 1e-12);
  // Of four headings in all, only Pleura is in both: 3 of its 5 words in one run (P 1, R 3/5).
  EXPECT_NEAR(value(table, "SRRG-organ-ROUGE-L"), .75 / 4, 1e-12);
  // Item by item: the first is equal, the second is "No findings" against "No pneumothorax." (1 of 2 words).
  EXPECT_NEAR(value(table, "SRRG-organ-ROUGE-L-aligned"), (1 + .5) / 2 / 4, 1e-12);
  EXPECT_TRUE(std::isnan(value(table, "SRRG-impression-ROUGE-L")));
}

TEST_F(Srrg, SurplusItemsAreCutOnlyWhenAligned) {
  SrrgReport h, r;
  h.findings = {{"Pleura", {"No effusion.", "Thickening."}}};
  r.findings = {{"Pleura", {"No effusion."}}};
  h.impression = {"Normal."};
  const ScoreTable table = score({h, r}, {r, r});
  EXPECT_NEAR(value(table, "SRRG-organ-ROUGE-L-aligned"), 1, 1e-12);
  EXPECT_NEAR(value(table, "SRRG-organ-ROUGE-L"), (.8 + 1) / 2, 1e-12);
  EXPECT_NEAR(value(table, "SRRG-impression-ROUGE-L"), 0, 1e-12);
  EXPECT_NEAR(value(table, "SRRG-heading-F1"), 1, 1e-12);
}

TEST_F(Srrg, NothingOnBothSidesScoresAsScikitLearn) {
  const ScoreTable table = score({{}}, {{}});
  EXPECT_NEAR(value(table, "SRRG-heading-F1"), 0, 1e-12);
  EXPECT_TRUE(std::isnan(value(table, "SRRG-organ-ROUGE-L")));
}

}  // namespace
}  // namespace hilum::eval
