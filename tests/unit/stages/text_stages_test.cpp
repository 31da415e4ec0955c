// Stages of text through the public headers: a record through a stage, a stream through run().
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "hilum/diff.h"
#include "hilum/label.h"
#include "hilum/run.h"
#include "hilum/sections.h"
#include "hilum/structure.h"

#include "core/files/file.h"

namespace hilum {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// The stage opened, or the test fails.
std::unique_ptr<Stage> opened(Result<std::unique_ptr<Stage>> stage) {
  EXPECT_TRUE(stage.is_ok()) << stage.status().to_string();
  return stage.is_ok() ? stage.take() : nullptr;
}

// One record through a stage.
Json through(Stage& stage, const char* record) {
  Item item(*parse_json(record));
  EXPECT_TRUE(stage.prepare(item).is_ok());
  stage.process({&item});
  EXPECT_TRUE(item.status.is_ok()) << item.status.to_string();
  return item.record();
}

Status failure(Stage& stage, const char* record) {
  Item item(*parse_json(record));
  stage.process({&item});
  return item.status;
}

std::string config_of(const Stage& stage) { return stage.provenance().at("config").get<std::string>(); }

TEST(LabelStage, ARecordGetsItsLabels) {
  LabelOptions options;
  options.explain = true;
  options.policy = "positive";
  const auto stage = opened(make_label_stage(options));
  const Json record = through(*stage, R"({"id":"a","report":{"findings":"Possible effusion."}})");
  EXPECT_EQ(record["labels"]["Pleural Effusion"], "positive");
  EXPECT_EQ(record["label_evidence"][0]["cue"], "Possible");
  EXPECT_EQ(failure(*stage, R"({"id":"a"})").code(), ErrorCode::kRecordInvalid);
  EXPECT_THAT(failure(*stage, R"({"id":"a"})").message(), HasSubstr("setting 'text_key'"));
}

TEST(LabelStage, WrongOptionsAreRefused) {
  LabelOptions scheme, policy, both, nowhere;
  scheme.scheme = "nih";
  policy.policy = "maybe";
  both.explain = true;
  both.bundle = "nowhere";
  nowhere.bundle = "/nowhere";
  EXPECT_EQ(make_label_stage(scheme).status().code(), ErrorCode::kUsage);
  EXPECT_EQ(make_label_stage(policy).status().code(), ErrorCode::kUsage);
  EXPECT_EQ(make_label_stage(both).status().code(), ErrorCode::kUsage);
  EXPECT_FALSE(make_label_stage(nowhere).is_ok());
}

TEST(LabelStage, TheConfigTellsSettingsAndTablesApart) {
  LabelOptions keep, positive, nih, elsewhere;
  positive.policy = "positive";
  nih.scheme = "nih14";
  elsewhere.text.keys = {"impression"};
  const auto stage = opened(make_label_stage(keep));
  const std::string config = config_of(*stage);
  EXPECT_THAT(config, StartsWith("sha256:"));
  EXPECT_EQ(config_of(*opened(make_label_stage(keep))), config);
  for (const LabelOptions& other : {positive, nih, elsewhere})
    EXPECT_NE(config_of(*opened(make_label_stage(other))), config);
  EXPECT_THAT(stage->info().tables,
              ElementsAre("labels/chexpert14.json", "labels/concepts.json", "labels/assertion.json"));
}

TEST(LabelStage, AStreamThroughTheLoop) {
  const auto stage = opened(make_label_stage({}));
  std::istringstream in("{\"id\":\"a\",\"text\":\"No effusion.\",\"mine\":1}\n{\"id\":\"b\"}\n");
  StringSink out;
  const auto source = jsonl_source(in);
  const auto writer = jsonl_writer(out);
  const auto counts = run(*stage, *source, *writer, {}, Streams());
  ASSERT_TRUE(counts.is_ok());
  EXPECT_EQ(counts->to_string(), "2 records: 1 done, 1 failed (record_invalid 1)");
  std::istringstream lines(out.text());
  std::string line;
  std::getline(lines, line);
  const Json first = Json::parse(line);
  EXPECT_EQ(first["mine"], 1);
  EXPECT_EQ(first["labels"]["Pleural Effusion"], "negative");
  EXPECT_EQ(first["provenance"][0]["stage"], "label");
  EXPECT_EQ(first["provenance"][0]["config"], config_of(*stage));
  std::getline(lines, line);
  EXPECT_EQ(Json::parse(line)["error"]["stage"], "label");
}

TEST(LabelStage, AKeyThatNoRecordHasIsToldAfterTheRun) {
  LabelOptions options;
  options.text.keys = {"findings", "impresion"};
  const auto stage = opened(make_label_stage(options));
  (void)through(*stage, R"({"findings":"a","impression":"b"})");
  EXPECT_THAT(stage->warnings(), ElementsAre("no record has 'impresion' (setting 'text_key')"));
}

TEST(SectionsStage, DialectsHaveTheirOwnRules) {
  SectionsOptions options;
  options.main_section = true;
  const auto mit = opened(make_sections_stage(options));
  const Json record = through(
      *mit,
      R"({"id":"s50913680","text":"x\n IMPRESSION: i\n\n RECOMMENDATION(S): r\n\n INDICATION: ___F\n"})");
  EXPECT_EQ(record["sections"]["impression"], "i");
  EXPECT_EQ(record["indication_clean"], "woman");
  EXPECT_EQ(record["main_section"]["name"], "recommendations");
  options.dialect = "iu";
  const auto iu = opened(make_sections_stage(options));
  const Json xml = through(
      *iu,
      R"({"id":"stdin","text":"<e><uId id=\"CXR1\"/><AbstractText Label=\"FINDINGS\">A</AbstractText></e>"})");
  EXPECT_EQ(xml["id"], "CXR1");
  EXPECT_EQ(xml["sections"]["findings"], "A");
  EXPECT_TRUE(iu->info().tables.empty());
  EXPECT_NE(config_of(*iu), config_of(*mit));
  options.dialect = "mimic";
  EXPECT_EQ(make_sections_stage(options).status().code(), ErrorCode::kUsage);
}

