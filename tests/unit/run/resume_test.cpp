// A file of records that an earlier run began.
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "hilum/record.h"

#include "loop_fixture.h"

namespace hilum {
namespace {

// Fails the ids of a list; all else gets "x".
class PickyStage : public RecordStage {
 public:
  explicit PickyStage(std::vector<std::string> bad = {}, std::string why = "no")
      : bad_(std::move(bad)), why_(std::move(why)) {}
  const StageInfo& info() const override { return info_; }
  const Json& provenance() const override { return provenance_; }
  Status process_one(Item& item) override {
    ++tried;
    for (const std::string& id : bad_) {
      if (item.record()["id"] == id) return {ErrorCode::kRecordInvalid, why_};
    }
    item.record()["x"] = 1;
    return Status::ok();
  }
  int tried = 0;

 private:
  std::vector<std::string> bad_;
  std::string why_;
  StageInfo info_{"label", "adds a key", {}, {}, {}};
  Json provenance_ = Json::object();
};

const char* const kThree = "{\"id\":\"a\"}\n{\"id\":\"b\"}\n{\"id\":\"c\"}\n";

// What the records of `input` come to when `bad` fail, in one run.
std::string whole(const std::string& input, const std::vector<std::string>& bad = {}) {
  PickyStage stage(bad);
  return run_lines(input, {}, stage).out;
}

class ResumedRun : public testing::Test {
 protected:
  ScratchFile file_;
};

TEST_F(ResumedRun, TheCutLineIsDroppedAndWhatIsDoneIsSkipped) {
  file_.write("{\"id\":\"a\",\"x\":1}\n{\"id\":\"b\",\"x");
  PickyStage stage;
  const auto counts = resume_lines(file_.path(), kThree, {}, stage);
  ASSERT_TRUE(counts.is_ok());
  EXPECT_EQ(counts->skipped, 1u);
  EXPECT_EQ(stage.tried, 2);
  const std::string text = file_.text();
  EXPECT_EQ(text.substr(0, 32), "{\"id\":\"a\",\"x\":1}\n{\"id\":\"b\",\"x\":1");
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3);
  EXPECT_TRUE(counts->status().is_ok());
}

TEST_F(ResumedRun, AMissingFileIsMadeAndSomethingElseIsRefused) {
  PickyStage stage;
  ASSERT_TRUE(resume_lines(file_.path(), kThree, {}, stage).is_ok());
  EXPECT_EQ(file_.text(), whole(kThree));
  file_.write("first line of a diary\nsecond\n");
  EXPECT_EQ(resume_lines(file_.path(), kThree, {}, stage).status().code(), ErrorCode::kJsonInvalid);
  EXPECT_EQ(file_.text(), "first line of a diary\nsecond\n");
}

TEST_F(ResumedRun, FailedRecordsAreTriedAgainAndTheOrderOfInputIsKept) {
  file_.write(whole(kThree, {"a", "b"}));
  PickyStage stage;
  const auto counts = resume_lines(file_.path(), kThree, {}, stage);
  ASSERT_TRUE(counts.is_ok());
  EXPECT_EQ(counts->done, 2u);
  EXPECT_EQ(counts->skipped, 1u);
  EXPECT_TRUE(counts->status().is_ok());
  EXPECT_EQ(file_.text(), whole(kThree));
}

TEST_F(ResumedRun, WhatFailsAgainIsCountedAndStandsThereOnce) {
  file_.write(whole(kThree, {"a", "b"}));
  PickyStage stage({"b"});
  const auto counts = resume_lines(file_.path(), kThree, {}, stage);
  EXPECT_EQ(counts->failed, 1u);
  EXPECT_EQ(counts->status().code(), ErrorCode::kSomeFailed);
  EXPECT_EQ(file_.text(), whole(kThree, {"b"}));
  // Another reason takes the place of the old one.
  PickyStage other({"b"}, "for another reason");
  ASSERT_TRUE(resume_lines(file_.path(), kThree, {}, other).is_ok());
  const std::string text = file_.text();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3);
  EXPECT_NE(file_.text().find("for another reason"), std::string::npos);
}

