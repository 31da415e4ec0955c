#include "nlp/sections/sections.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "source_dir.h"

namespace hilum::nlp {

bool operator==(const Section& a, const Section& b) { return a.name == b.name && a.text == b.text; }
void PrintTo(const Section& s, std::ostream* out) { *out << s.name << ": \"" << s.text << '"'; }

namespace {

using ::testing::ElementsAre;

class Sections : public ::testing::Test {
 protected:
  void SetUp() override {
    auto loaded = SectionParser::load(source_dir() + "/configs/sections/mimic.json");
    ASSERT_TRUE(loaded) << loaded.status().to_string();
    parser_ = loaded.take();
  }
  std::vector<Section> named(std::string_view text, SectionDialect dialect) {
    return SectionParser::by_name(parser_->parse(text, dialect), dialect);
  }
  std::string name_of(const std::string& header) {
    const auto sections = parser_->parse("x\n " + header + ": text", SectionDialect::kMit);
    return sections.size() == 2 ? sections[1].name : "?";
  }
  std::optional<SectionParser> parser_;
};

TEST_F(Sections, WithoutHeaderAllIsTheFullReport) {
  EXPECT_THAT(named("Lungs are clear.\nNo effusion.", SectionDialect::kMit),
              ElementsAre(Section{"full report", "Lungs are clear.\nNo effusion."}));
  EXPECT_THAT(named("Lungs are  clear.\nNo effusion.", SectionDialect::kSei),
              ElementsAre(Section{"full report", "Lungs are clear. No effusion."}));
}

TEST_F(Sections, LastParagraphIsInMitOnly) {
  const char* report =
      " FINAL REPORT\n CHEST, PA LATERAL:\n \n INDICATION:   Cough.\n \n Lungs are clear.\n \n No "
      "effusion.\n";
  EXPECT_THAT(named(report, SectionDialect::kMit),
              ElementsAre(Section{"preamble", "FINAL REPORT"}, Section{"indication", "Cough."},
                          Section{"last_paragraph", "Lungs are clear.\n \n No effusion."}));
  EXPECT_THAT(named(report, SectionDialect::kSei),
              ElementsAre(Section{"preamble", "FINAL REPORT"},
                          Section{"indication", "Cough. Lungs are clear. No effusion."}));
}

TEST_F(Sections, TwoHeadersWithNothingBetweenAreOneSection) {
  const char* report = " FINAL REPORT\n FINDINGS:\n IMPRESSION: x\n";
  for (const SectionDialect dialect : {SectionDialect::kMit, SectionDialect::kSei}) {
    EXPECT_THAT(named(report, dialect),
                ElementsAre(Section{"preamble", "FINAL REPORT"}, Section{"findings", "IMPRESSION: x"}));
  }
}

TEST_F(Sections, OfTwoSectionsOfANameSeiTakesTheFirstMitTheLast) {
  const char* report = "a\n FINDINGS: b\n FINDINGS: c\n";
  EXPECT_THAT(named(report, SectionDialect::kSei),
              ElementsAre(Section{"preamble", "a"}, Section{"findings", "b"}));
  EXPECT_THAT(named(report, SectionDialect::kMit),
              ElementsAre(Section{"preamble", "a"}, Section{"findings", "c"}));
}

TEST_F(Sections, AHeaderOnTheFirstLineIsNotSeen) {
  EXPECT_THAT(named(" FINDINGS: clear", SectionDialect::kMit),
              ElementsAre(Section{"full report", "FINDINGS: clear"}));
  EXPECT_THAT(named("x\nFINDINGS: no blank before", SectionDialect::kMit),
              ElementsAre(Section{"full report", "x\nFINDINGS: no blank before"}));
  EXPECT_THAT(named("x\n FINDINGS:no space after", SectionDialect::kMit),
              ElementsAre(Section{"full report", "x\n FINDINGS:no space after"}));
}

TEST_F(Sections, NamesAreMapped) {
  EXPECT_EQ(name_of("REASON FOR EXAM"), "indication");
  EXPECT_EQ(name_of("IDICATION"), "indication");
  EXPECT_EQ(name_of("NDICATION"), "impression");  // a slip of the original, kept
  EXPECT_EQ(name_of("PFI"), "history");
  EXPECT_EQ(name_of("COMPARRISON"), "comparison");
  EXPECT_EQ(name_of("TYPE OF EXAMINATION"), "examination");
  EXPECT_EQ(name_of("RECOMMENDATION(S)"), "recommendations");
  EXPECT_EQ(name_of("WETREAD"), "wet read");
  EXPECT_EQ(name_of("FINDINGS/ IMPRESSION"), "impression");
  EXPECT_EQ(name_of("CONCLUSION"), "impression");
}

TEST_F(Sections, UnknownNamesGoByWhatTheyContain) {
  EXPECT_EQ(name_of("MAIN IMPRESSION AND FINDINGS"), "impression");
  EXPECT_EQ(name_of("FINDINGS, CHEST"), "findings");
  EXPECT_EQ(name_of("SURGICAL HISTORY"), "history");
  EXPECT_EQ(name_of("PORTABLE AP FILM"), "findings");
  EXPECT_EQ(name_of("FRONTAL SEMI-UPRIGHT"), "findings");
  EXPECT_EQ(name_of("NOTE"), "note");
  EXPECT_EQ(name_of(" TECHNIQUE "), "technique");
}

TEST_F(Sections, EmptyFindingsAreDropped) {
  EXPECT_THAT(named("x\n FINDINGS:  \n \n TECHNIQUE: PA\n", SectionDialect::kMit),
              ElementsAre(Section{"preamble", "x"}, Section{"technique", "PA"}));
}

TEST_F(Sections, MainSectionPrefersTheImpression) {
  const char* report = "x\n FINDINGS: f\n IMPRESSION: i\n COMPARISON: c\n";
  EXPECT_EQ(parser_->main_section("s1", report), (Section{"impression", "i"}));
  EXPECT_EQ(parser_->main_section("s1", "x\n COMPARISON: c\n"), (Section{"comparison", "c"}));
  EXPECT_EQ(parser_->main_section("s1", "x"), (Section{"", ""}));
}

TEST_F(Sections, HandMadeStudies) {
  const char* report = "x\n IMPRESSION: i\n RECOMMENDATION(S): r\n";
  EXPECT_EQ(parser_->main_section("s50913680", report), (Section{"recommendations", "r"}));
  EXPECT_EQ(parser_->main_section("50913680", report), (Section{"recommendations", "r"}));
  std::string long_report(500, 'a');
  long_report.replace(201, 4,
                      "\xC3\xA9"
                      "bc");
  EXPECT_EQ(parser_->main_section("s50525523", long_report).text,
            "\xC3\xA9"
            "bc" +
                std::string(145, 'a'));
  EXPECT_EQ(parser_->main_section("s58235663", long_report).text, "");
}

TEST_F(Sections, LongHostileTextTakesLinearTime) {
  std::string text;
  while (text.size() < (4u << 20)) text += "\n A A A A A A A A \n";
  EXPECT_EQ(named(text, SectionDialect::kMit).size(), 1u);
}

TEST(SectionTable, ABadTableIsRefused) {
  const auto missing = SectionParser::load("/nowhere/table.json");
  EXPECT_EQ(missing.status().code(), ErrorCode::kFileNotFound);
}

TEST(IuXml, SectionsAndId) {
  const char* xml =
      "<eCitation><uId id=\"CXR7\"/><Abstract><AbstractText Label=\"COMPARISON\"/>"
      "<AbstractText Label=\"FINDINGS\">Size &lt; 3 cm &amp; clear.</AbstractText>\n"
      "<AbstractText Label='IMPRESSION'> &#65;cute&#x21; </AbstractText></Abstract></eCitation>";
  const auto sections = parse_iu_xml(xml);
  ASSERT_TRUE(sections) << sections.status().to_string();
  EXPECT_THAT(*sections, ElementsAre(Section{"comparison", ""}, Section{"findings", "Size < 3 cm & clear."},
                                     Section{"impression", "Acute!"}));
  EXPECT_EQ(iu_xml_id(xml), "CXR7");
}

TEST(IuXml, OtherTextIsRefused) {
  EXPECT_EQ(parse_iu_xml("<html>").status().code(), ErrorCode::kFileInvalid);
  EXPECT_EQ(parse_iu_xml("").status().code(), ErrorCode::kFileInvalid);
  EXPECT_EQ(parse_iu_xml("<AbstractText Label=\"F\">cut").status().code(), ErrorCode::kFileInvalid);
}

}  // namespace
}  // namespace hilum::nlp
