#include "run/batch_loop.h"

#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <mutex>
#include <set>
#include <sstream>
#include <thread>

#include <gtest/gtest.h>

#include "hilum/record.h"

#include "core/files/file.h"
#include "core/system/interrupt.h"
#include "unit/test_streams.h"

namespace hilum {
namespace {

std::string lines(int count) {
  std::string text;
  for (int i = 0; i < count; ++i)
    text += "{\"id\":\"s" + std::to_string(i) + "\",\"n\":" + std::to_string(i) + "}\n";
  return text;
}

// Writes into each record who was in its batch, as rounding does, and takes now and then longer than the
// next.
BatchStage stage() {
  BatchStage made;
  made.prepare = [](BatchItem& item) {
    const int n = item.record["n"].get<int>();
    if (n % 17 == 5) item.status = {ErrorCode::kImageUnreadable, "no image"};
    item.prepared = std::make_shared<int>(n * n);
  };
  made.process = [](std::vector<BatchItem*>& items) {
    int sum = 0;
    for (const BatchItem* item : items) sum += item->record["n"].get<int>();
    if (sum % 3 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    for (BatchItem* item : items) {
      item->record["square"] = *static_cast<const int*>(item->prepared.get());
      item->record["batch"] = sum;
      if (item->record["n"].get<int>() % 19 == 7) item->status = {ErrorCode::kInferenceFailed, "no luck"};
    }
  };
  return made;
}

struct Outcome {
  Result<RecordCounts> counts = RecordCounts();
  std::string out;
};

Outcome run(const std::string& input, BatchLoopOptions options, const BatchStage& what = stage()) {
  TestStreams t(input);
  options.stage = "test";
  Outcome outcome;
  outcome.counts =
      run_batch_loop(t.streams, options, jsonl_record_source(t.in), jsonl_record_writer(t.out), what);
  outcome.out = t.out.text();
  return outcome;
}

TEST(BatchLoop, OutputIsInInputOrderWhateverTheThreads) {
  const Outcome one = run(lines(203), {});
  ASSERT_TRUE(one.counts.is_ok());
  EXPECT_EQ(one.counts->seen, 203u);
  EXPECT_EQ(one.counts->status().code(), ErrorCode::kSomeFailed);
  std::istringstream in(one.out);
  std::string line;
  int n = 0;
  for (; std::getline(in, line); ++n) {
    const auto record = parse_json(line);
    ASSERT_TRUE(record.is_ok());
    EXPECT_EQ((*record)["n"], n);
    EXPECT_EQ(has_error(*record), n % 17 == 5 || n % 19 == 7);
    if (has_error(*record)) continue;
    EXPECT_EQ((*record)["square"], n * n);
  }
  EXPECT_EQ(n, 203);
  BatchLoopOptions many;
  many.replicas = 5;
  many.loaders = 3;
  EXPECT_EQ(run(lines(203), many).out, one.out);
}

TEST(BatchLoop, BadLinesAndFailedRecordsLoseNoOther) {
  const Outcome outcome = run(
      "{\"id\":\"a\",\"n\":1}\nnot json\n{\"id\":\"b\",\"error\":{\"code\":\"x\"}}\n{\"id\":\"c\",\"n\":2}\n",
      {});
  ASSERT_TRUE(outcome.counts.is_ok());
  EXPECT_EQ(outcome.counts->done, 2u);
  EXPECT_EQ(outcome.counts->failed, 1u);
  EXPECT_EQ(outcome.counts->passed_on, 1u);
  EXPECT_NE(outcome.out.find("\"id\":\"line-2\""), std::string::npos) << outcome.out;
  EXPECT_EQ(run("", {}).counts->status().code(), ErrorCode::kNoInput);
}

TEST(BatchLoop, AnExceptionIsTheBatchsErrorAndTheRunGoesOn) {
  BatchStage throwing = stage();
  throwing.process = [](std::vector<BatchItem*>& items) {
    if (items.front()->record["n"] == 8) throw std::runtime_error("oops");
    if (items.front()->record["n"] == 16) throw std::bad_alloc();
  };
  const Outcome outcome = run(lines(30), {}, throwing);
  ASSERT_TRUE(outcome.counts.is_ok());
  EXPECT_EQ(outcome.counts->reasons.at("internal"), 8u);
  EXPECT_GE(outcome.counts->reasons.at("inference_failed"), 7u);
}

class Resume : public testing::Test {
 protected:
  std::string path_ =
      (std::filesystem::temp_directory_path() / ("hilum_batch_" + std::to_string(::getpid()))).string();
  ~Resume() override { std::filesystem::remove(path_); }
};

TEST_F(Resume, AfterACutAnywhereTheFileIsTheSameToTheLastByte) {
  BatchLoopOptions options;
  options.replicas = 3;
  const std::string whole = run(lines(60), options).out;
  options.resume_path = path_;
  for (std::size_t cut = 0; cut < whole.size(); cut += 97) {
    ASSERT_TRUE(write_file(path_, whole.substr(0, cut)).is_ok());
    const Outcome outcome = run(lines(60), options);
    ASSERT_TRUE(outcome.counts.is_ok()) << outcome.counts.status().message();
    EXPECT_EQ(outcome.out, "");
    ASSERT_EQ(*read_file(path_, 1u << 20), whole) << "cut at " << cut;
  }
}

TEST_F(Resume, ASignalLeavesWholeRecordsFromTheStart) {
  BatchLoopOptions options;
  options.replicas = 2;
  const std::string whole = run(lines(200), options).out;
  options.resume_path = path_;
  BatchStage stopping = stage();
  const auto process = stopping.process;
  stopping.process = [&](std::vector<BatchItem*>& items) {
    process(items);
    if (items.front()->record["n"] == 64) set_stop_signal(SIGTERM);
  };
  const Outcome outcome = run(lines(200), options, stopping);
  set_stop_signal(0);
  EXPECT_EQ(outcome.counts.status().code(), ErrorCode::kTerminated);
  const std::string part = *read_file(path_, 1u << 20);
  EXPECT_GT(part.size(), 0u);
  EXPECT_LT(part.size(), whole.size());
  EXPECT_EQ(part, whole.substr(0, part.size()));
  EXPECT_EQ(part.back(), '\n');
  ASSERT_TRUE(run(lines(200), options).counts.is_ok());
  EXPECT_EQ(*read_file(path_, 1u << 20), whole);
}

TEST(BatchLoop, ABoundedNumberOfBatchesIsUnderWay) {
  std::atomic<int> alive{0};
  std::atomic<int> most{0};
  BatchStage counting;
  counting.prepare = [&](BatchItem& item) {
    item.prepared = std::shared_ptr<void>(nullptr, [&](void*) { --alive; });
    const int now = ++alive;
    int seen = most.load();
    while (now > seen && !most.compare_exchange_weak(seen, now)) {
    }
  };
  counting.process = [](std::vector<BatchItem*>&) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  };
  BatchLoopOptions options;
  options.batch = 4;
  options.replicas = 2;
  options.loaders = 4;
  ASSERT_TRUE(run(lines(800), options, counting).counts.is_ok());
  EXPECT_LE(most.load(), 4 * (2 + 2) + 4);
  EXPECT_EQ(alive.load(), 0);
}

TEST(BatchLoop, AnOutputErrorEndsTheRun) {
  class FullSink : public Sink {
   public:
    Status write(std::string_view) override { return {ErrorCode::kOutputFailed, "disk full"}; }
    Status flush() override { return {ErrorCode::kOutputFailed, "disk full"}; }
  };
  TestStreams t(lines(500));
  FullSink full;
  t.streams.out = &full;
  const auto counts =
      run_batch_loop(t.streams, {}, jsonl_record_source(t.in), jsonl_record_writer(full), stage());
  EXPECT_EQ(counts.status().code(), ErrorCode::kOutputFailed);
}

}  // namespace
}  // namespace hilum
