#include "nlp/structure/structure.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/text/text.h"

namespace hilum::nlp {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const Structurer& structurer() {
  static const Structurer loaded = [] {
    auto result = Structurer::load();
    EXPECT_TRUE(result) << result.status().to_string();
    return result.take();
  }();
  return loaded;
}

std::vector<std::string> items(const OrganReport& report, const std::string& name) {
  for (const OrganSection& part : report.sections) {
    if (part.name == name) return part.items;
  }
  return {};
}

std::vector<std::string> messages(std::string_view text) {
  std::vector<std::string> out;
  for (const auto& p : structurer().check(text, nullptr))
    out.push_back(std::to_string(p.line) + ": " + p.message);
  return out;
}

TEST(Structure, FindingsGoUnderTheirOrgans) {
  const auto report = structurer().structure(
      "The heart is enlarged. No pleural effusion. PICC tip is at the carina. ETT tip is 4 cm above the "
      "carina. Lungs are clear. Old rib "
      "fracture. "
      "No free air. Small hiatal hernia. Hilar contours are normal. The patient is rotated. Heart failure.");
  EXPECT_THAT(items(report, "Lungs and Airways"), ElementsAre("Lungs are clear."));
  EXPECT_THAT(items(report, "Pleura"), ElementsAre("No pleural effusion."));
  EXPECT_THAT(items(report, "Cardiovascular"), ElementsAre("The heart is enlarged.", "Heart failure."));
  EXPECT_THAT(items(report, "Hila and Mediastinum"), ElementsAre("Hilar contours are normal."));
  EXPECT_THAT(items(report, "Tubes, Catheters, and Support Devices"),
              ElementsAre("PICC tip is at the carina.", "ETT tip is 4 cm above the carina."));
  EXPECT_THAT(items(report, "Musculoskeletal and Chest Wall"), ElementsAre("Old rib fracture."));
  EXPECT_THAT(items(report, "Abdominal"), ElementsAre("No free air.", "Small hiatal hernia."));
  EXPECT_THAT(items(report, "Other"), ElementsAre("The patient is rotated."));
  EXPECT_THAT(report.unplaced, IsEmpty());
}

TEST(Structure, HeadersInAnyUsualForm) {
  const auto report = structurer().structure(
      "EXAMINATION: Chest PA.\nINDICATION: Cough.\n\nFindings: Lungs are clear. Impression: 1. No edema. 2. "
      "Clear.");
  EXPECT_THAT(items(report, "Exam Type"), ElementsAre("Chest PA."));
  EXPECT_THAT(items(report, "History"), ElementsAre("Cough."));
  EXPECT_THAT(items(report, "Lungs and Airways"), ElementsAre("Lungs are clear."));
  EXPECT_THAT(items(report, "Impression"), ElementsAre("No edema.", "Clear."));
}

TEST(Structure, TheImpressionIsSortedAndKeepsWhatBelongsTogether) {
  const auto report = structurer().structure(
      "IMPRESSION: 1. No edema. 2. Stable granuloma. 3. Possible pneumonia. 4. New pneumothorax. Recommend "
      "CT.");
  EXPECT_THAT(items(report, "Impression"),
              ElementsAre("New pneumothorax. Recommend CT.", "Possible pneumonia.", "Stable granuloma.",
                          "No edema."));
}

TEST(Structure, ASentenceThatLeansOnTheOneBeforeFollowsIt) {
  const auto report = structurer().structure("Rib fracture. This is displaced. Lungs are clear.");
  EXPECT_THAT(items(report, "Musculoskeletal and Chest Wall"),
              ElementsAre("Rib fracture.", "This is displaced."));
}

TEST(Structure, NothingIsLostOrInvented) {
  const std::string source =
      "FINDINGS: Heart size is normal. Blah blah. 1.2 cm nodule at T2/T3. XXXX is seen. No effusion or "
      "pneumothorax. "
      "Lungs are clear. Lungs are clear. IMPRESSION: 1. No acute disease. 2. Stable.";
  const auto report = structurer().structure(source);
  EXPECT_THAT(report.unplaced, ElementsAre("Blah blah.", "XXXX is seen."));
  std::vector<std::string> words;
  for (const auto& part : report.sections) {
    for (const auto& item : part.items) {
      for (auto& word : split_words(item)) words.push_back(word);
    }
  }
  for (const auto& item : report.unplaced) {
    for (auto& word : split_words(item)) words.push_back(word);
  }
  std::vector<std::string> expected;
  for (const std::string& word : split_words(source)) {
    if (word != "FINDINGS:" && word != "IMPRESSION:" && word != "1." && word != "2.")
      expected.push_back(word);
  }
  EXPECT_THAT(words, ::testing::UnorderedElementsAreArray(expected));
}

TEST(Structure, TheTextFormIsValidAndReadsBack) {
  const auto report = structurer().structure(
      "INDICATION: Cough.\nFINDINGS: Heart is normal. Lungs are clear. IMPRESSION: 1. No edema. 2. Clear.");
  const std::string text = structurer().to_text(report);
  OrganReport read;
  EXPECT_THAT(structurer().check(text, &read), IsEmpty()) << text;
  EXPECT_EQ(structurer().to_text(read), text);
  EXPECT_EQ(Structurer::paragraph(read, "Findings"), "Lungs are clear. Heart is normal.");
  EXPECT_EQ(Structurer::paragraph(read, "Impression"), "No edema. Clear.");
}

TEST(StructureCheck, NamesLineAndFault) {
  EXPECT_THAT(messages("Findings:\nPleura:\n- No effusion.\n"), IsEmpty());
  EXPECT_THAT(messages("Findings:\nPleural:\n- x\n"),
              ElementsAre("2: no section or heading 'Pleural'; did you mean 'Pleura'?",
                          "3: a finding without a heading above it"));
  EXPECT_THAT(messages("Findings:\nPleura:\nNo effusion."), ElementsAre("3: a finding begins with '- '"));
  EXPECT_THAT(messages("Impression:\n1. a\n3. b"),
              ElementsAre("3: an impression should be numbered '2.' here"));
  EXPECT_THAT(messages("Impression:\n1. a\nFindings:\nPleura:\n- x"),
              ElementsAre("3: section 'Findings' should come before 'Impression'"));
  EXPECT_THAT(messages("Findings:\nPleura:\n- x\nLungs and Airways:\n- y"),
              ElementsAre("4: heading 'Lungs and Airways' should come before 'Pleura'"));
  EXPECT_THAT(messages("Findings:\nPleura:\n- x\nPleura:\n- y"),
              ElementsAre("4: heading 'Pleura' comes twice"));
  EXPECT_THAT(messages("Findings:\nPleura:\n- As on ___.\n"), ElementsAre(HasSubstr("'___'")));
  EXPECT_THAT(messages("hello"),
              ElementsAre("1: stands before the first section", "1: neither 'Findings:' nor 'Impression:'"));
  EXPECT_THAT(messages(""), ElementsAre("1: neither 'Findings:' nor 'Impression:'"));
}

TEST(Structure, EmptyAndOddText) {
  EXPECT_THAT(structurer().structure("").sections, IsEmpty());
  EXPECT_THAT(structurer().structure("word").unplaced, ElementsAre("word"));
  EXPECT_THAT(structurer().structure("...").unplaced, IsEmpty());
  EXPECT_THAT(structurer().structure("FINDINGS:\nIMPRESSION:").sections, IsEmpty());
}

}  // namespace
}  // namespace hilum::nlp
