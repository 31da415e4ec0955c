#include <cmath>

#include <gtest/gtest.h>

#include "eval/clinical/measurement_scores.h"

namespace hilum::eval {
namespace {

double value(const ScoreTable& table, const std::string& name) {
  const Metric* metric = table.find(name);
  EXPECT_NE(metric, nullptr) << name;
  return metric != nullptr ? table.corpus_value(*metric) : std::nan("");
}

class MeasurementScores : public ::testing::Test {
 protected:
  void SetUp() override {
    auto reader = MeasurementReader::load();
    ASSERT_TRUE(reader.is_ok()) << reader.status().to_string();
    reader_ = reader.take();
  }
  MeasurementReader reader_;
};

TEST_F(MeasurementScores, WhatATextSaysOfTheTube) {
  struct Case {
    const char* text;
    bool present;
    double cm;    // NaN: none
    int correct;  // -1: none
  };
  const double none = std::nan("");
  for (const Case& test : std::vector<Case>{
           {"Endotracheal tube terminates 3.5 cm above the carina.", true, 3.5, 1},
           {"The endotracheal tube tip sits between 2.5 and 3 cm above the carina.", true, 3, 1},
           {"ETT tip is less than 1 cm above the carina and should be pulled back by 2 cm.", true, 1, 0},
           {"Endotracheal tube ends 7 cm above the carina.", true, 7, 1},
           {"Endotracheal tube ends 7.1 cm above the carina.", true, 7.1, 0},
           {"The endotracheal tube tip is 1 cm below the carina.", true, -1, 0},
           {"Endotracheal tube and nasogastric tube in standard position.", true, none, -1},
           {"No endotracheal tube.", false, none, -1},
           {"The ET tube has been removed.", false, none, -1},
           {"Tracheostomy tube in place.", false, none, -1},
           {"Lungs are clear.", false, none, -1},
           {"", false, none, -1}}) {
    const TubeStatement tube = reader_.read(test.text).tube;
    EXPECT_EQ(tube.present, test.present) << test.text;
    EXPECT_EQ(tube.cm.has_value(), !std::isnan(test.cm)) << test.text;
    if (tube.cm) {
      EXPECT_NEAR(*tube.cm, test.cm, 1e-9) << test.text;
    }
    EXPECT_EQ(tube.correct ? static_cast<int>(*tube.correct) : -1, test.correct) << test.text;
  }
}

TEST_F(MeasurementScores, TubeScoresFollowTheirDefinitions) {
  const auto says = [](bool present, double cm = -1, bool correct = false) {
    TubeStatement out;
    out.present = present;
    if (cm < 0) return out;
    out.cm = cm;
    out.correct = correct;
    return out;
  };
  // Two found with distances (errors .5 and 2.5), one found without, one invented, one missed, one neither.
  const std::vector<TubeStatement> h = {says(true, 4, true), says(true, 1, false), says(true),
                                        says(true, 8),       says(false),          says(false)};
  const std::vector<TubeStatement> r = {
      says(true, 3.5, true), says(true, 3.5, true), says(true, 2), says(false), says(true), says(false)};
  ScoreTable table(h.size());
  add_tube_metrics(h, r, "given", table);
  EXPECT_NEAR(value(table, "ETT-presence-precision"), 3.0 / 4, 1e-12);
  EXPECT_NEAR(value(table, "ETT-presence-recall"), 3.0 / 4, 1e-12);
  EXPECT_NEAR(value(table, "ETT-presence-F1"), 3.0 / 4, 1e-12);
  EXPECT_NEAR(value(table, "ETT-MAE-cm"), 1.5, 1e-12);
  EXPECT_NEAR(value(table, "ETT-composite"), 2, 1e-12);
  EXPECT_NEAR(value(table, "ETT-placement-precision"), 1, 1e-12);
  EXPECT_NEAR(value(table, "ETT-placement-recall"), .5, 1e-12);
  EXPECT_NEAR(value(table, "ETT-placement-accuracy"), .5, 1e-12);
  EXPECT_NEAR(value(table, "ETT-measured-pairs"), 2, 1e-12);
  EXPECT_EQ(table.find("ETT-MAE-cm")->direction, Direction::kLower);
}

TEST_F(MeasurementScores, WithoutAnyCaseThereIsNoScore) {
  ScoreTable table(1);
  add_tube_metrics({{}}, {{}}, "given", table);
  add_length_metrics({{}}, {{}}, table);
  for (const char* name : {"ETT-presence-precision", "ETT-presence-F1", "ETT-MAE-cm",
                           "ETT-placement-precision", "measured-F1", "measured-MAE-cm"})
    EXPECT_TRUE(std::isnan(value(table, name))) << name;
}

TEST_F(MeasurementScores, LengthsPairWhatIsMeasured) {
  const auto table_of = [&](const char* hypothesis, const char* reference) {
    ScoreTable table(1);
    add_length_metrics({reader_.read(hypothesis)}, {reader_.read(reference)}, table);
    return table;
  };
  const ScoreTable nodule = table_of("Right lower lobe nodule measures 8 mm. Left apical mass of 3 cm.",
                                     "1.2 cm nodule in the right lower lobe.");
  EXPECT_NEAR(value(nodule, "measured-precision"), .5, 1e-12);
  EXPECT_NEAR(value(nodule, "measured-recall"), 1, 1e-12);
  EXPECT_NEAR(value(nodule, "measured-MAE-cm"), .4, 1e-9);
  // An advice and an earlier value are no measurements of this study.
  const ScoreTable advice = table_of("The endotracheal tube should be withdrawn by 2 cm.",
                                     "Endotracheal tube 2 cm above the carina.");
  EXPECT_TRUE(std::isnan(value(advice, "measured-precision")));
  EXPECT_NEAR(value(advice, "measured-recall"), 0, 1e-12);
}

}  // namespace
}  // namespace hilum::eval
