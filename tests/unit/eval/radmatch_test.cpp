#include "eval/radmatch/radmatch.h"

#include <cmath>

#include <gtest/gtest.h>

#include "golden.h"

namespace hilum::eval {
namespace {

const Json& cases() { return golden("lunguage_golden.json")["radmatch"]; }

RadmatchReport report_of(const Json& gt, const Json& pred, const Json& matches, const Json& errors = Json()) {
  const auto report = radmatch_from_json(gt, pred, Json{{"matches", matches}}, errors);
  EXPECT_TRUE(report.is_ok()) << report.status().to_string();
  return report.is_ok() ? *report : RadmatchReport();
}

TEST(Radmatch, GoldenComparisons) {
  ASSERT_EQ(cases()["comparators"].size(), 24u);
  for (const Json& test : cases()["comparators"]) {
    const RadmatchReport report = report_of(Json::array({test["gt"]}), Json::array({test["pred"]}),
                                            Json::array({Json::array({"a", "b"})}));
    std::vector<std::string> got, expected;
    for (const RadmatchError& error : radmatch_compare(report.predicted[0], report.reference[0])) {
      got.push_back(error.dimension + (error.major ? " major " : " minor ") + error.predicted + " " +
                    error.reference);
    }
    for (const Json& error : test["errors"]) {
      // Numbers are doubles here: 4 is 4.0.
      const auto value = [](Json json) {
        if (json.is_object()) json["value"] = json["value"].get<double>();
        return json.dump();
      };
      expected.push_back(error["dimension"].get<std::string>() + " " + error["severity"].get<std::string>() +
                         " " + value(error["pred_value"]) + " " + value(error["gt_value"]));
    }
    std::sort(got.begin(), got.end());
    std::sort(expected.begin(), expected.end());
    EXPECT_EQ(got, expected) << test["id"];
  }
}

void expect_rate(const RadmatchTier& tier, const Json& rate, const Json& hits, const Json& all,
                 const std::string& id) {
  EXPECT_EQ(tier.hits, hits.get<std::size_t>()) << id;
  EXPECT_EQ(tier.all, all.get<std::size_t>()) << id;
  EXPECT_EQ(rate.is_null(), tier.all == 0) << id;
  if (!rate.is_null()) {
    EXPECT_NEAR(static_cast<double>(tier.hits) / static_cast<double>(tier.all), rate.get<double>(), 1e-12)
        << id;
  }
}

TEST(Radmatch, GoldenScores) {
  ASSERT_EQ(cases()["scoring"].size(), 9u);
  for (const Json& test : cases()["scoring"]) {
    const std::string id = test["id"];
    const RadmatchReport report = report_of(test["gt"], test["pred"], test["matches"], test["text_errors"]);
    const RadmatchScore score = radmatch_score(report);
    ASSERT_EQ(score.pairs.size(), test["effective"].size()) << id;
    for (std::size_t k = 0; k < score.pairs.size(); ++k)
      EXPECT_EQ(radmatch_outcome_name(score.pairs[k]), test["effective"][k].get<std::string>()) << id;
    const Json& counts = test["muc_counts"];
    EXPECT_EQ(score.correct, counts["COR"].get<std::size_t>()) << id;
    EXPECT_EQ(score.partial, counts["PAR"].get<std::size_t>()) << id;
    EXPECT_EQ(score.incorrect, counts["INC"].get<std::size_t>()) << id;
    EXPECT_EQ(score.missed, counts["MIS"].get<std::size_t>()) << id;
    EXPECT_EQ(score.spurious, counts["SPU"].get<std::size_t>()) << id;
    EXPECT_EQ(score.actionable_errors, test["actionable_errors"].get<std::size_t>()) << id;
    EXPECT_EQ(score.actionable_opportunities, test["actionable_opportunities"].get<std::size_t>()) << id;
    const Json& s = test["safety"];
    expect_rate(score.triage_reference, s["triage_recall"], s["triage_hit_count"], s["triage_gt_total"], id);
    expect_rate(score.actionable_reference, s["actionable_recall"], s["actionable_hit_count"],
                s["actionable_gt_total"], id);
    expect_rate(score.triage_predicted, s["triage_precision"], s["triage_pred_hit_count"],
                s["triage_pred_total"], id);
    expect_rate(score.actionable_predicted, s["actionable_precision"], s["actionable_pred_hit_count"],
                s["actionable_pred_total"], id);
    for (std::size_t d = 0; d < kRadmatchDimensions; ++d) {
      const Json& expected = test["attribute_breakdown"][kRadmatchDimensionNames[d]];
      EXPECT_EQ(score.dimensions[d].clean, expected["clean"].get<std::size_t>()) << id;
      EXPECT_EQ(score.dimensions[d].minor, expected["minor"].get<std::size_t>()) << id;
      EXPECT_EQ(score.dimensions[d].major, expected["major"].get<std::size_t>()) << id;
    }
    for (const auto* findings : {&report.predicted, &report.reference}) {
      for (const RadmatchFinding& finding : *findings) {
        std::vector<std::string> names;
        for (const std::size_t k : radmatch_subsets(finding)) names.emplace_back(kRadmatchSubsetNames[k]);
        EXPECT_EQ(names, test["subsets"][finding.id].get<std::vector<std::string>>()) << id << finding.id;
      }
    }
  }
}

TEST(Radmatch, CorpusScoresAreRatiosOfSums) {
  std::vector<RadmatchScore> scores;
  double errors = 0, opportunities = 0;
  for (const Json& test : cases()["scoring"]) {
    scores.push_back(
        radmatch_score(report_of(test["gt"], test["pred"], test["matches"], test["text_errors"])));
    errors += test["actionable_errors"].get<double>();
    opportunities += test["actionable_opportunities"].get<double>();
  }
  ScoreTable table(scores.size());
  add_radmatch(scores, table);
  const auto value = [&](const char* name) { return table.corpus_value(*table.find(name)); };
  EXPECT_NEAR(value("radmatch-actionable-errors"), errors / 9, 1e-12);
  EXPECT_NEAR(value("radmatch-actionable-error-rate"), errors / opportunities, 1e-12);
  EXPECT_EQ(table.find("radmatch-actionable-errors")->direction, Direction::kLower);
  EXPECT_TRUE(std::isnan(value("radmatch-correct-comparison")));
}

TEST(Radmatch, BadFilesAreRefused) {
  const Json finding = Json::parse(R"([{"finding_id":"a"}])"), none = Json::array();
  const Json no_matches = Json::parse(R"({"matches":[]})");
  const auto code = [](const Json& gt, const Json& pred, const Json& matching, const Json& errors) {
    return radmatch_from_json(gt, pred, matching, errors).status().code();
  };
  EXPECT_EQ(code(finding, finding, no_matches, Json()), ErrorCode::kOk);
  constexpr ErrorCode kInvalid = ErrorCode::kRecordInvalid;
  EXPECT_EQ(code(Json(3), none, no_matches, Json()), kInvalid);
  EXPECT_EQ(code(Json::parse("[{}]"), none, no_matches, Json()), kInvalid);
  EXPECT_EQ(code(Json::parse(R"([{"finding_id":"a"},{"finding_id":"a"}])"), none, no_matches, Json()),
            kInvalid);
  EXPECT_EQ(
      code(Json::parse(R"([{"finding_id":"a","measurements":[{"value":"x"}]}])"), none, no_matches, Json()),
      kInvalid);
  EXPECT_EQ(code(finding, finding, none, Json()), kInvalid);
  EXPECT_EQ(code(finding, finding, Json::parse(R"({"matches":[["a","b"]]})"), Json()), kInvalid);
  EXPECT_EQ(code(finding, finding, Json::parse(R"({"matches":[["a","a"],["a","a"]]})"), Json()), kInvalid);
  EXPECT_EQ(code(finding, finding, Json::parse(R"({"matches":[["a","a"]]})"), Json::parse("[]")), kInvalid);
  EXPECT_EQ(code(finding, finding, Json::parse(R"({"matches":[["a","a"]]})"),
                 Json::parse(R"([[["color","major"]]])")),
            kInvalid);
}

}  // namespace
}  // namespace hilum::eval
