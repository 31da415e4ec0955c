#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "factcheck/factcheck.h"

namespace hilum::factcheck {
namespace {

const FactChecker& checker() {
  static const auto loaded = FactChecker::load();
  if (!loaded) ADD_FAILURE() << loaded.status().to_string();
  return *loaded;
}

struct Checked {
  Outcome outcome;
  std::string text;
};

Checked check(const std::string& text, const Evidence& evidence) {
  const std::vector<Section> sections{{"text", text}};
  Checked checked{checker().check(sections, evidence), {}};
  const auto applied = apply_to_report(sections, checked.outcome.edits);
  checked.text = applied ? (*applied)[0].text : applied.status().to_string();
  return checked;
}

Evidence tube_at(double mm) {
  Evidence evidence;
  evidence.measurements.push_back({"ett_tip_to_carina", mm, "mm", 10.0, "points"});
  evidence.presence["endotracheal_tube"] = true;
  return evidence;
}

TEST(Measured, WrongValueIsReplacedInItsUnit) {
  EXPECT_EQ(check("ETT tip 6.0 cm above the carina.", tube_at(32)).text, "ETT tip 3.2 cm above the carina.");
  EXPECT_EQ(check("ETT tip 60 mm above the carina.", tube_at(32)).text, "ETT tip 32 mm above the carina.");
  EXPECT_EQ(check("ETT tip 3.5 cm above the carina.", tube_at(32)).text, "ETT tip 3.5 cm above the carina.");
  EXPECT_EQ(check("ETT tip 3 cm above the carina.", tube_at(-15)).text, "ETT tip 1.5 cm below the carina.");
}

TEST(Measured, QualifiersAndRangesAreRead) {
  EXPECT_FALSE(check("ETT tip less than 3 cm above the carina.", tube_at(5)).outcome.contradicted());
  EXPECT_FALSE(check("ETT tip 3-5 cm above the carina.", tube_at(42)).outcome.contradicted());
  EXPECT_TRUE(check("ETT tip at least 6 cm above the carina.", tube_at(30)).outcome.contradicted());
}

TEST(Measured, PlacementWordsFollowTheMeasuredDistance) {
  EXPECT_EQ(check("ETT in appropriate position, 4 cm above the carina.", tube_at(10)).text,
            "ETT in low position, 1.0 cm above the carina.");
}

TEST(Measured, WithoutAMeasurementNothingIsSaid) {
  const Checked checked = check("ETT tip 6 cm above the carina.", Evidence{});
  ASSERT_EQ(checked.outcome.claims.size(), 2u);
  EXPECT_EQ(checked.outcome.claims[1].verdict, Verdict::kNotCheckable);
  EXPECT_NE(checked.outcome.claims[1].reason.find("landmark:carina"), std::string::npos);
}

TEST(Measured, PriorValuesAndAdviceAreNotChecked) {
  const Checked checked =
      check("ETT 3.5 cm above the carina, previously 9 cm; could be advanced 8 cm.", tube_at(35));
  EXPECT_FALSE(checked.outcome.contradicted());
}

TEST(Presence, ATubeThatIsNotThereGoes) {
  Evidence evidence;
  evidence.presence["endotracheal_tube"] = false;
  EXPECT_EQ(check("Heart is normal. ETT ends 3 cm above the carina. No effusion.", evidence).text,
            "Heart is normal. No effusion.");
  EXPECT_EQ(check("ETT 3 cm above the carina and an enteric tube is seen.", evidence).text,
            "An enteric tube is seen.");
}

TEST(Presence, ATubeWithoutItsDistanceGetsIt) {
  EXPECT_EQ(check("Endotracheal tube is in place. No effusion.", tube_at(45)).text,
            "Endotracheal tube is in place. The tip of the endotracheal tube is 4.5 cm above the carina. No "
            "effusion.");
}

TEST(Predictions, ThresholdsDecide) {
  Evidence evidence;
  evidence.predictions.push_back({"Pneumothorax", "", 0.01, 0.4});
  EXPECT_TRUE(check("There is a pneumothorax.", evidence).outcome.contradicted());
  evidence.predictions[0].probability = 0.2;
  EXPECT_EQ(check("There is a pneumothorax.", evidence).outcome.claims[0].verdict, Verdict::kNotCheckable);
  evidence.predictions[0].probability = 0.6;
  EXPECT_EQ(check("There is a pneumothorax.", evidence).outcome.claims[0].verdict, Verdict::kSupported);
  evidence.predictions[0].probability = 0.95;
  EXPECT_TRUE(check("No pneumothorax.", evidence).outcome.contradicted());
}

TEST(Predictions, AGradedFindingContradictsAnotherSeverity) {
  Evidence evidence;
  evidence.predictions.push_back({"Pleural Effusion", "", 0.9, 0.4});
  EXPECT_FALSE(check("Large effusion.", evidence).outcome.contradicted());
  evidence.predictions[0].severity = "small";
  EXPECT_TRUE(check("Large effusion.", evidence).outcome.contradicted());
  EXPECT_FALSE(check("Moderate effusion.", evidence).outcome.contradicted());
  EXPECT_FALSE(check("Effusion.", evidence).outcome.contradicted());
  EXPECT_FALSE(check("No large effusion.", evidence).outcome.contradicted());
}

TEST(EvidenceOfRecord, ReadsAndRefuses) {
  const FactLexicon& lexicon = checker().reader().lexicon();
  const auto evidence =
      evidence_of(*parse_json(R"({"comparison":"None.","predictions":[{"label":"Edema","probability":0.7}],
    "anatomy":{"measurements":[{"name":"a","value":3,"unit":"cm"},{"name":"refused","value":null}],"presence":{"picc":true}}})"),
                  lexicon);
  ASSERT_TRUE(evidence) << evidence.status().to_string();
  EXPECT_EQ(evidence->has_prior, std::optional<bool>(false));
  EXPECT_EQ(evidence->measurements.size(), 1u);
  EXPECT_TRUE(evidence->presence.at("picc"));
  EXPECT_EQ(evidence_of(*parse_json(R"({"text":"x"})"), lexicon)->has_prior, std::nullopt);
  EXPECT_EQ(evidence_of(*parse_json(R"({"priors":[{"id":"p"}]})"), lexicon)->has_prior,
            std::optional<bool>(true));
  EXPECT_EQ(evidence_of(*parse_json(R"({"predictions":[{"label":"Edema"}]})"), lexicon).status().code(),
            ErrorCode::kRecordInvalid);
  const std::string graded = R"({"predictions":[{"label":"Edema","probability":0.7,"severity":"SEV"}]})";
  const auto with = [&](const std::string& severity) {
    std::string text = graded;
    text.replace(text.find("SEV"), 3, severity);
    return evidence_of(*parse_json(text), lexicon);
  };
  EXPECT_EQ(with("small")->predictions[0].severity, "small");
  EXPECT_EQ(with("huge").status().code(), ErrorCode::kRecordInvalid);
  EXPECT_EQ(evidence_of(*parse_json(R"({"predictions":7})"), lexicon).status().code(),
            ErrorCode::kRecordInvalid);
}

TEST(SectionsOfRecord, ReportOrText) {
  EXPECT_EQ(sections_of(*parse_json(R"({"report":{"findings":"a","impression":"b"}})"), "report")->size(),
            2u);
  EXPECT_EQ((*sections_of(*parse_json(R"({"text":"a"})"), "report"))[0].name, "text");
  EXPECT_EQ(sections_of(*parse_json(R"({"id":"1"})"), "report").status().code(), ErrorCode::kRecordInvalid);
  EXPECT_EQ(sections_of(*parse_json(R"({"report":{"findings":3}})"), "report").status().code(),
            ErrorCode::kRecordInvalid);
}

}  // namespace
}  // namespace hilum::factcheck
