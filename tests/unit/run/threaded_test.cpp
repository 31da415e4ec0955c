// The loop with loaders, replicas and a writing thread.
#include <atomic>
#include <csignal>
#include <sstream>

#include <gtest/gtest.h>

#include "hilum/record.h"

#include "core/system/interrupt.h"
#include "loop_fixture.h"

namespace hilum {
namespace {

TEST(Threaded, OutputIsInInputOrderWhateverTheThreads) {
  SquareStage stage;
  const Outcome one = run_lines(lines(203), threads(1), stage);
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
  EXPECT_EQ(run_lines(lines(203), threads(5, 3), stage).out, one.out);
}

TEST(Threaded, BadLinesAndFailedRecordsLoseNoOther) {
  SquareStage stage;
  const Outcome outcome = run_lines(
      "{\"id\":\"a\",\"n\":1}\nnot json\n{\"id\":\"b\",\"error\":{\"code\":\"x\"}}\n{\"id\":\"c\",\"n\":2}\n",
      threads(1), stage);
  ASSERT_TRUE(outcome.counts.is_ok());
  EXPECT_EQ(outcome.counts->done, 2u);
  EXPECT_EQ(outcome.counts->failed, 1u);
  EXPECT_EQ(outcome.counts->passed_on, 1u);
  EXPECT_NE(outcome.out.find("\"id\":\"line-2\""), std::string::npos) << outcome.out;
  EXPECT_EQ(run_lines("", threads(1), stage).counts->status().code(), ErrorCode::kNoInput);
}

TEST(Threaded, AnExceptionIsTheBatchsErrorAndTheRunGoesOn) {
  SquareStage stage;
  stage.on_process = [](const std::vector<Item*>& items) {
    if (items.front()->record()["n"] == 8) throw std::runtime_error("oops");
    if (items.front()->record()["n"] == 16) throw std::bad_alloc();
  };
  const Outcome outcome = run_lines(lines(30), threads(1), stage);
  ASSERT_TRUE(outcome.counts.is_ok());
  EXPECT_EQ(outcome.counts->reasons.at("internal"), 8u);
  EXPECT_GE(outcome.counts->reasons.at("inference_failed"), 7u);
}

TEST(Threaded, AfterACutAnywhereTheFileIsTheSameToTheLastByte) {
  SquareStage stage;
  const std::string whole = run_lines(lines(60), threads(3), stage).out;
  const ScratchFile file;
  for (std::size_t cut = 0; cut < whole.size(); cut += 97) {
    file.write(whole.substr(0, cut));
    const auto counts = resume_lines(file.path(), lines(60), threads(3), stage);
    ASSERT_TRUE(counts.is_ok()) << counts.status().message();
    ASSERT_EQ(file.text(), whole) << "cut at " << cut;
  }
}

TEST(Threaded, ASignalLeavesWholeRecordsFromTheStart) {
  SquareStage stage;
  const std::string whole = run_lines(lines(200), threads(2), stage).out;
  SquareStage stopping;
  stopping.on_process = [](const std::vector<Item*>& items) {
    if (items.front()->record()["n"] == 64) set_stop_signal(SIGTERM);
  };
  const ScratchFile file;
  const auto counts = resume_lines(file.path(), lines(200), threads(2), stopping);
  set_stop_signal(0);
  EXPECT_EQ(counts.status().code(), ErrorCode::kTerminated);
  const std::string part = file.text();
  EXPECT_GT(part.size(), 0u);
  EXPECT_LT(part.size(), whole.size());
  EXPECT_EQ(part, whole.substr(0, part.size()));
  EXPECT_EQ(part.back(), '\n');
  ASSERT_TRUE(resume_lines(file.path(), lines(200), threads(2), stage).is_ok());
  EXPECT_EQ(file.text(), whole);
}

TEST(Threaded, ABoundedNumberOfBatchesIsUnderWay) {
  struct Counted : SquareStage::Square {
    explicit Counted(std::atomic<int>& a) : alive(a) {}
    ~Counted() override { --alive; }
    std::atomic<int>& alive;
  };
  class Counting : public SquareStage {
   public:
    Status prepare(Item& item) override {
      item.payload = std::make_unique<Counted>(alive);
      const int now = ++alive;
      int seen = most.load();
      while (now > seen && !most.compare_exchange_weak(seen, now)) {
      }
      return Status::ok();
    }
    void process(const std::vector<Item*>&) override {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    std::atomic<int> alive{0};
    std::atomic<int> most{0};
  };
  Counting stage;
  ASSERT_TRUE(run_lines(lines(800), threads(2, 4, 4), stage).counts.is_ok());
  // The window, one batch that is being written and one that is being read.
  EXPECT_LE(stage.most.load(), 4 * (2 + 2) + 4);
  EXPECT_EQ(stage.alive.load(), 0);
}

}  // namespace
}  // namespace hilum
