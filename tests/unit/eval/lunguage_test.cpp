#include "eval/structured/lunguage.h"

#include <gtest/gtest.h>

#include "eval/table/assignment.h"
#include "golden.h"

namespace hilum::eval {
namespace {

const Json& lunguage_golden() { return golden("lunguage_golden.json"); }

void expect_units(const LunguageResult& result, const Json& expected, const std::string& where) {
  for (const auto& [unit, values] : expected.items()) {
    bool found = false;
    for (const LunguageUnit& got : result.units) {
      if (got.id != unit) continue;
      found = true;
      EXPECT_EQ(!got.skipped.empty(), values.contains("skipped")) << where;
      if (values.contains("skipped")) break;
      EXPECT_NEAR(got.f1, values["f1"].get<double>(), 1e-12) << where;
      EXPECT_NEAR(got.precision, values["precision"].get<double>(), 1e-12) << where;
      EXPECT_NEAR(got.recall, values["recall"].get<double>(), 1e-12) << where;
      EXPECT_NEAR(got.true_positive, values["TP"].get<double>(), 1e-12) << where;
      EXPECT_NEAR(got.false_positive, values["FP"].get<double>(), 1e-12) << where;
      EXPECT_NEAR(got.false_negative, values["FN"].get<double>(), 1e-12) << where;
      // The original's sort by sequence is unstable, so rows of one study may change places; no score does.
      if (where.rfind("seq_swapped_rows", 0) == 0) break;
      const Json& pairs = values["assignment"];
      ASSERT_EQ(got.matches.size(), pairs.size()) << where;
      for (std::size_t i = 0; i < pairs.size(); ++i) {
        EXPECT_EQ(got.matches[i].first, pairs[i][0].get<std::size_t>()) << where;
        EXPECT_EQ(got.matches[i].second, pairs[i][1].get<std::size_t>()) << where;
      }
    }
    EXPECT_TRUE(found || values.contains("skipped")) << where << " " << unit;
  }
}

TEST(Lunguage, EveryGoldenCaseInDoublePrecision) {
  ASSERT_EQ(lunguage_golden()["lunguage_score"].size(), 55u);
  for (const Json& test : lunguage_golden()["lunguage_score"]) {
    const auto mode = lunguage_mode_from_name(test["mode"].get<std::string>());
    ASSERT_TRUE(mode.is_ok()) << test["id"];
    const auto jaccard =
        lunguage_score(test["candidate"], test["reference"], *mode, TextSimilarity::kJaccard);
    ASSERT_TRUE(jaccard.is_ok()) << test["id"] << jaccard.status().to_string();
    expect_units(*jaccard, test["jaccard"]["f64"], test["id"].get<std::string>() + " jaccard");
    const auto exact = lunguage_score(test["candidate"], test["reference"], *mode, TextSimilarity::kExact);
    ASSERT_TRUE(exact.is_ok());
    expect_units(*exact, test["exact_f64"], test["id"].get<std::string>() + " exact");
  }
}

TEST(Lunguage, AveragesOverScoredUnitsOnly) {
  for (const Json& test : lunguage_golden()["lunguage_datasets"]) {
    const auto mode = lunguage_mode_from_name(test["mode"].get<std::string>());
    const auto got = lunguage_score(test["candidate"], test["reference"], *mode, TextSimilarity::kJaccard);
    ASSERT_TRUE(got.is_ok());
    const Json& expected = test["jaccard"]["f64"];
    EXPECT_NEAR(got->f1, expected["avg_structure_score"].get<double>(), 1e-12) << test["id"];
    EXPECT_NEAR(got->precision, expected["avg_precision"].get<double>(), 1e-12) << test["id"];
    EXPECT_NEAR(got->recall, expected["avg_recall"].get<double>(), 1e-12) << test["id"];
    EXPECT_EQ(got->scored, expected["structure_scores"].size()) << test["id"];
  }
}

TEST(Lunguage, RowAgreement) {
  for (const Json& test : lunguage_golden()["row_similarity"]) {
    const auto got = lunguage_row_agreement(test["reference"], test["candidate"],
                                            test["weights"] == "temporal", TextSimilarity::kJaccard);
    ASSERT_TRUE(got.is_ok()) << test["id"];
    EXPECT_NEAR(*got, test["value"].get<double>(), 1e-12) << test["id"];
  }
}

TEST(Lunguage, ErrorsNameTheRowAndField) {
  const Json number = Json::parse(R"([{"study_id":"s1","entity":"nodule","measurement":5.0}])");
  const auto a = lunguage_score(number, number, LunguageMode::kSingle, TextSimilarity::kExact);
  EXPECT_EQ(a.status().code(), ErrorCode::kRecordInvalid);
  EXPECT_NE(a.status().message().find("reference row 1"), std::string::npos) << a.status().message();
  EXPECT_NE(a.status().message().find("measurement"), std::string::npos) << a.status().message();
  const Json bare = Json::parse(R"([{"subject_id":"p1","entity":"nodule"}])");
  const auto b = lunguage_score(bare, bare, LunguageMode::kSequential, TextSimilarity::kExact);
  EXPECT_NE(b.status().message().find("sequence"), std::string::npos) << b.status().message();
}

TEST(Assignment, TiesAsScipyBreaksThem) {
  for (const Json& test : lunguage_golden()["assignment"]) {
    std::vector<double> cost;
    for (const Json& row : test["cost"]) {
      for (const Json& value : row) cost.push_back(value.get<double>());
    }
    const auto pairs = assign_minimum_cost(cost, test["cost"].size(), test["cost"][0].size());
    ASSERT_EQ(pairs.size(), test["pairs"].size());
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      EXPECT_EQ(pairs[i].first, test["pairs"][i][0].get<std::size_t>());
      EXPECT_EQ(pairs[i].second, test["pairs"][i][1].get<std::size_t>());
    }
  }
}

}  // namespace
}  // namespace hilum::eval
