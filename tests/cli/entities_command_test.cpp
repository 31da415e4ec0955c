// hilum entities: text and RadGraph output in, facts and the package's shape out.
#include <cstdio>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "hilum/json.h"

#include "core/files/file.h"
#include "run_command.h"

namespace hilum::cli {
namespace {

using ::testing::HasSubstr;

struct Outcome {
  Status status;
  std::vector<Json> records;
};

Outcome entities(std::vector<std::string> args, const std::string& input) {
  args.insert(args.begin(), "entities");
  Outcome outcome;
  const Ran ran = run_command(args, input);
  outcome.status = ran.status;
  std::istringstream lines(ran.out);
  for (std::string line; std::getline(lines, line);) outcome.records.push_back(Json::parse(line));
  return outcome;
}

std::string temporary(const std::string& name) {
  return testing::TempDir() + name + std::to_string(::getpid()) + ".json";
}

constexpr const char* kDygie =
    R"({"doc_key":"s1","sentences":[["Small","left","effusion","without","pneumothorax","."]],"predicted_ner":)"
    R"([[[0,0,"OBS-DP",1,1],[1,1,"ANAT-DP",1,1],[2,2,"OBS-DP",1,1],[4,4,"OBS-DA",1,1]]],"predicted_relations":[[]]})";

TEST(EntitiesCommand, AddsFactsAndKeepsTheRecord) {
  const auto done = entities({}, R"({"id":"a","text":"Small left effusion without pneumothorax.","mine":1})");
  ASSERT_TRUE(done.status.is_ok()) << done.status.to_string();
  const Json& record = done.records.at(0);
  EXPECT_EQ(record["mine"], 1);
  EXPECT_EQ(record["entities"]["facts"], Json({"Small left effusion", "no pneumothorax"}));
  EXPECT_EQ(record["entities"]["mode"], "fixed");
  EXPECT_EQ(record["entities"]["items"][3]["assertion"], "absent");
}

TEST(EntitiesCommand, AnEmptyReportHasNoFacts) {
  const auto done = entities({}, R"({"id":"a","text":""})");
  ASSERT_TRUE(done.status.is_ok());
  EXPECT_EQ(done.records.at(0)["entities"]["facts"], Json::array());
}

TEST(EntitiesCommand, ReadsRadGraphInBothModes) {
  const auto compat = entities({"--radgraph", "-", "--mode", "sei-compat"}, kDygie);
  ASSERT_TRUE(compat.status.is_ok()) << compat.status.to_string();
  EXPECT_EQ(compat.records.at(0)["id"], "s1");
  EXPECT_EQ(compat.records.at(0)["entities"]["facts"], Json({"no Small left effusion pneumothorax"}));
  const auto fixed = entities({"--radgraph", "-"}, kDygie);
  EXPECT_EQ(fixed.records.at(0)["entities"]["facts"], Json({"Small left effusion", "no pneumothorax"}));
}

TEST(EntitiesCommand, ABadLineOfRadGraphIsAFailedRecord) {
  const auto done = entities({"--radgraph", "-"}, std::string(kDygie) + "\n{oops\n" + kDygie + "\n");
  EXPECT_EQ(done.status.code(), ErrorCode::kSomeFailed);
  ASSERT_EQ(done.records.size(), 3u);
  EXPECT_EQ(done.records[1]["error"]["code"], "json_invalid");
  EXPECT_THAT(done.records[1]["error"]["message"].get<std::string>(), HasSubstr("standard input:2"));
  EXPECT_EQ(done.records[2]["entities"]["facts"].size(), 2u);
}

TEST(EntitiesCommand, WhatItWritesInThePackagesShapeItReads) {
  const std::string path = temporary("graphs");
  const auto text = entities(
      {"--radgraph-json", path},
      "{\"id\":\"a\",\"text\":\"No effusion. Heart enlarged.\"}\n{\"id\":\"b\",\"text\":\"Clear lungs.\"}\n");
  ASSERT_TRUE(text.status.is_ok()) << text.status.to_string();
  const auto file = read_json_file(path, 1u << 20);
  ASSERT_TRUE(file.is_ok()) << file.status().message();
  EXPECT_EQ((*file)["0"]["text"], "No effusion . Heart enlarged .");
  EXPECT_EQ((*file)["0"]["entities"]["1"]["label"], "OBS-DA");
  const auto again = entities({"--radgraph", path}, "");
  std::remove(path.c_str());
  ASSERT_EQ(again.records.size(), 2u);
  EXPECT_EQ(again.records[1]["id"], "b");
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(again.records[i]["entities"]["facts"], text.records[i]["entities"]["facts"]);
  }
}

TEST(EntitiesCommand, ReadsAFileOfOneValueOverManyLines) {
  const std::string path = temporary("pretty");
  ASSERT_TRUE(
      write_file(path,
                 Json::parse(
                     std::string(R"({"7":{"text":"no effusion","entities":{"1":{"tokens":"effusion",)") +
                     R"("label":"Observation::definitely absent","start_ix":1,"end_ix":1,"relations":[]}}}})")
                     .dump(2))
          .is_ok());
  const auto done = entities({"--radgraph", path}, "");
  std::remove(path.c_str());
  ASSERT_TRUE(done.status.is_ok()) << done.status.to_string();
  EXPECT_EQ(done.records.at(0)["id"], "7");
  EXPECT_EQ(done.records.at(0)["entities"]["facts"], Json({"no effusion"}));
}

TEST(EntitiesCommand, StructuredReportsAndTheirTable) {
  const std::string path = temporary("table");
  const auto done =
      entities({"--structured", "--structured-table", path},
               "{\"id\":\"s2\",\"patient_id\":\"p\",\"day\":3,\"text\":\"Effusion has increased.\"}\n"
               "{\"id\":\"s1\",\"patient_id\":\"p\",\"day\":0,\"text\":\"Small effusion.\"}\n");
  ASSERT_TRUE(done.status.is_ok()) << done.status.to_string();
  EXPECT_EQ(done.records.at(1)["structured_entities"]["entities"][0]["name"], "effusion");
  const auto table = entities({"--from-table", path}, "");
  std::remove(path.c_str());
  ASSERT_TRUE(table.status.is_ok()) << table.status.to_string();
  ASSERT_EQ(table.records.size(), 2u);
  EXPECT_EQ(table.records[0]["id"], "s1") << "in order of time";
  EXPECT_EQ(table.records[0]["structured_entities"]["entities"][0]["entity_group"],
            "pleural effusion increased");
  const auto wrong = entities({"--from-table", "-"}, "ent,sent_idx,ent_idx,cat\neffusion,1,1,xx\n");
  EXPECT_EQ(wrong.status.code(), ErrorCode::kNoInput);
  EXPECT_THAT(wrong.records.at(0)["error"]["message"].get<std::string>(), HasSubstr("'xx' is no category"));
}

TEST(EntitiesCommand, Mistakes) {
  EXPECT_EQ(entities({"--radgraph", "/nonexistent"}, "").status.code(), ErrorCode::kFileNotFound);
  EXPECT_EQ(entities({"--mode", "sei"}, "").status.code(), ErrorCode::kUsage);
  EXPECT_EQ(entities({"--radgraph", "-", "--text-key", "x"}, "").status.code(), ErrorCode::kUsage);
  EXPECT_EQ(entities({"--radgraph", "-"}, "").status.code(), ErrorCode::kNoInput);
  EXPECT_EQ(entities({"--lexicon", "/nonexistent"}, "x").status.code(), ErrorCode::kFileNotFound);
}

}  // namespace
}  // namespace hilum::cli
