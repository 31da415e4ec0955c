#include "eval/structured/extraction.h"

#include <gtest/gtest.h>

#include "golden.h"

namespace hilum::eval {
namespace {

const Json& cases() { return golden("lunguage_golden.json")["single_sr_eval"]; }

ExtractionScore score_of(const Json& test, const ExtractionOptions& options) {
  ExtractionCounter counter(options);
  for (const auto& [section, reference] : test["reference"].items()) {
    const Json candidate =
        test["candidate"].contains(section) ? Json(test["candidate"][section]) : Json::array();
    counter.add(*triplets_from_json(reference), *triplets_from_json(candidate));
  }
  return counter.score();
}

TEST(Extraction, CompatibleCountsOfEveryGoldenCase) {
  for (const Json& test : cases()["cases"]) {
    for (const bool subjects : {true, false}) {
      for (const bool sentences : {true, false}) {
        ExtractionOptions options;
        options.part = subjects ? ExtractionPart::kSubjects : ExtractionPart::kTriplets;
        options.sentences = sentences;
        const std::string key =
            std::string(subjects ? "SR" : "SRO") + "_result" + (sentences ? "" : "_no_sent_idx");
        const std::string where = test["id"].get<std::string>() + " " + key;
        const ExtractionScore got = score_of(test, options);
        for (const auto& [relation, expected] : test[key].items()) {
          if (relation == "macro_avg") {
            EXPECT_NEAR(got.macro_precision, expected["precision"].get<double>(), 1e-9) << where;
            EXPECT_NEAR(got.macro_recall, expected["recall"].get<double>(), 1e-9) << where;
            EXPECT_NEAR(got.macro_f1, expected["f1"].get<double>(), 1e-9) << where;
            continue;
          }
          ASSERT_EQ(got.relations.count(relation), 1u) << where << relation;
          const TripletCounts& counts = got.relations.at(relation);
          EXPECT_EQ(counts.all, expected["all"].get<std::size_t>()) << where << relation;
          EXPECT_EQ(counts.right, expected["tp"].get<std::size_t>()) << where << relation;
          EXPECT_EQ(counts.wrong, expected["fp"].get<std::size_t>()) << where << relation;
          EXPECT_EQ(counts.missed, expected["miss"].get<std::size_t>()) << where << relation;
        }
        const Json& overall = test[key + "_overall"];
        EXPECT_NEAR(got.precision, overall["precision"].get<double>(), 1e-9) << where;
        EXPECT_NEAR(got.recall, overall["recall"].get<double>(), 1e-9) << where;
        EXPECT_NEAR(got.f1, overall["f1"].get<double>(), 1e-9) << where;
      }
    }
  }
}

TEST(Extraction, StrictSeesTheWrongSide) {
  for (const Json& test : cases()["cases"]) {
    const std::string id = test["id"];
    if (id != "eval_wrong_side_passes" && id != "eval_opposite_change") continue;
    ExtractionOptions options;
    EXPECT_EQ(score_of(test, options).f1, 1.0) << id;
    options.strict = true;
    EXPECT_LT(score_of(test, options).f1, 1.0) << id;
  }
}

TEST(Extraction, TextRatios) {
  for (const Json& row : cases()["string_ratio"]) {
    EXPECT_EQ(difflib_ratio(row["a"].get<std::string>(), row["b"].get<std::string>()),
              row["fuzzywuzzy_difflib"].get<int>())
        << row;
  }
}

}  // namespace
}  // namespace hilum::eval