TEST(StructureStage, ThereAndBack) {
  StructureOptions options;
  const auto there = opened(make_structure_stage(options));
  const Json record = through(
      *there,
      R"({"id":"a","indication":"Cough.","report":{"findings":"No effusion.","impression":"No edema."}})");
  EXPECT_EQ(record["structured"]["sections"].size(), 3u);
  options.task = StructureTask::kReverse;
  options.text.keys = {"structured.text"};
  const auto back = opened(make_structure_stage(options));
  const Json free_text = through(*back, record.dump().c_str());
  EXPECT_EQ(free_text["structure_check"]["valid"], true);
  EXPECT_EQ(free_text["report"]["findings"], "No effusion.");
  options.task = StructureTask::kCheck;
  const auto check = opened(make_structure_stage(options));
  EXPECT_FALSE(through(*check, record.dump().c_str()).contains("unplaced"));
  EXPECT_NE(config_of(*check), config_of(*back));
}

TEST(DiffStage, EditsAndTheirView) {
  const auto stage = opened(make_diff_stage({}));
  const Json record = through(
      *stage,
      R"({"id":"a","report":{"findings":"No edema. Clear."},"reference":{"findings":"Edema. Clear. Effusion."}})");
  EXPECT_EQ(record["diff"]["edits"][0]["reason"], "conflict");
  EXPECT_EQ(diff_view(record["diff"], false),
            "- No edema.   (conflict)\n+ Edema.\n  Clear.\n+ Effusion.   (missing)\n");
  EXPECT_THAT(diff_view(record["diff"], true), StartsWith("\033[31m- No edema.   (conflict)\033[0m\n"));
  EXPECT_EQ(diff_view(Json(), false), "");
  EXPECT_THAT(failure(*stage, R"({"report":{"findings":"x"}})").message(),
              HasSubstr("no text at 'reference.findings'; setting 'to'"));
}

// Every table that a stage declares is there, and so is every one that it reads.
TEST(TextStages, TheirTablesAreThere) {
  for (const StageInfo* info : {&label_info(), &sections_info(), &structure_info(), &diff_info()}) {
    EXPECT_FALSE(info->tables.empty()) << info->name;
    for (const std::string& table : info->tables) EXPECT_TRUE(find_data("configs/" + table).is_ok()) << table;
  }
}

}  // namespace
}  // namespace hilum
