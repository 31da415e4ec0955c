// The loop on one thread, as stages of text run, and what both ways have in common.
#include "hilum/run.h"

#include <csignal>
#include <sstream>

#include <gtest/gtest.h>

#include "hilum/record.h"

#include "core/system/interrupt.h"
#include "loop_fixture.h"

namespace hilum {
namespace {

class KeyStage : public RecordStage {
 public:
  const StageInfo& info() const override { return info_; }
  const Json& provenance() const override { return provenance_; }
  Status process_one(Item& item) override {
    if (item.record().value("id", "") == "bad") return {ErrorCode::kRecordInvalid, "no"};
    item.record()["x"] = 1;
    if (item.record().value("id", "") == "noted") item.notes()["text_cut"] = true;
    return Status::ok();
  }

 private:
  StageInfo info_{"label", "adds a key", {}, {}, {}};
  Json provenance_{{"config", "c"}};
};

std::vector<Json> records_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<Json> records;
  for (std::string line; std::getline(in, line);) records.push_back(Json::parse(line));
  return records;
}

TEST(Run, FailedRecordsStayInTheStream) {
  KeyStage stage;
  const Outcome done = run_lines(
      "{\"id\":\"a\",\"k\":[1]}\n{bad\n{\"id\":\"bad\"}\n{\"id\":\"e\",\"error\":{\"code\":\"x\"}}\n", {},
      stage);
  ASSERT_TRUE(done.counts.is_ok());
  EXPECT_EQ(done.counts->seen, 4u);
  EXPECT_EQ(done.counts->done, 1u);
  EXPECT_EQ(done.counts->status().code(), ErrorCode::kSomeFailed);
  EXPECT_EQ(done.counts->to_string(),
            "4 records: 1 done, 1 failed in an earlier stage, 2 failed (json_invalid 1, record_invalid 1)");
  const auto records = records_of(done.out);
  ASSERT_EQ(records.size(), 4u);
  EXPECT_EQ(done.out.substr(0, 28), R"({"id":"a","k":[1],"x":1,"pro)");
  EXPECT_EQ(records[1]["id"], "line-2");
  EXPECT_EQ(records[1]["error"]["stage"], "label");
  EXPECT_FALSE(records[2].contains("provenance"));
  EXPECT_EQ(records[3], Json::parse(R"({"id":"e","error":{"code":"x"}})"));
}

TEST(Run, EveryFinishedRecordSaysHowItWasMade) {
  KeyStage stage;
  const auto records = records_of(run_lines("{\"id\":\"a\"}\n{\"id\":\"noted\"}\n", {}, stage).out);
  EXPECT_EQ(records[0]["provenance"][0]["stage"], "label");
  EXPECT_EQ(records[0]["provenance"][0]["config"], "c");
  EXPECT_FALSE(records[0]["provenance"][0].contains("text_cut"));
  EXPECT_EQ(records[1]["provenance"][0]["text_cut"], true);
}

TEST(Run, NothingUsableIsNoInput) {
  KeyStage stage;
  EXPECT_EQ(run_lines("", {}, stage).counts->status().code(), ErrorCode::kNoInput);
  EXPECT_EQ(run_lines("x\n", {}, stage).counts->status().code(), ErrorCode::kNoInput);
}

TEST(Run, AStopSignalEndsIt) {
  KeyStage stage;
  set_stop_signal(SIGTERM);
  EXPECT_EQ(run_lines("{\"id\":\"a\"}\n", {}, stage).counts.status().exit_code(), 143);
  set_stop_signal(0);
}

// A source that has some records and then breaks.
class Breaking : public Source {
 public:
  explicit Breaking(bool throws) : throws_(throws) {}
  std::optional<Item> next() override {
    if (given_ == 20) {
      if (throws_) throw std::runtime_error("the source broke");
      return std::nullopt;
    }
    const int n = given_++;
    return Item(Json{{"id", "s" + std::to_string(n)}, {"n", n}});
  }
  Status status() const override {
    return throws_ ? Status::ok() : Status(ErrorCode::kFileUnreadable, "the second file");
  }
  std::string describe() const override { return "numbers"; }

