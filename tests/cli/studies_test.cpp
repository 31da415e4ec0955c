#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "hilum/json.h"

#include "core/log.h"
#include "run_command.h"
#include "unit/datasets/tree.h"

namespace hilum::cli {
namespace {

using datasets::testing::Tree;

Ran studies(std::vector<std::string> args) {
  args.insert(args.begin(), "studies");
  return run_command(args);
}

std::string contents(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  return bytes.str();
}

std::vector<Json> lines(const std::string& text) {
  std::vector<Json> records;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) records.push_back(*parse_json(line));
  return records;
}

TEST(StudiesCommand, WritesRecordsAndCounts) {
  const Tree tree;
  tree.write_png("s1/a.png");
  tree.write(
      "s1/report.txt",
      " FINAL REPORT\n INDICATION:  Cough and\n fever.\n\n FINDINGS: Clear.\n\n IMPRESSION: Normal.\n");
  tree.write_png("s2/b.png");
  tree.write("s2/free.txt", "The lungs are clear.");
  tree.write("s2/notes.md", "x");
  const Ran done = studies({tree.root(), "--dropped", tree.path("../dropped.jsonl")});
  ASSERT_TRUE(done.status.is_ok()) << done.status.message();
  const auto records = lines(done.out);
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0]["schema"], "hilum/1");
  EXPECT_EQ(records[0]["indication"], "Cough and fever.") << "white space collapsed";
  EXPECT_EQ(records[0]["reference"], Json({{"findings", "Clear."}, {"impression", "Normal."}}));
  EXPECT_EQ(records[1]["reference"]["findings"], "The lungs are clear.")
      << "no header: all of it is findings";
  EXPECT_EQ(done.err,
            "2 records: 2 with a report, 1 with an indication, 0 with prior studies (0 in all), 0 with "
            "patient data\n"
            "images by view: unknown 2\nleft out: not_an_image 1\n");
  const auto dropped = lines(contents(tree.path("../dropped.jsonl")));
  ASSERT_EQ(dropped.size(), 1u);
  EXPECT_EQ(dropped[0],
            Json({{"what", tree.path("s2/notes.md")}, {"reason", "not_an_image"}, {"dropped", true}}));
  std::remove(tree.path("../dropped.jsonl").c_str());
  EXPECT_EQ(studies({tree.root(), "-q"}).err, "");
}

TEST(StudiesCommand, ResumeAddsWhatIsMissingAndEndsTheSame) {
  const Tree tree, results;
  for (const char* name : {"a", "b", "c"}) tree.write_png(std::string(name) + "/x.png");
  const std::string whole = studies({tree.root()}).out;
  const std::string file = results.path("out.jsonl");
  results.write("out.jsonl", whole.substr(0, whole.find('\n') + 20));  // one record and a cut line
  const Ran done = studies({tree.root(), "--resume", file});
  ASSERT_TRUE(done.status.is_ok()) << done.status.message();
  EXPECT_EQ(done.out, "");
  EXPECT_EQ(contents(file), whole);
  EXPECT_NE(done.err.find("3 records (1 were in the file already)"), std::string::npos) << done.err;
}

TEST(StudiesCommand, WrongUseIsExplained) {
  const Tree tree;
  tree.write_png("a.png");
  EXPECT_EQ(studies({tree.root(), "--layout", "mimic"}).status.exit_code(), 2);
  EXPECT_THAT(studies({tree.root(), "--format", "folder"}).status.message(),
              ::testing::HasSubstr("--format is now --layout"));
  EXPECT_EQ(studies({tree.root(), "--shard", "0/4"}).status.message(),
            "--shard is '0/4' and should be k/n, from 1/n to n/n");
  for (const char* shard : {"5/4", "1", "a/b", "1/2/3", "1/99999999999"}) {
    EXPECT_EQ(studies({tree.root(), "--shard", shard}).status.code(), ErrorCode::kUsage) << shard;
  }
  EXPECT_EQ(studies({tree.path("none")}).status.code(), ErrorCode::kFileNotFound);
  EXPECT_EQ(studies({}).status.exit_code(), 2);
  EXPECT_EQ(studies({tree.root(), "--dropped", "/no/such/folder/x"}).status.exit_code(), 5);
}

TEST(StudiesCommand, NothingLeftIsNoInputAndSaysWhy) {
  const Tree tree;
  tree.write("a.md", "x");
  const Ran done = studies({tree.root()});
  EXPECT_EQ(done.status.exit_code(), 4);
  EXPECT_EQ(done.out, "");
  EXPECT_EQ(done.status.message(), "no study is left: not_an_image 1");
}

TEST(StudiesCommand, OpenIReportsAreReadAsXml) {
  const Tree tree;
  tree.write("1.xml",
             "<eCitation><uId id=\"CXR1\"/><AbstractText Label=\"FINDINGS\">Clear &amp; dry.</AbstractText>"
             "<AbstractText Label=\"IMPRESSION\">Normal.</AbstractText><parentImage "
             "id=\"CXR1_1_IM-0001-3001\"/></eCitation>");
  tree.write_png("NLMCXR_png/CXR1_1_IM-0001-3001.png");
  const auto records = lines(studies({tree.root()}).out);
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0]["reference"]["findings"], "Clear & dry.");
  EXPECT_EQ(records[0]["images"][0]["path"], tree.path("NLMCXR_png/CXR1_1_IM-0001-3001.png"));
}

}  // namespace
}  // namespace hilum::cli
