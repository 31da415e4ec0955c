// Data sets as a source of records, run by the loop of every command.
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "hilum/record.h"

#include "stages/studies/source.h"
#include "stages/studies/stage.h"
#include "unit/datasets/tree.h"
#include "unit/test_streams.h"

namespace hilum::stages {
namespace {

using datasets::testing::Tree;
using ::testing::HasSubstr;

std::vector<Json> run_over(StudyRecords& source, const datasets::StudyOptions& read) {
  TestStreams t("");
  const auto stage = make_studies_stage(read);
  EXPECT_TRUE(stage.is_ok()) << stage.status().message();
  const auto writer = jsonl_writer(t.out);
  const auto counts = run(**stage, source, *writer, RunOptions(), t.streams);
  EXPECT_TRUE(counts.is_ok()) << counts.status().message();
  std::vector<Json> records;
  std::istringstream lines(t.out.text());
  for (std::string line; std::getline(lines, line);) records.push_back(*parse_json(line));
  return records;
}

TEST(StudyRecords, EachStudyIsARecordThatSaysHowItWasRead) {
  const Tree tree;
  for (const char* name : {"a/1.png", "b/2.png"}) tree.write_png(name);
  tree.write("b/notes.md", "x");
  datasets::StudyOptions read;
  const auto source = StudyRecords::open({{tree.root()}, read, "", [](Study& study) {
                                            if (study.indication.empty()) study.indication = "Cough.";
                                          }});
  ASSERT_TRUE(source.is_ok()) << source.status().message();
  EXPECT_THAT((*source)->describe(), HasSubstr(tree.root()));
  auto records = run_over(**source, read);
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0]["indication"], "Cough.");
  EXPECT_EQ(records[0]["provenance"][0]["stage"], "studies");
  EXPECT_EQ((*source)->counts().records(), 2u);
  EXPECT_EQ((*source)->counts().reasons(), "not_an_image 1");
  EXPECT_THAT((*source)->counts().to_string(1), HasSubstr("2 records (1 were in the file already)"));
  const auto again = StudyRecords::open({{tree.root()}, read, "", {}});
  read.priors = false;
  EXPECT_NE(run_over(**again, read)[0]["provenance"][0]["config"], records[0]["provenance"][0]["config"]);
}

TEST(StudyRecords, WhatWasLeftOutIsWrittenDown) {
  const Tree tree, results;
  tree.write_png("a/1.png");
  tree.write("a/notes.md", "x");
  const std::string file = results.path("dropped.jsonl");
  std::size_t told = 0;
  datasets::StudyOptions read;
  read.note = [&](const datasets::Note&) { ++told; };
  const auto source = StudyRecords::open({{tree.root()}, read, file, {}});
  ASSERT_TRUE(source.is_ok()) << source.status().message();
  run_over(**source, read);
  ASSERT_TRUE((*source)->close().is_ok());
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  EXPECT_EQ((*parse_json(line))["reason"], "not_an_image");
  EXPECT_EQ(told, 1u) << "the caller's own callback is kept";
  EXPECT_EQ(StudyRecords::open({{tree.root()}, read, "/no/such/folder/x", {}}).status().code(),
            ErrorCode::kOutputFailed);
  EXPECT_EQ(StudyRecords::open({{tree.path("none")}, read, "", {}}).status().code(),
            ErrorCode::kFileNotFound);
}

}  // namespace
}  // namespace hilum::stages
