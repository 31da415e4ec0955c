#include "run/record_loop.h"

#include <csignal>
#include <cstdio>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/files/file.h"
#include "core/system/interrupt.h"
#include "unit/test_streams.h"

namespace hilum {
namespace {

Status add_key(Json& record) {
  if (record.value("id", "") == "bad") return {ErrorCode::kRecordInvalid, "no"};
  record["x"] = 1;
  return Status::ok();
}

TEST(RecordLoop, FailedRecordsStayInTheStream) {
  TestStreams f(
      "{\"id\":\"a\",\"k\":[1]}\n{bad\n{\"id\":\"bad\"}\n{\"id\":\"e\",\"error\":{\"code\":\"x\"}}\n");
  const auto counts = run_record_loop(f.streams, {"label", "", false}, add_key);
  ASSERT_TRUE(counts.is_ok());
  EXPECT_EQ(counts->seen, 4u);
  EXPECT_EQ(counts->done, 1u);
  EXPECT_EQ(counts->status().code(), ErrorCode::kSomeFailed);
  EXPECT_EQ(counts->to_string(),
            "4 records: 1 done, 1 failed in an earlier stage, 2 failed (json_invalid 1, record_invalid 1)");
  std::istringstream lines(f.out.text());
  std::string line;
  std::getline(lines, line);
  EXPECT_EQ(line, R"({"id":"a","k":[1],"x":1})");
  std::getline(lines, line);
  EXPECT_NE(line.find("\"id\":\"line-2\""), std::string::npos);
}

TEST(RecordLoop, NothingUsableIsNoInput) {
  TestStreams none("");
  EXPECT_EQ(run_record_loop(none.streams, {"label", "", false}, add_key)->status().code(),
            ErrorCode::kNoInput);
  TestStreams all_bad("x\n");
  EXPECT_EQ(run_record_loop(all_bad.streams, {"label", "", false}, add_key)->status().code(),
            ErrorCode::kNoInput);
}

TEST(RecordLoop, ResumeDropsTheCutLineAndSkipsWhatIsDone) {
  const std::string path = testing::TempDir() + "/hilum_resume.jsonl";
  ASSERT_TRUE(write_file(path, "{\"id\":\"a\",\"x\":1}\n{\"id\":\"b\",\"x").is_ok());
  TestStreams f("{\"id\":\"a\"}\n{\"id\":\"b\"}\n{\"id\":\"c\"}\n");
  const auto counts = run_record_loop(f.streams, {"label", path, false}, add_key);
  ASSERT_TRUE(counts.is_ok());
  EXPECT_EQ(counts->skipped, 1u);
  EXPECT_EQ(f.out.text(), "");
  EXPECT_EQ(*read_file(path, 1000),
            "{\"id\":\"a\",\"x\":1}\n{\"id\":\"b\",\"x\":1}\n{\"id\":\"c\",\"x\":1}\n");
  std::remove(path.c_str());
}

TEST(RecordLoop, AStopSignalEndsTheRun) {
  TestStreams f("{\"id\":\"a\"}\n");
  set_stop_signal(SIGTERM);
  EXPECT_EQ(run_record_loop(f.streams, {"label", "", false}, add_key).status().exit_code(), 143);
  set_stop_signal(0);
}

}  // namespace
}  // namespace hilum