TEST_F(ResumedRun, KeepFailedLeavesThemAndDoesNotEndOk) {
  const std::string before = whole(kThree, {"a"});
  file_.write(before);
  PickyStage stage;
  const auto counts = resume_lines(file_.path(), std::string(kThree) + "{\"id\":\"d\"}\n", {}, stage, true);
  ASSERT_TRUE(counts.is_ok());
  EXPECT_EQ(stage.tried, 1);
  EXPECT_EQ(counts->failed, 1u);
  EXPECT_EQ(counts->skipped, 2u);
  EXPECT_EQ(counts->reasons.at("record_invalid"), 1u);
  EXPECT_EQ(counts->status().code(), ErrorCode::kSomeFailed);
  EXPECT_EQ(file_.text().substr(0, before.size()), before);
}

// A run that was killed leaves the new line behind the old one; the next run puts both right.
TEST_F(ResumedRun, SeveralLinesOfOneIdBecomeOne) {
  const std::string failed = whole(kThree, {"a"});
  const std::string good = whole("{\"id\":\"a\"}\n");
  file_.write(failed + good);
  PickyStage stage;
  const auto counts = resume_lines(file_.path(), kThree, {}, stage);
  EXPECT_EQ(stage.tried, 0);
  EXPECT_EQ(counts->skipped, 3u);
  EXPECT_TRUE(counts->status().is_ok());
  EXPECT_EQ(file_.text(), whole(kThree));
  // Failed twice, for two reasons, and once more as the first time.
  PickyStage twice({"a"}, "for another reason");
  file_.write(failed + run_lines("{\"id\":\"a\"}\n", {}, twice).out);
  PickyStage again({"a"});
  EXPECT_EQ(resume_lines(file_.path(), kThree, {}, again)->failed, 1u);
  EXPECT_EQ(file_.text(), failed);
}

TEST_F(ResumedRun, RecordsOfOneIdAreNotLost) {
  const std::string input = "{\"id\":\"a\",\"n\":1}\n{\"id\":\"a\",\"n\":2}\n{\"id\":\"b\"}\n";
  file_.write(whole("{\"id\":\"a\",\"n\":1}\n", {"a"}));
  PickyStage stage;
  ASSERT_TRUE(resume_lines(file_.path(), input, {}, stage).is_ok());
  EXPECT_EQ(file_.text(), whole(input));
}

TEST_F(ResumedRun, AFileWhoseFailuresAllPassOnIsUnchanged) {
  const std::string input = "{\"id\":\"a\",\"error\":{\"code\":\"x\"}}\n{\"id\":\"b\"}\n";
  const std::string once = whole(input);
  file_.write(once);
  PickyStage stage;
  const auto counts = resume_lines(file_.path(), input, {}, stage);
  EXPECT_EQ(counts->passed_on, 1u);
  EXPECT_EQ(counts->status().code(), ErrorCode::kSomeFailed);
  EXPECT_EQ(file_.text(), once);
}

TEST_F(ResumedRun, ALinkAndPermissionsStay) {
  namespace fs = std::filesystem;
  const ScratchFile link;
  file_.write(whole(kThree, {"a"}));
  fs::permissions(file_.path(), fs::perms::owner_read | fs::perms::owner_write);
  fs::create_symlink(file_.path(), link.path());
  PickyStage stage;
  ASSERT_TRUE(resume_lines(link.path(), kThree, {}, stage).is_ok());
  EXPECT_TRUE(fs::is_symlink(link.path()));
  EXPECT_EQ(file_.text(), whole(kThree));
  EXPECT_EQ(fs::status(file_.path()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(ResumedRun, WithThreadsFailuresAreTriedAgainInTheirOldBatches) {
  SquareStage failing;
  SquareStage stage;
  stage.fail = false;
  const std::string good = run_lines(lines(100), threads(3, 2), stage).out;
  file_.write(run_lines(lines(100), threads(2), failing).out);
  const auto counts = resume_lines(file_.path(), lines(100), threads(3, 2), stage);
  ASSERT_TRUE(counts.is_ok()) << counts.status().to_string();
  EXPECT_TRUE(counts->status().is_ok());
  // Those that were finished keep what they said; the sum of a batch counts whoever was in it then.
  EXPECT_EQ(counts->done, 11u);
  std::istringstream in(file_.text());
  std::string line;
  for (int n = 0; std::getline(in, line); ++n) {
    const auto record = parse_json(line);
    EXPECT_EQ((*record)["n"], n);
    EXPECT_FALSE(has_error(*record));
    EXPECT_EQ((*record)["square"], n * n);
  }
  EXPECT_EQ(std::count(good.begin(), good.end(), '\n'), 100);
}

}  // namespace
}  // namespace hilum