 private:
  bool throws_;
  int given_ = 0;
};

class BothWays : public testing::TestWithParam<int> {};

TEST_P(BothWays, ASourceThatBreaksEndsTheRunAndLosesNothing) {
  for (const bool throws : {true, false}) {
    SquareStage stage;
    TestStreams t("");
    Breaking source(throws);
    const auto writer = jsonl_writer(t.out);
    const auto counts = run(stage, source, *writer, threads(GetParam(), 2, 5), t.streams);
    EXPECT_EQ(counts.status().code(), throws ? ErrorCode::kInternal : ErrorCode::kFileUnreadable);
    EXPECT_EQ(records_of(t.out.text()).size(), 20u);
  }
}

TEST_P(BothWays, AWriterThatThrowsEndsTheRun) {
  class Throwing : public Writer {
   public:
    Status write(const Item&) override { throw std::runtime_error("the writer broke"); }
  };
  SquareStage stage;
  TestStreams t(lines(200));
  const auto source = jsonl_source(t.in);
  Throwing writer;
  const auto counts = run(stage, *source, writer, threads(GetParam(), 2), t.streams);
  EXPECT_EQ(counts.status().code(), ErrorCode::kInternal);
  EXPECT_EQ(counts.status().message(), "the writer broke");
}

TEST_P(BothWays, WhatAStageThrowsIsTheErrorOfItsRecords) {
  SquareStage stage;
  stage.fail = false;
  stage.on_prepare = [](Item& item) -> Status {
    if (item.record()["n"] == 3) throw std::bad_alloc();
    return Status::ok();
  };
  stage.on_process = [](const std::vector<Item*>& items) {
    for (Item* item : items) {
      if (item->record()["n"] == 8) throw std::runtime_error("oops");
      if (item->record()["n"] == 9) item->record() = 7;  // no record any more: it cannot be signed
    }
  };
  const Outcome done = run_lines(lines(12), threads(GetParam(), 2, 1), stage);
  ASSERT_TRUE(done.counts.is_ok()) << done.counts.status().to_string();
  EXPECT_EQ(done.counts->done, 9u);
  EXPECT_EQ(done.counts->reasons.at("inference_failed"), 1u);
  EXPECT_EQ(done.counts->reasons.at("internal"), 2u);
}

TEST_P(BothWays, AThreadThatCannotBeSetUpFailsItsRecords) {
  SquareStage stage;
  stage.on_enter = [] { throw std::runtime_error("no device"); };
  const Outcome done = run_lines(lines(4), threads(GetParam()), stage);
  ASSERT_TRUE(done.counts.is_ok());
  EXPECT_EQ(done.counts->reasons.at("internal"), 4u);
  EXPECT_EQ(records_of(done.out).at(0)["error"]["message"], "no device");
}

TEST_P(BothWays, AnOutputErrorEndsTheRun) {
  class FullSink : public Sink {
   public:
    Status write(std::string_view) override { return {ErrorCode::kOutputFailed, "disk full"}; }
    Status flush() override { return {ErrorCode::kOutputFailed, "disk full"}; }
  };
  SquareStage stage;
  TestStreams t(lines(500));
  FullSink full;
  const auto source = jsonl_source(t.in);
  const auto writer = jsonl_writer(full);
  EXPECT_EQ(run(stage, *source, *writer, threads(GetParam()), t.streams).status().code(),
            ErrorCode::kOutputFailed);
}

TEST_P(BothWays, EachWriterGetsEachRecord) {
  SquareStage stage;
  TestStreams t(lines(5));
  StringSink second;
  std::vector<std::unique_ptr<Writer>> both;
  both.push_back(jsonl_writer(t.out));
  both.push_back(jsonl_writer(second));
  const auto writer = tee_writer(std::move(both));
  const auto source = jsonl_source(t.in);
  ASSERT_TRUE(run(stage, *source, *writer, threads(GetParam()), t.streams).is_ok());
  EXPECT_EQ(records_of(second.text()).size(), 5u);
  EXPECT_EQ(second.text(), t.out.text());
}

INSTANTIATE_TEST_SUITE_P(Run, BothWays, testing::Values(0, 3));

}  // namespace
}  // namespace hilum
