// hilum factcheck as users run it.
#include <cstdio>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "hilum/json.h"

#include "run_command.h"

namespace hilum::cli {
namespace {

struct Outcome {
  Status status;
  std::string out;
  std::vector<Json> records;
};

Outcome run_factcheck(std::vector<std::string> args, const std::string& input) {
  args.insert(args.begin(), "factcheck");
  Outcome outcome;
  const Ran ran = run_command(args, input);
  outcome.status = ran.status;
  outcome.out = ran.out;
  std::istringstream lines(outcome.out);
  for (std::string line; std::getline(lines, line);) outcome.records.push_back(*parse_json(line));
  return outcome;
}

class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& bytes) {
    path_ = ::testing::TempDir() + "factcheck_" + std::to_string(::getpid()) + "_" + std::to_string(count_++);
    std::ofstream(path_) << bytes;
  }
  ~TemporaryFile() { std::remove(path_.c_str()); }
  const std::string& path() const { return path_; }
  std::string text() const {
    std::ostringstream all;
    all << std::ifstream(path_).rdbuf();
    return all.str();
  }

 private:
  static int count_;
  std::string path_;
};
int TemporaryFile::count_ = 0;

TEST(Factcheck, ClaimsOnlyAddsClaimsAndKeepsKeys) {
  const auto done =
      run_factcheck({"--claims-only"}, R"({"id":"a","mine":[1],"text":"ETT tip 3.5 cm above the carina."})");
  ASSERT_TRUE(done.status.is_ok()) << done.status.to_string();
  const Json& record = done.records.at(0);
  EXPECT_EQ(record["mine"][0], 1);
  EXPECT_FALSE(record.contains("factcheck"));
  ASSERT_EQ(record["claims"].size(), 2u);
  EXPECT_EQ(record["claims"][1]["type"], "measurement");
  EXPECT_EQ(record["claims"][1]["values"][0], 35.0);
  EXPECT_EQ(record["claims"][1].size(), 17u) << "type and the sixteen fields of a measurement";
}

TEST(Factcheck, WarnsByDefaultAndCorrectsWhenAsked) {
  const std::string record =
      R"({"id":"a","comparison":"None","report":{"findings":"Stable left effusion.","impression":"Effusion."}})";
  const auto warned = run_factcheck({}, record);
  ASSERT_TRUE(warned.status.is_ok());
  EXPECT_FALSE(warned.records.at(0)["factcheck"].contains("report"));
  EXPECT_EQ(warned.records.at(0)["report"]["findings"], "Stable left effusion.");
  const auto applied = run_factcheck({"--apply"}, record);
  EXPECT_EQ(applied.records.at(0)["factcheck"]["report"]["findings"], "Left effusion.");
  EXPECT_EQ(applied.records.at(0)["report"]["findings"], "Stable left effusion.")
      << "the report itself stays";
}

TEST(Factcheck, FailOnContradicted) {
  EXPECT_EQ(run_factcheck({"--fail-on", "contradicted"}, R"({"id":"a","text":"Left effusion. No effusion."})")
                .status.exit_code(),
            1);
  EXPECT_EQ(run_factcheck({"--fail-on", "contradicted"}, R"({"id":"a","text":"Left effusion."})")
                .status.exit_code(),
            0);
}

TEST(Factcheck, BadRecordsStayWithAnError) {
  std::string long_report = "{\"id\":\"b\",\"text\":\"";
  for (int i = 0; i < 6000; ++i) long_report += "Left effusion. ";
  long_report += "\"}";
  const auto done = run_factcheck(
      {}, "{\"id\":\"a\"}\n" + long_report +
              "\n{\"id\":\"c\",\"text\":\"\"}\n{\"id\":\"d\",\"text\":\"x\",\"predictions\":3}\n");
  EXPECT_EQ(done.status.code(), ErrorCode::kSomeFailed);
  ASSERT_EQ(done.records.size(), 4u);
  EXPECT_EQ(done.records[0]["error"]["code"], "record_invalid");
  EXPECT_EQ(done.records[1]["error"]["code"], "too_large");
  EXPECT_TRUE(done.records[2]["factcheck"]["claims"].empty());
  EXPECT_EQ(done.records[3]["error"]["code"], "record_invalid");
}

TEST(Factcheck, PlainTextAndCsv) {
  EXPECT_EQ(run_factcheck({"--claims-only"}, "8 mm nodule in the left lung.")
                .records.at(0)["claims"][0]["source_text"],
            "8 mm");
  const TemporaryFile csv("id,note\nr1,\"Left effusion, 3 cm.\"\n");
  const auto done = run_factcheck({"--claims-only", "--csv", csv.path(), "--column", "note"}, "");
  ASSERT_EQ(done.records.size(), 1u) << done.status.to_string();
  EXPECT_EQ(done.records[0]["claims"].size(), 2u);
}

TEST(Factcheck, FactchexckersFiles) {
  const TemporaryFile reports(
      R"({"x1":{"report":"ETT 1.6 cm above the carina.","original_size":[3056,2544],"pixel_spacing":[0.139,0.139]}})");
  const TemporaryFile points(
      R"({"x1":{"resized_dim":640,"predictions":{"0":{"pred":[253.5,124.5]},"1":{"pred":[254.5,182.0]}}}})");
  const TemporaryFile rows("");
  const auto done = run_factcheck({"--factchexcker", reports.path(), "--points", points.path(), "--results",
                                   rows.path(), "--model", "m", "--apply"},
                                  "");
  ASSERT_TRUE(done.status.is_ok()) << done.status.to_string();
  EXPECT_EQ(done.records.at(0)["x1"]["report"], "ETT 3.18 cm above the carina.");
  EXPECT_NE(rows.text().find("x1,m,endotracheal_tube,True,3.1777,correct"), std::string::npos) << rows.text();
  EXPECT_EQ(run_factcheck({"--points", points.path()}, "").status.code(), ErrorCode::kUsage);
  EXPECT_EQ(run_factcheck({"--factchexcker", "/nowhere.json"}, "").status.code(), ErrorCode::kFileNotFound);
}

}  // namespace
}  // namespace hilum::cli
