#include <algorithm>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "factcheck/factcheck.h"
#include "source_dir.h"
#include "unit/factcheck/inverse.h"

namespace hilum::factcheck {
namespace {

const FactChecker& checker() {
  static const auto loaded = FactChecker::load();
  if (!loaded) ADD_FAILURE() << loaded.status().to_string();
  return *loaded;
}

std::vector<Section> report(const std::string& findings, const std::string& impression = "") {
  return {{"findings", findings}, {"impression", impression}};
}

// The checks that contradict something, sorted, each once.
std::string contradicted(const std::vector<Section>& sections, std::optional<bool> has_prior = std::nullopt) {
  Evidence evidence;
  evidence.has_prior = has_prior;
  std::vector<std::string> checks;
  for (const CheckedClaim& c : checker().check(sections, evidence).claims) {
    if (c.verdict != Verdict::kContradicted) continue;
    EXPECT_FALSE(c.reason.empty());
    checks.push_back(c.check);
  }
  std::sort(checks.begin(), checks.end());
  checks.erase(std::unique(checks.begin(), checks.end()), checks.end());
  std::string out;
  for (const std::string& check : checks) out += (out.empty() ? "" : " ") + check;
  return out;
}

std::string corrected(const std::string& text, std::optional<bool> has_prior = std::nullopt) {
  Evidence evidence;
  evidence.has_prior = has_prior;
  const std::vector<Section> sections{{"text", text}};
  const auto applied = apply_to_report(sections, checker().check(sections, evidence).edits);
  return applied ? (*applied)[0].text : applied.status().to_string();
}

TEST(Checks, PlacementWordsAgainstDistance) {
  EXPECT_EQ(contradicted(report("The ETT is in appropriate position, 1 cm above the carina.")), "placement");
  EXPECT_EQ(contradicted(report("The ETT is in appropriate position, 4 cm above the carina.")), "");
  EXPECT_EQ(contradicted(report("Low-lying endotracheal tube, 6.5 cm above the carina.")), "placement");
  EXPECT_EQ(contradicted(report("Endotracheal tube tip 1.5 cm below the carina.",
                                "Endotracheal tube in satisfactory position.")),
            "placement");
}

TEST(Checks, WordsAgainstNumbers) {
  EXPECT_EQ(contradicted(report("Large right pneumothorax measuring 5 mm.")), "size_word");
  EXPECT_EQ(contradicted(report("Small right pneumothorax measuring 5 mm.")), "");
  EXPECT_EQ(contradicted(report("A 6 cm nodule is seen in the left lung.")), "name_and_size");
  EXPECT_EQ(contradicted(report("Heart size is normal. CTR is 0.62.")), "heart_size");
}

TEST(Checks, ImpossibleValues) {
  EXPECT_EQ(contradicted(report("Endotracheal tube tip 35 cm above the carina.")), "possible_value");
  EXPECT_EQ(contradicted(report("Left pneumothorax of 140%.")), "possible_value");
}

TEST(Checks, TwoValuesForOneThing) {
  EXPECT_EQ(contradicted(report("ETT tip 2 cm above the carina.", "ETT tip 2 mm above the carina.")),
            "two_values");
  EXPECT_EQ(
      contradicted(report("Right upper lobe mass measuring 3.4 x 2.9 cm.", "3.4 cm right upper lobe mass.")),
      "");
  EXPECT_EQ(contradicted(report("4 mm and 9 mm right nodules.", "9 mm right nodule.")), "")
      << "several nodules have several sizes";
}

TEST(Checks, PresentAndAbsent) {
  EXPECT_EQ(contradicted(report("There is a left effusion. No pleural effusion.")), "presence");
  EXPECT_EQ(contradicted(report("There is a left effusion. No right pleural effusion.")), "");
  EXPECT_EQ(contradicted(report("Small left effusion. No large pleural effusion.")), "");
  EXPECT_EQ(contradicted(report("The lungs are clear.", "Right lower lobe pneumonia.")), "normality");
  EXPECT_EQ(contradicted(report("Cardiomegaly. Heart size is normal.")), "normality");
}

TEST(Checks, SidesOfOneFinding) {
  EXPECT_EQ(contradicted(report("Small left pleural effusion.", "Small right pleural effusion.")),
            "laterality");
  EXPECT_EQ(contradicted(report("Left and right pleural effusions.", "Right pleural effusion.")), "");
  EXPECT_EQ(contradicted(report("Left upper lobe opacity.", "Right lower lobe opacity.")), "")
      << "another zone is another opacity";
  EXPECT_EQ(contradicted(report("Opacity in the left middle lobe.")), "anatomy");
}

TEST(Checks, SeverityAcrossSections) {
  EXPECT_EQ(contradicted(report("Small left pleural effusion.", "Large left pleural effusion.")), "severity");
  EXPECT_EQ(contradicted(report("Small left pleural effusion.", "Small to moderate left pleural effusion.")),
            "");
  EXPECT_EQ(contradicted(report("Large left pleural effusion.", "Small effusion.")), "severity")
      << "the same where a side is not repeated";
  EXPECT_EQ(contradicted(report("Small left pleural effusion.", "Large right pleural effusion.")),
            "laterality");
  EXPECT_EQ(contradicted(report("Mild scoliosis of the spine.", "Severe scoliosis.")), "severity");
  EXPECT_EQ(contradicted(report("Mild scoliosis of the spine.", "No scoliosis.")), "")
      << "what the list does not name is compared by severity alone";
}

TEST(Checks, WhatIsNotNormalAndWhatIsNotAcute) {
  EXPECT_EQ(contradicted(report("The lungs are not clear.", "No acute cardiopulmonary abnormality.")),
            "normality");
  EXPECT_EQ(contradicted(report("There is a right pneumothorax.", "No acute disease.")), "normality");
  EXPECT_EQ(contradicted(report("Heart size is not normal.", "Normal chest.")), "normality");
  EXPECT_EQ(contradicted(report("Small effusion of long standing. Cardiomegaly.", "No acute disease.")), "");
  EXPECT_EQ(contradicted(report("The lungs are clear. Heart size is normal.", "No acute disease.")), "");
}

TEST(Checks, RemovedDevices) {
  EXPECT_EQ(contradicted(report("The patient has been extubated. The ETT ends 3 cm above the carina.")),
            "removed_device");
}

TEST(Checks, Repetition) {
  EXPECT_EQ(contradicted(report("The aorta is tortuous. Heart size is normal. The aorta is tortuous.")),
            "repetition");
  EXPECT_EQ(contradicted(report("The aorta is tortuous.", "The aorta is tortuous.")), "")
      << "an impression repeats";
}

TEST(Checks, ReferencesToPriors) {
  EXPECT_EQ(contradicted(report("Stable left effusion."), false), "prior_reference");
  EXPECT_EQ(contradicted(report("Stable left effusion."), true), "");
  EXPECT_EQ(contradicted(report("Stable left effusion.")), "") << "whether there is one is not known";
  EXPECT_EQ(contradicted(report("Left lower lobe opacity, smaller lower lobe volume."), false), "");
  EXPECT_EQ(contradicted(report("No prior studies. Left effusion is unchanged.")), "prior_reference");
  EXPECT_EQ(contradicted(report("Opacity on the left compared to the right."), false), "");
}

TEST(Checks, Spelling) {
  EXPECT_EQ(contradicted(report("Small plural effusion.")), "spelling");
  EXPECT_EQ(contradicted(report("Left penumothorax.")), "spelling");
  EXPECT_EQ(contradicted(report("The overlap may obscure a nodule; degenerated discs.")), "");
}

TEST(Update, RemovesReferencesAndKeepsGrammar) {
  EXPECT_EQ(corrected("Stable left effusion.", false), "Left effusion.");
  EXPECT_EQ(corrected("There is an unchanged left effusion.", false), "There is a left effusion.");
  EXPECT_EQ(corrected("Left effusion, unchanged.", false), "Left effusion.");
  EXPECT_EQ(corrected("The left effusion is unchanged.", false), "The left effusion is present.");
  EXPECT_EQ(
      corrected("Left effusion compared to the prior study. No interval change. Clear right lung.", false),
      "Left effusion. Clear right lung.");
  EXPECT_EQ(corrected("Compared with the prior study, there is an effusion.", false),
            "There is an effusion.");
  EXPECT_EQ(corrected("Again seen is a left effusion.", false), "Seen is a left effusion.");
}

TEST(Update, RemovesRepetitionAndMisspelling) {
  EXPECT_EQ(corrected("The aorta is tortuous. No effusion is seen. The aorta is tortuous."),
            "The aorta is tortuous. No effusion is seen.");
  EXPECT_EQ(corrected("Plural effusion."), "Pleural effusion.");
}

TEST(Update, LeavesAloneWhatItCannotDecide) {
  const std::string text = "Small left pleural effusion. No pleural effusion.";
  EXPECT_EQ(corrected(text), text);
}

// Every report of the synthetic set: applying and reverting are inverses, running twice changes nothing, and
// no clean report raises an alarm.
TEST(Update, InverseAndIdempotentOnManyReports) {
  std::ifstream in(source_dir() + "/tests/data/factcheck/clean_reports.jsonl");
  int reports = 0;
  for (std::string line; std::getline(in, line); ++reports) {
    const auto record = parse_json(line);
    ASSERT_TRUE(record);
    auto sections = sections_of(*record, "report");
    ASSERT_TRUE(sections);
    EXPECT_FALSE(checker().check(*sections, Evidence{}).contradicted()) << line;
    (*sections)[0].text +=
        " Stable lung bases compared to the prior exam. Plural thickening is again noted. " +
        (*sections)[0].text;
    Evidence evidence;
    evidence.has_prior = false;
    const Outcome outcome = checker().check(*sections, evidence);
    EXPECT_FALSE(outcome.edits.empty());
    const auto once = apply_to_report(*sections, outcome.edits);
    ASSERT_TRUE(once) << once.status().to_string();
    const auto back = apply_to_report(*once, inverse(outcome.edits));
    ASSERT_TRUE(back) << back.status().to_string();
    for (std::size_t i = 0; i < sections->size(); ++i) EXPECT_EQ((*back)[i].text, (*sections)[i].text);
    const auto twice = apply_to_report(*once, checker().check(*once, evidence).edits);
    ASSERT_TRUE(twice);
    for (std::size_t i = 0; i < once->size(); ++i) EXPECT_EQ((*twice)[i].text, (*once)[i].text);
  }
  EXPECT_GE(reports, 100);
}

}  // namespace
}  // namespace hilum::factcheck
