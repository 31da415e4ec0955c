#include "nlp/lunguage/lunguage.h"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/files/file.h"
#include "source_dir.h"

namespace hilum::nlp {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

LunguageReport structure(const std::string& text) {
  static const auto* const extractor =
      new Result<EntityExtractor>(EntityExtractor::load(source_dir() + "/configs/lexicon"));
  static const auto* const qualifiers =
      new Result<QualifierFinder>(QualifierFinder::load(source_dir() + "/configs/lexicon/qualifiers.json"));
  EXPECT_TRUE(extractor->is_ok());
  EXPECT_TRUE(qualifiers->is_ok()) << qualifiers->status().message();
  return lunguage_report(extractor->value().extract(text), text, qualifiers->value());
}

std::string value_of(const LunguageEntity& entity, const std::string& relation) {
  for (const Attribute& attribute : entity.attributes) {
    if (attribute.relation == relation) return attribute.value;
  }
  return {};
}

TEST(Structured, FillsTheSchemaFromText) {
  const LunguageReport report =
      structure("Stable small left pleural effusion. No pneumothorax. Possible pneumonia.");
  ASSERT_EQ(report.entities.size(), 3u);
  const LunguageEntity& effusion = report.entities[0];
  EXPECT_EQ(effusion.name, "effusion");
  EXPECT_EQ(effusion.category, "pf");
  EXPECT_EQ(effusion.status, "positive");
  EXPECT_EQ(effusion.certainty, "definitive");
  EXPECT_EQ(effusion.laterality, "left");
  EXPECT_EQ(value_of(effusion, "location"), "left pleural");
  EXPECT_EQ(value_of(effusion, "measurement"), "small");
  EXPECT_EQ(value_of(effusion, "no change"), "stable");
  EXPECT_EQ(report.entities[1].status, "negative");
  EXPECT_EQ(report.entities[1].sent_idx, 2);
  EXPECT_EQ(report.entities[2].category, "cf");
  EXPECT_EQ(report.entities[2].certainty, "tentative");
  EXPECT_THAT(lunguage_problems(report), IsEmpty());
}

TEST(Structured, FindingAndDiagnosisAreLinkedBothWays) {
  const LunguageReport report = structure("Opacity in the right base suggests pneumonia.");
  ASSERT_EQ(report.entities.size(), 2u);
  EXPECT_EQ(report.entities[0].attributes.back().relation, "associate");
  EXPECT_EQ(report.entities[0].attributes.back().object_idx, 2);
  EXPECT_EQ(report.entities[1].attributes.back().relation, "evidence");
  EXPECT_EQ(report.entities[1].attributes.back().object_idx, 1);
  EXPECT_THAT(lunguage_problems(report), IsEmpty());
}

TEST(Structured, AStructureWithItsStateIsAnEntity) {
  const LunguageReport report = structure("The heart and lungs are normal. Bilateral effusions.");
  ASSERT_EQ(report.entities.size(), 3u);
  EXPECT_EQ(report.entities[0].name, "heart");
  EXPECT_EQ(value_of(report.entities[1], "morphology"), "normal");
  EXPECT_EQ(report.entities[2].laterality, "bilateral");
  EXPECT_THAT(lunguage_problems(report), IsEmpty());
}

TEST(Structured, SidesComparedSourcesAndLimits) {
  const LunguageReport sides =
      structure("Bilateral pleural effusions, right greater than left. No pneumothorax.");
  EXPECT_EQ(value_of(sides.entities[0], "comparison"), "right greater than left");
  EXPECT_EQ(value_of(sides.entities[0], "measurement"), "") << "'greater' compares";
  EXPECT_EQ(value_of(sides.entities[1], "comparison"), "");
  const LunguageReport source =
      structure("Nodule in the right upper lobe, as seen on the prior chest CT. Opacity.");
  EXPECT_EQ(value_of(source.entities[0], "other source"), "prior chest ct");
  EXPECT_EQ(value_of(source.entities[1], "other source"), "");
  const LunguageReport limits = structure(
      "Atelectasis cannot be assessed, obscured by the pacemaker. Small effusion despite differences in "
      "technique.");
  ASSERT_EQ(limits.entities.size(), 3u);
  EXPECT_EQ(value_of(limits.entities[0], "assessment limitations"), "obscured by the pacemaker");
  EXPECT_EQ(value_of(limits.entities[1], "assessment limitations"), "") << "the pacemaker is what obscures";
  EXPECT_EQ(value_of(limits.entities[2], "assessment limitations"), "differences in technique");
  for (const LunguageReport* report : {&sides, &source, &limits})
    EXPECT_THAT(lunguage_problems(*report), IsEmpty());
}

TEST(Structured, AnExaminationThatIsAskedForIsNoSource) {
  for (const char* text : {"Nodule; CT of the chest is recommended.", "Opacity, consider chest CT.",
                           "Mass, which could be further evaluated with MRI of the chest."}) {
    const LunguageReport report = structure(text);
    ASSERT_FALSE(report.entities.empty()) << text;
    EXPECT_EQ(value_of(report.entities[0], "other source"), "") << text;
  }
}

TEST(Structured, AQualifierWithoutAnEntityInItsSentenceIsLeftOut) {
  EXPECT_THAT(structure("Limited by rotation.").entities, IsEmpty());
}

TEST(Structured, QualifiersOfALongSentenceTakeLinearTime) {
  std::string text;
  for (int i = 0; i < 20000; ++i) text += "effusion right greater than left ";
  const LunguageReport report = structure(text);
  EXPECT_EQ(report.entities.size(), 20000u);
  EXPECT_EQ(value_of(report.entities.back(), "comparison"), "right greater than left");
}

TEST(Structured, BadQualifierTables) {
  EXPECT_EQ(QualifierFinder::load("/nonexistent.json").status().code(), ErrorCode::kFileNotFound);
  const std::string path = testing::TempDir() + "qualifiers.json";
  for (const char* table : {"{}", R"({"comparison":[1]})", R"({"comparison":[""]})"}) {
    ASSERT_TRUE(write_file(path, table).is_ok());
    EXPECT_EQ(QualifierFinder::load(path).status().code(), ErrorCode::kConfig) << table;
  }
}

TEST(Structured, JsonRoundTrip) {
  const LunguageReport report =
      structure("Opacity in the right base suggests pneumonia. Picc tip in the svc.");
  const Json json = lunguage_to_json(report);
  const auto again = lunguage_from_json(json);
  ASSERT_TRUE(again.is_ok()) << again.status().message();
  EXPECT_EQ(lunguage_to_json(*again), json);
  const Json strict = lunguage_to_json(report, true);
  EXPECT_EQ(strict["entities"][0].size(), 4u) << "name, sent_idx, ent_idx, relations and nothing else";
  EXPECT_EQ(strict["entities"][0]["relations"][1]["relation"], "Dx_Status");
}

TEST(Structured, TableRoundTrip) {
  LunguageReport report = structure("Opacity in the right base, unchanged, suggests pneumonia.");
  report.subject_id = "p1";
  report.study_id = "s1";
  report.sequence = 1;
  const std::string table = lunguage_table_header() + lunguage_table_rows(report);
  EXPECT_THAT(table, HasSubstr("\"pneumonia, idx2\""));
  std::istringstream in(table);
  const auto again = lunguage_from_table(in, "t");
  ASSERT_TRUE(again.is_ok()) << again.status().message();
  ASSERT_EQ(again->size(), 1u);
  EXPECT_EQ(lunguage_table_header() + lunguage_table_rows(again->front()), table);
  EXPECT_THAT(lunguage_problems(again->front()), IsEmpty());
}

TEST(Structured, ReadsAPublishedStyleTable) {
  std::istringstream in(
      "subject_id,study_id,section,sent_idx,ent_idx,entity,cat,dx_status,dx_certainty,location,no change\n"
      "p1,s1,find,1,1,Opacity ,lf,positive,definitive,\"loc: left, det: lower lung\",unchanged\n"
      "p1,s2,find,1,1,opacity,pf,negative,definitive,,\n");
  const auto reports = lunguage_from_table(in, "t");
  ASSERT_TRUE(reports.is_ok()) << reports.status().message();
  ASSERT_EQ(reports->size(), 2u);
  const LunguageEntity& entity = reports->front().entities[0];
  EXPECT_EQ(entity.name, "opacity");
  EXPECT_EQ(entity.category, "pf");
  EXPECT_EQ(value_of(entity, "location"), "left");
  EXPECT_EQ(entity.attributes[1].value, "lower lung");
}

TEST(Structured, ProblemsNameEntityAndRule) {
  LunguageReport report;
  EXPECT_THAT(lunguage_problems(report), ElementsAre("the report has no entity"));
  LunguageEntity entity;
  entity.name = "Opacity";
  entity.sent_idx = entity.ent_idx = 1;
  entity.category = "pf";
  entity.status = "positive";
  entity.certainty = "sure";
  entity.attributes = {{"placement", "x", std::nullopt},
                       {"associate", "y", std::nullopt},
                       {"evidence", "y", 7},
                       {"size", "z", std::nullopt}};
  report.entities = {entity, entity};
  const auto problems = lunguage_problems(report);
  for (const char* part :
       {"lower case", "'sure' is no certainty", "for devices", "needs obj_ent_idx",
        "names entity 7, which is not there", "'size' is not in the schema", "used twice"}) {
    EXPECT_THAT(problems, Contains(HasSubstr(part)));
  }
}

TEST(Structured, HostileInput) {
  for (
      const char* text :
      {"[]", "{}", R"({"entities":[1]})",
       R"({"entities":[{"name":"a","sent_idx":1,"ent_idx":"1","relations":[]}]})",
       R"({"entities":[{"name":"a","sent_idx":1,"ent_idx":99999999999,"relations":[]}]})",
       R"({"entities":[{"name":"a","sent_idx":1,"ent_idx":1,"relations":[{"relation":"Cat","value":"pf"}]}]})",
       R"({"entities":[{"name":"a","sent_idx":1,"ent_idx":1,"relations":[{"relation":"Odd","value":"pf"}]}]})"}) {
    const auto report = lunguage_from_json(*parse_json(text));
    ASSERT_FALSE(report.is_ok()) << text;
    EXPECT_EQ(report.status().code(), ErrorCode::kRecordInvalid);
  }
  std::istringstream no_name("a,b\n1,2\n");
  EXPECT_EQ(lunguage_from_table(no_name, "t").status().code(), ErrorCode::kCsvInvalid);
  std::istringstream bad_number("ent,ent_idx\nopacity,one\n");
  EXPECT_THAT(lunguage_from_table(bad_number, "t").status().message(), HasSubstr("t, row 1"));
}

class Grouping : public testing::Test {
 protected:
  // Groups one report a text, at these days, and gives "group/episode" of each entity.
  static std::vector<std::string> group(const std::vector<std::pair<double, std::string>>& texts) {
    auto grouper = FindingGrouper::load(source_dir() + "/configs/lexicon/groups.txt");
    EXPECT_TRUE(grouper.is_ok()) << grouper.status().message();
    std::vector<LunguageReport> reports;
    for (const auto& [day, text] : texts) {
      reports.push_back(structure(text));
      reports.back().day = day;
    }
    grouper->group(reports);
    std::vector<std::string> out;
    for (const LunguageReport& report : reports) {
      for (const LunguageEntity& entity : report.entities) {
        out.push_back(entity.entity_group + "/" + std::to_string(entity.temporal_group));
      }
    }
    return out;
  }
};

TEST_F(Grouping, OneFindingOverTime) {
  EXPECT_THAT(
      group({{0, "Small left pleural effusion."}, {2, "Left pleural effusion has increased."}}),
      ElementsAre("pleural effusion left pleural increased/1", "pleural effusion left pleural increased/1"));
}

TEST_F(Grouping, OtherSideLobeAndKindStayApart) {
  const auto groups =
      group({{0, "Opacity in the left lower lobe. Opacity in the right lower lobe. Pneumonia."},
             {1, "Opacity in the left upper lobe. Infiltrate in the left lower lobe."}});
  ASSERT_EQ(groups.size(), 5u);
  EXPECT_NE(groups[0], groups[1]);
  EXPECT_NE(groups[0], groups[2]);
  EXPECT_NE(groups[0], groups[3]);
  EXPECT_EQ(groups[0], groups[4]);
}

TEST_F(Grouping, Episodes) {
  EXPECT_THAT(group({{0, "Pneumothorax."}, {1, "No pneumothorax."}, {2, "Pneumothorax."}}),
              ElementsAre("pneumothorax/1", "pneumothorax/2", "pneumothorax/3"));
  EXPECT_THAT(group({{0, "Edema."}, {400, "Edema."}}), ElementsAre("edema/1", "edema/2"))
      << "a gap of months";
  EXPECT_THAT(group({{0, "Pneumothorax."}, {400, "Unchanged pneumothorax."}}),
              ElementsAre("pneumothorax unchanged/1", "pneumothorax unchanged/1"))
      << "a word of change goes on";
  EXPECT_THAT(group({{0, "Cardiomegaly."}, {1, "The cardiac silhouette is normal."}}),
              ElementsAre("heart/1", "heart/2"));
}

}  // namespace
}  // namespace hilum::nlp
