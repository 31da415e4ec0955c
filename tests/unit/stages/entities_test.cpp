// The entities stage, its sources and writers, as a user of the library meets them.
#include "hilum/entities.h"

#include <cstdio>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "hilum/record.h"

#include "core/files/file.h"
#include "unit/stages/run_stage.h"

namespace hilum {
namespace {

using ::testing::HasSubstr;

std::unique_ptr<Stage> stage_of(const EntitiesOptions& options) {
  auto stage = make_entities_stage(options);
  EXPECT_TRUE(stage.is_ok()) << stage.status().to_string();
  return stage.is_ok() ? stage.take() : nullptr;
}

std::string temporary(const std::string& name) {
  return testing::TempDir() + "entities_stage_" + name + std::to_string(::getpid());
}

constexpr const char* kDygie =
    R"({"doc_key":"s1","sentences":[["no","effusion"]],"predicted_ner":[[[1,1,"OBS-DA",1,1]]],)"
    R"("predicted_relations":[[]]})";

TEST(EntitiesStage, AddsFactsAndSaysHow) {
  const auto stage = stage_of({});
  const auto ran = run_stage(*stage, R"({"id":"a","text":"Small effusion."})");
  ASSERT_EQ(ran.counts.done, 1u);
  EXPECT_EQ(ran.records.at(0)["entities"]["facts"], Json({"Small effusion"}));
  const Json& entry = ran.records[0]["provenance"].at(0);
  EXPECT_EQ(entry["stage"], "entities");
  EXPECT_THAT(entry["config"].get<std::string>(), HasSubstr("sha256:"));
}

TEST(EntitiesStage, TheConfigurationsHashFollowsWhatDecidesTheOutput) {
  EntitiesOptions other;
  other.mode = "sei-compat";
  EXPECT_EQ(stage_of({})->provenance(), stage_of({})->provenance());
  EXPECT_NE(stage_of({})->provenance(), stage_of(other)->provenance());
}

TEST(EntitiesStage, DeclaresWhatItsOptionsMakeOfIt) {
  EntitiesOptions graphs;
  graphs.input = EntitiesInput::kGraphs;
  const auto stage = stage_of(graphs);
  EXPECT_TRUE(stage->info().reads.empty());
  EXPECT_TRUE(stage->info().tables.empty());
  ASSERT_EQ(stage->info().writes.size(), 1u);
  EXPECT_EQ(stage->info().writes[0].path, "entities");
  EXPECT_EQ(entities_info().writes.size(), 2u);
}

TEST(EntitiesStage, ReadsGraphsAndReportsABadOneInItsPlace) {
  EntitiesOptions options;
  options.input = EntitiesInput::kGraphs;
  const auto stage = stage_of(options);
  std::istringstream in(std::string(kDygie) + "\n{oops\n");
  const auto source = radgraph_source(in, "graphs");
  const auto ran = run_stage(*stage, *source);
  ASSERT_EQ(ran.records.size(), 2u);
  EXPECT_EQ(ran.records[0]["id"], "s1");
  EXPECT_EQ(ran.records[0]["entities"]["facts"], Json({"no effusion"}));
  EXPECT_EQ(ran.records[1]["id"], "graph-2");
  EXPECT_THAT(ran.records[1]["error"]["message"].get<std::string>(), HasSubstr("graphs:2"));
}

TEST(EntitiesStage, ARecordWithoutItsGraphFails) {
  EntitiesOptions options;
  options.input = EntitiesInput::kGraphs;
  const auto ran = run_stage(*stage_of(options), R"({"id":"a","text":"Effusion."})");
  EXPECT_EQ(ran.records.at(0)["error"]["code"], "record_invalid");
}

TEST(EntitiesStage, GraphsAreWrittenAndReadAgain) {
  const std::string path = temporary("graphs");
  auto writer = radgraph_writer(path);
  ASSERT_TRUE(writer.is_ok());
  std::vector<std::unique_ptr<Writer>> extra;
  extra.push_back(writer.take());
  const auto stage = stage_of({});
  const auto ran = run_stage(
      *stage, "{\"id\":\"a\",\"text\":\"No effusion.\"}\n{\"id\":\"b\"}\n{\"id\":\"c\",\"text\":\"Edema.\"}",
      std::move(extra));
  EXPECT_EQ(ran.counts.failed, 1u);
  const auto file = read_json_file(path, 1u << 20);
  std::remove(path.c_str());
  ASSERT_TRUE(file.is_ok());
  ASSERT_EQ(file->size(), 2u) << "a failed record has no graph";
  EXPECT_EQ((*file)["0"]["id"], "a");
  EXPECT_EQ((*file)["1"]["id"], "c");
}

TEST(EntitiesStage, AnInterruptedRunLeavesAWholeFileOfGraphs) {
  const std::string path = temporary("cut");
  { ASSERT_TRUE(radgraph_writer(path).is_ok()); }
  const auto file = read_json_file(path, 1u << 20);
  std::remove(path.c_str());
  ASSERT_TRUE(file.is_ok()) << file.status().message();
  EXPECT_TRUE(file->empty());
}

TEST(EntitiesStage, APatientsReportsBecomeOneTableInOrderOfTime) {
  const std::string path = temporary("table");
  auto writer = structured_table_writer(path);
  ASSERT_TRUE(writer.is_ok());
  std::vector<std::unique_ptr<Writer>> extra;
  extra.push_back(writer.take());
  EntitiesOptions options;
  options.keep_structured = true;
  const auto ran = run_stage(*stage_of(options),
                             "{\"id\":\"s2\",\"patient_id\":\"p\",\"day\":3,\"text\":\"Effusion.\"}\n"
                             "{\"id\":\"s1\",\"patient_id\":\"p\",\"day\":0,\"text\":\"Edema.\"}\n",
                             std::move(extra));
  EXPECT_FALSE(ran.records.at(0).contains("structured_entities")) << "kept for the table alone";

  const auto text = read_file(path, 1u << 20);
  std::remove(path.c_str());
  ASSERT_TRUE(text.is_ok());
  std::istringstream in(*text);
  auto source = structured_table_source(in, "table");
  ASSERT_TRUE(source.is_ok()) << source.status().to_string();
  EntitiesOptions table;
  table.input = EntitiesInput::kTable;
  const auto again = run_stage(*stage_of(table), **source);
  ASSERT_EQ(again.records.size(), 2u);
  EXPECT_EQ(again.records[0]["id"], "s1");
  EXPECT_EQ(again.records[0]["structured_entities"]["entities"][0]["name"], "edema");
}

TEST(EntitiesStage, AnInvalidRowOfATableStaysWithItsError) {
  std::istringstream in("ent,sent_idx,ent_idx,cat\neffusion,1,1,xx\n");
  auto source = structured_table_source(in, "table");
  ASSERT_TRUE(source.is_ok());
  EntitiesOptions table;
  table.input = EntitiesInput::kTable;
  const auto ran = run_stage(*stage_of(table), **source);
  EXPECT_THAT(ran.records.at(0)["error"]["message"].get<std::string>(), HasSubstr("'xx' is no category"));
  EXPECT_TRUE(ran.records[0].contains("structured_entities"));
}

TEST(EntitiesStage, OptionsThatCannotBe) {
  EntitiesOptions mode;
  mode.mode = "sei";
  EXPECT_EQ(make_entities_stage(mode).status().code(), ErrorCode::kUsage);
  EntitiesOptions both;
  both.bundle = "x";
  both.structured = true;
  EXPECT_EQ(make_entities_stage(both).status().code(), ErrorCode::kUsage);
  EntitiesOptions lexicon;
  lexicon.lexicon = "/nonexistent";
  EXPECT_EQ(make_entities_stage(lexicon).status().code(), ErrorCode::kFileNotFound);
}

}  // namespace
}  // namespace hilum
