#include "eval/structured/structured_scores.h"

#include <cmath>

#include <gtest/gtest.h>

#include "golden.h"

namespace hilum::eval {
namespace {

// The golden row as `hilum entities --structured` would write it.
Json entity_of(const Json& row, int number) {
  Json relations = Json::array({Json{{"relation", "Cat"}, {"value", "pf"}, {"obj_ent_idx", nullptr}}});
  const auto add = [&](const std::string& name, const Json& value) {
    relations.push_back(Json{{"relation", name}, {"value", value}, {"obj_ent_idx", nullptr}});
  };
  add("Dx_Status", row.contains("dx_status") ? row["dx_status"] : Json("positive"));
  add("Dx_Certainty", row.contains("dx_certainty") ? row["dx_certainty"] : Json("definitive"));
  for (const std::string& relation : nlp::attribute_relations()) {
    if (row.contains(relation) && row[relation].is_string()) add(relation, row[relation]);
  }
  return Json{
      {"name", row["entity"]}, {"sent_idx", 1}, {"ent_idx", number}, {"relations", std::move(relations)}};
}

nlp::LunguageReport report_of(const Json& rows) {
  Json entities = Json::array();
  for (const Json& row : rows) entities.push_back(entity_of(row, static_cast<int>(entities.size()) + 1));
  const auto report = nlp::lunguage_from_json(Json{{"entities", std::move(entities)}});
  EXPECT_TRUE(report.is_ok()) << report.status().to_string();
  return report.is_ok() ? *report : nlp::LunguageReport();
}

double value(const ScoreTable& table, const std::string& name) {
  const Metric* metric = table.find(name);
  EXPECT_NE(metric, nullptr) << name;
  return metric != nullptr ? table.corpus_value(*metric) : std::nan("");
}

// Golden cases of one study whose rows say status and certainty, as our reports always do.
bool fits_our_schema(const Json& test) {
  if (test["mode"] != "gold_eval" || test["jaccard"]["f64"].size() != 1) return false;
  for (const char* side : {"candidate", "reference"}) {
    for (const Json& row : test[side]) {
      if (!row.contains("entity") || !row.contains("dx_status") || !row.contains("dx_certainty"))
        return false;
      for (const auto& [key, cell] : row.items()) {
        if (!cell.is_string()) return false;
        if (cell.get<std::string>().find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") != std::string::npos)
          return false;
      }
    }
  }
  return !test["candidate"].empty() && !test["reference"].empty();
}

TEST(StructuredScores, GoldenLunguageScoresThroughOurSchema) {
  std::size_t compared = 0;
  for (const Json& test : golden("lunguage_golden.json")["lunguage_score"]) {
    if (!fits_our_schema(test)) continue;
    const Json& expected = test["jaccard"]["f64"].front();
    if (expected.contains("skipped")) continue;
    ScoreTable table(1);
    ASSERT_TRUE(add_lunguage({report_of(test["candidate"])}, {report_of(test["reference"])},
                             TextSimilarity::kJaccard, "given", table)
                    .is_ok());
    EXPECT_NEAR(value(table, "LunguageScore-jaccard-F1"), expected["f1"].get<double>(), 1e-9) << test["id"];
    EXPECT_NEAR(value(table, "LunguageScore-jaccard-precision"), expected["precision"].get<double>(), 1e-9);
    EXPECT_NEAR(value(table, "LunguageScore-jaccard-recall"), expected["recall"].get<double>(), 1e-9);
    ++compared;
  }
  EXPECT_GE(compared, 10u);
}

TEST(StructuredScores, ReportsWithoutEntitiesAreLeftOut) {
  const nlp::LunguageReport full = report_of(Json::parse(R"([{"entity":"edema"}])"));
  ScoreTable table(2);
  ASSERT_TRUE(add_lunguage({full, {}}, {full, full}, TextSimilarity::kExact, "given", table).is_ok());
  EXPECT_NEAR(value(table, "LunguageScore-exact-F1"), 1, 1e-12);
  EXPECT_NE(table.find("LunguageScore-exact-F1")->policy.find("1 reports"), std::string::npos);
}

TEST(StructuredScores, RowsOfEveryShape) {
  const auto reader = StructuredReader::load();
  ASSERT_TRUE(reader.is_ok()) << reader.status().to_string();
  const Json rows = Json::parse(R"([{"study_id":"s","entity":"edema"}])");
  EXPECT_EQ(*reader->rows(rows), rows);
  const Json report =
      nlp::lunguage_to_json(reader->read_text("Small left pleural effusion. No pneumothorax."));
  const auto one = reader->rows(report);
  ASSERT_TRUE(one.is_ok()) << one.status().to_string();
  EXPECT_EQ(one->size(), report["entities"].size());
  EXPECT_EQ((*one)[0]["dx_status"], "positive");
  Json later = nlp::lunguage_to_json(reader->read_text("Small left pleural effusion is unchanged."));
  later["study_id"] = "s9";
  later["sequence"] = 7;
  const auto two = reader->rows(Json::array({report, later}));
  ASSERT_TRUE(two.is_ok()) << two.status().to_string();
  EXPECT_EQ(two->front()["study_id"], "1");
  EXPECT_EQ(two->back()["study_id"], "s9");
  EXPECT_EQ(two->back()["sequence"], 7);
  // Grouped by rules: both effusions are one finding with one episode.
  EXPECT_FALSE(two->front()["entity_group"].get<std::string>().empty());
  EXPECT_EQ(two->front()["entity_group"], two->back()["entity_group"]);
  const auto same = lunguage_score(*two, *two, LunguageMode::kSequential, TextSimilarity::kExact);
  ASSERT_TRUE(same.is_ok());
  EXPECT_NEAR(same->f1, 1, 1e-12);
  for (const Json& bad :
       {Json(3), Json::parse(R"([{"entities":3}])"), Json::parse(R"([{"entities":[]},{"entity":"x"}])"),
        Json::parse(R"({"entities":[],"sequence":"x"})")})
    EXPECT_EQ(reader->rows(bad).status().code(), ErrorCode::kRecordInvalid) << bad;
}

TEST(StructuredScores, ExtractionCountsAreThoseOfTheCounter) {
  const nlp::LunguageReport reference =
      report_of(Json::parse(R"([{"entity":"opacity","location":"left lower lobe"},{"entity":"edema"}])"));
  const nlp::LunguageReport candidate =
      report_of(Json::parse(R"([{"entity":"opacity","location":"right lower lobe"}])"));
  ScoreTable table(1);
  add_extraction({candidate}, {reference}, true, table);
  // cat, status, certainty of two entities and one location: 4 of 7 found; the wrong side passes as
  // published.
  EXPECT_NEAR(value(table, "Extraction-SRO-compatible-precision"), 1, 1e-12);
  EXPECT_NEAR(value(table, "Extraction-SRO-compatible-recall"), 4.0 / 7, 1e-12);
  EXPECT_NEAR(value(table, "Extraction-SRO-strict-precision"), 3.0 / 4, 1e-12);
  EXPECT_NEAR(value(table, "Extraction-SRO-strict-recall"), 3.0 / 7, 1e-12);
  EXPECT_NEAR(value(table, "Extraction-SR-compatible-recall"), 1, 1e-12);
  EXPECT_NEAR(value(table, "Extraction-SR-strict-recall"), 4.0 / 7, 1e-12);
  // Macro over the four relations that occur: three with F1 2/3, location with 1 or 0.
  EXPECT_NEAR(value(table, "Extraction-SRO-compatible-macro-F1"), (3 * 2.0 / 3 + 1) / 4, 1e-12);
  EXPECT_NEAR(value(table, "Extraction-SRO-strict-macro-F1"), (3 * 2.0 / 3) / 4, 1e-12);
}

}  // namespace
}  // namespace hilum::eval
