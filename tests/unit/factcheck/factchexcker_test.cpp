#include "factcheck/factchexcker.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace hilum::factcheck {
namespace {

const FactChecker& checker() {
  static const auto loaded = FactChecker::load();
  if (!loaded) ADD_FAILURE() << loaded.status().to_string();
  return *loaded;
}

Json json(const char* text) {
  const auto parsed = parse_json(text);
  if (!parsed) ADD_FAILURE() << parsed.status().to_string();
  return *parsed;
}

const char* kPoints =
    R"({"id1":{"resized_dim":640,"predictions":{"0":{"confidence":0.6,"pred":[253.5,124.5]},"1":{"confidence":0.3,"pred":[254.5,182.0]}}}})";

Json reports(const std::string& text) {
  return Json{{"id1",
               {{"report", text},
                {"image_path", "x.jpg"},
                {"original_size", {3056, 2544}},
                {"pixel_spacing", {0.139, 0.139}}}}};
}

struct Ran {
  std::vector<FactchexckerRow> rows;
  Json reports;
};

// Every entry of `reports`, as the stage takes them.
Result<Ran> run_factchexcker(const FactChecker& fact_checker, Json reports, const Json& points,
                             const Json& presence, bool update) {
  const auto of = [](const Json& file, const std::string& id) {
    return file.is_object() && file.contains(id) ? file[id] : Json(nullptr);
  };
  Ran ran;
  for (auto& [id, entry] : reports.items()) {
    HILUM_ASSIGN(FactchexckerRow row,
                 check_entry(fact_checker, id, entry, of(points, id), of(presence, id), update));
    ran.rows.push_back(std::move(row));
  }
  ran.reports = std::move(reports);
  return ran;
}

std::string updated(const Ran& ran) { return ran.reports["id1"]["report"].get<std::string>(); }

TEST(Factchexcker, DistanceOfTheirExample) {
  const auto cm = tube_distance_cm(reports("")["id1"], json(kPoints)["id1"]);
  ASSERT_TRUE(cm && cm->has_value());
  EXPECT_NEAR(**cm, 3.178, 0.001);
}

TEST(Factchexcker, AxesHaveTheirOwnScaleAndSpacing) {
  Json entry = reports("")["id1"];
  entry["original_size"] = {1280, 640};
  entry["pixel_spacing"] = {0.1, 0.3};
  const auto cm = tube_distance_cm(
      entry, json(R"({"resized_dim":640,"predictions":{"0":{"pred":[100,200]},"1":{"pred":[130,160]}}})"));
  ASSERT_TRUE(cm && cm->has_value());
  EXPECT_NEAR(**cm, std::hypot(30 * 2 * 0.1, 40 * 1 * 0.3) / 10, 1e-9);
}

TEST(Factchexcker, MeasuredDistanceIsWritten) {
  const auto result = run_factchexcker(
      checker(), reports("ETT tip is approximately 1.6 cm above the carina."), json(kPoints), nullptr, true);
  ASSERT_TRUE(result) << result.status().to_string();
  EXPECT_EQ(updated(*result), "ETT tip is approximately 3.18 cm above the carina.");
  ASSERT_EQ(result->rows.size(), 1u);
  EXPECT_TRUE(result->rows[0].present);
  EXPECT_NEAR(*result->rows[0].measurement_cm, 3.178, 0.001);
  EXPECT_TRUE(*result->rows[0].placement_correct);
}

TEST(Factchexcker, PresenceAnswerRemovesTheTube) {
  const Json absent =
      json(R"({"id1":{"predictions":{"not_present":-0.01,"ET_present":-4.6,"prediction":"not_present"}}})");
  const auto result = run_factchexcker(checker(), reports("ETT 4 cm above the carina. No effusion."),
                                       json(kPoints), absent, true);
  ASSERT_TRUE(result);
  EXPECT_EQ(updated(*result), "No effusion.");
  EXPECT_FALSE(result->rows[0].present);
  EXPECT_FALSE(result->rows[0].measurement_cm.has_value());
}

TEST(Factchexcker, PointsAloneNeverMakeATube) {
  const auto result = run_factchexcker(checker(), reports("No acute disease."), json(kPoints), nullptr, true);
  ASSERT_TRUE(result);
  EXPECT_EQ(updated(*result), "No acute disease.");
  EXPECT_FALSE(result->rows[0].present);
}

TEST(Factchexcker, RowsWithoutUpdateDescribeTheReport) {
  Json entry = reports("ETT 8 cm above the carina.");
  entry["id1"]["reference"] = "ETT ends 3 to 4 cm above the carina.";
  const auto result = run_factchexcker(checker(), entry, nullptr, nullptr, false);
  ASSERT_TRUE(result);
  EXPECT_DOUBLE_EQ(*result->rows[0].measurement_cm, 8);
  EXPECT_FALSE(*result->rows[0].placement_correct);
  EXPECT_DOUBLE_EQ(*result->rows[0].gt_measurement_cm, 4) << "of a range the higher value";
  EXPECT_EQ(to_csv(result->rows, "m"),
            "rid,model,object,present,measurement,placement,gt_present,gt_measurement,gt_placement,"
            "measurement_diff\n"
            "id1,m,endotracheal_tube,True,8.0000,incorrect,True,4.0000,correct,4.0000\n");
}

TEST(Factchexcker, DifferencesHaveNoSign) {
  Json entry = reports("ETT 2 cm above the carina.");
  entry["id1"]["reference"] = "ETT ends 3.5 cm above the carina.";
  const auto result = run_factchexcker(checker(), entry, nullptr, nullptr, false);
  ASSERT_TRUE(result);
  EXPECT_NE(to_csv(result->rows, "m").find(",3.5000,correct,1.5000\n"), std::string::npos);
}

TEST(Factchexcker, BadFilesAreNamed) {
  Json entry = reports("ETT in place.");
  entry["id1"]["pixel_spacing"] = {0.139, 0};
  const auto spacing = run_factchexcker(checker(), entry, json(kPoints), nullptr, true);
  EXPECT_NE(spacing.status().message().find("id1"), std::string::npos);
  EXPECT_EQ(run_factchexcker(checker(), json(R"({"a":{}})"), nullptr, nullptr, true).status().code(),
            ErrorCode::kRecordInvalid);
}

}  // namespace
}  // namespace hilum::factcheck
