// A stage, records and a run of both for the tests of the loop.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "hilum/run.h"

#include "core/files/file.h"
#include "unit/test_streams.h"

namespace hilum {

inline std::string lines(int count) {
  std::string text;
  for (int i = 0; i < count; ++i)
    text += "{\"id\":\"s" + std::to_string(i) + "\",\"n\":" + std::to_string(i) + "}\n";
  return text;
}

// Squares the number of each record, and writes into each who was in its batch, as rounding does. Now and
// then a batch takes longer than the next. What it does can be changed by a test.
class SquareStage : public Stage {
 public:
  struct Square : Payload {
    int value = 0;
  };

  const StageInfo& info() const override { return info_; }
  const Json& provenance() const override { return provenance_; }

  Status prepare(Item& item) override {
    if (on_prepare) HILUM_RETURN_IF_ERROR(on_prepare(item));
    const int n = item.record()["n"].get<int>();
    if (fail && n % 17 == 5) return {ErrorCode::kImageUnreadable, "no image"};
    auto square = std::make_unique<Square>();
    square->value = n * n;
    item.payload = std::move(square);
    return Status::ok();
  }

  void process(const std::vector<Item*>& items) override {
    int sum = 0;
    for (const Item* item : items) sum += item->record()["n"].get<int>();
    if (sum % 3 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    for (Item* item : items) {
      item->record()["square"] = item->payload_as<Square>().value;
      item->record()["batch"] = sum;
      if (fail && item->record()["n"].get<int>() % 19 == 7)
        item->status = {ErrorCode::kInferenceFailed, "no luck"};
    }
    if (on_process) on_process(items);
  }

  void enter_thread() override {
    if (on_enter) on_enter();
  }

  bool fail = true;
  std::function<Status(Item&)> on_prepare;
  std::function<void(const std::vector<Item*>&)> on_process;
  std::function<void()> on_enter;

 private:
  StageInfo info_{"test", "squares", {}, {}, {}};
  Json provenance_{{"config", "x"}};
};

struct Outcome {
  Result<RunCounts> counts = RunCounts();
  std::string out;
};

inline RunOptions threads(int replicas, int loaders = 1, int batch = 8) {
  RunOptions options;
  options.replicas = replicas;
  options.loaders = loaders;
  options.batch = batch;
  return options;
}

inline Outcome run_lines(const std::string& input, const RunOptions& options, Stage& stage) {
  TestStreams t(input);
  Outcome outcome;
  const auto source = jsonl_source(t.in);
  const auto writer = jsonl_writer(t.out);
  outcome.counts = run(stage, *source, *writer, options, t.streams);
  outcome.out = t.out.text();
  return outcome;
}

// Goes on with a file, as --resume does.
inline Result<RunCounts> resume_lines(const std::string& path, const std::string& input, RunOptions options,
                                      Stage& stage, bool keep_failed = false) {
  TestStreams t(input);
  HILUM_ASSIGN(const auto file, ResumeFile::open(path, keep_failed));
  options.resume = file.get();
  const auto source = jsonl_source(t.in);
  return run(stage, *source, *file, options, t.streams);
}

// A path of its own that is removed at the end.
class ScratchFile {
 public:
  ScratchFile() {
    static int count = 0;
    path_ = "/tmp/hilum_run_" + std::to_string(::getpid()) + "_" + std::to_string(count++);
  }
  ~ScratchFile() { ::unlink(path_.c_str()); }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  const std::string& path() const { return path_; }
  void write(const std::string& text) const { (void)write_file(path_, text); }
  std::string text() const { return *read_file(path_, 1u << 20); }

 private:
  std::string path_;
};

}  // namespace hilum
