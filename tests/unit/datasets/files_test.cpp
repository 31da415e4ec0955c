// The readers below the data sets: gzip, tables, JSON item by item.
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "datasets/input_file.h"
#include "datasets/json/json_items.h"
#include "datasets/paths.h"
#include "datasets/table.h"
#include "tree.h"

namespace hilum::datasets {
namespace {

using testing::Tree;

std::string slurp(InputFile& file) {
  std::ostringstream out;
  out << file.stream().rdbuf();
  return out.str();
}

TEST(InputFile, GzipAndPlainAreToldApartByContent) {
  const Tree tree;
  tree.write("a.csv.gz", "plain in spite of its name");
  tree.write_gzip("b.csv", "packed in spite of its name");
  EXPECT_EQ(slurp(**InputFile::open(tree.path("a.csv.gz"))), "plain in spite of its name");
  EXPECT_EQ(slurp(**InputFile::open(tree.path("b.csv"))), "packed in spite of its name");
}

TEST(InputFile, ACutGzipFileIsNoSilentEnd) {
  const Tree tree;
  std::string text;
  for (int i = 0; i < 20000; ++i) text += std::to_string(i * 7919) + "\n";
  tree.write_gzip("whole.gz", text);
  std::ifstream in(tree.path("whole.gz"), std::ios::binary);
  std::stringstream bytes;
  bytes << in.rdbuf();
  tree.write("cut.gz", bytes.str().substr(0, bytes.str().size() / 2));
  const auto file = InputFile::open(tree.path("cut.gz"));
  EXPECT_LT(slurp(**file).size(), text.size());
  EXPECT_EQ((*file)->status().code(), ErrorCode::kFileUnreadable);
  EXPECT_FALSE(make_seekable(InputFile::open(tree.path("cut.gz")).take(), "cut.gz").is_ok());
}

TEST(InputFile, AMissingFileAndAFolder) {
  const Tree tree;
  EXPECT_EQ(InputFile::open(tree.path("none")).status().code(), ErrorCode::kFileNotFound);
  EXPECT_EQ(InputFile::open(tree.root()).status().code(), ErrorCode::kFileUnreadable);
}

TEST(Table, BrokenRowsAreNamedAndSkipped) {
  const Tree tree;
  tree.write("t.csv", "study_id,note\n1,a\n2\n3,\"two\nlines, and a comma\"\nx,b\n4,c\n");
  std::vector<Note> notes;
  std::vector<std::uint32_t> ids;
  const Status status = read_table(
      tree.path("t.csv"), [&](const Note& note) { notes.push_back(note); },
      [](const CsvReader&) { return Status::ok(); },
      [&](const Row& row) {
        const auto id = parse_id(row.at(0));
        if (id) ids.push_back(*id);
        return id.has_value();
      });
  EXPECT_TRUE(status.is_ok());
  EXPECT_EQ(ids, (std::vector<std::uint32_t>{1, 3, 4}));
  ASSERT_EQ(notes.size(), 2u);
  EXPECT_EQ(notes[0].what, tree.path("t.csv") + ": row 2");
  EXPECT_NE(notes[0].detail.find("has 1 values for 2 columns"), std::string::npos) << notes[0].detail;
  EXPECT_EQ(notes[1].what, tree.path("t.csv") + ": row 4");
}

TEST(Table, IdsInEveryWriting) {
  EXPECT_EQ(parse_id("10000032"), 10000032u);
  EXPECT_EQ(parse_id("p10000032"), 10000032u);
  EXPECT_EQ(parse_id(" s50414267 "), 50414267u);
  EXPECT_EQ(parse_id("10000032.0"), 10000032u);
  for (const char* text : {"", "p", "-1", "99999999999", "1e5", "10 32"})
    EXPECT_FALSE(parse_id(text)) << text;
  for (const char* text : {"", "nan", "inf", "1,5", "x"}) EXPECT_FALSE(parse_number(text)) << text;
}

TEST(Table, TheNewestVersionIsFound) {
  const Tree tree;
  tree.write("mimic-cxr-2.0.0-split.csv.gz", "");
  tree.write("mimic-cxr-2.1.0-split.csv", "");
  tree.write("mimic-cxr-2.1.0-split.csv.gz", "");
  tree.write("mimic-cxr-2.1.0-split.csv.bak", "");
  EXPECT_EQ(find_table(tree.root(), "mimic-cxr-", "-split"), tree.path("mimic-cxr-2.1.0-split.csv"));
  EXPECT_EQ(find_table(tree.root(), "", "edstays"), "");
  EXPECT_EQ(find_table(tree.path("none"), "", "edstays"), "");
}

std::vector<std::string> items_of(const std::string& json, Status* status = nullptr) {
  std::istringstream in(json);
  JsonItemReader reader(in, "a.json");
  std::vector<std::string> items;
  for (;;) {
    auto item = reader.next();
    if (!item) {
      if (status != nullptr) *status = item.status();
      return items;
    }
    if (!item->has_value()) return items;
    EXPECT_EQ(json.substr((*item)->offset, (*item)->text.size()), (*item)->text);
    items.push_back((*item)->key + "=" + (*item)->text);
  }
}

TEST(JsonItems, TheThreeForms) {
  EXPECT_EQ(items_of(R"({"train":[{"a":1},{"b":[2,3]}],"val":[],"test": [ {"c":"]}\"" } ] })"),
            (std::vector<std::string>{R"(train={"a":1})", R"(train={"b":[2,3]})", R"(test={"c":"]}\"" })"}));
  EXPECT_EQ(items_of("\xEF\xBB\xBF{\"x\\u0041\": {\"k\":1}, \"y\":{}}"),
            (std::vector<std::string>{"xA={\"k\":1}", "y={}"}));
  EXPECT_EQ(items_of(" [ {}, 3 ]"), (std::vector<std::string>{"={}", "=3 "}));
  EXPECT_TRUE(items_of("[]").empty());
  EXPECT_TRUE(items_of("{}").empty());
}

TEST(JsonItems, ABrokenFrameIsAnErrorWithItsPlace) {
  for (const char* json :
       {"", "x", "[{}", "[{} {}]", "{\"a\" {}}", "{\"a\":[{},", "[{\"a\":\"", "{a:1}", "[\"\\"}) {
    Status status;
    items_of(json, &status);
    EXPECT_EQ(status.code(), ErrorCode::kJsonInvalid) << json;
    EXPECT_NE(status.message().find("a.json: byte "), std::string::npos) << status.message();
  }
}

TEST(JsonItems, WhatCameBeforeTheBreakIsRead) {
  Status status;
  EXPECT_EQ(items_of(R"([{"a":1},{"b":)", &status), (std::vector<std::string>{R"(={"a":1})"}));
  EXPECT_FALSE(status.is_ok());
}

TEST(Paths, NamesWithoutExtensions) {
  EXPECT_EQ(without_extension("1_IM-0001-4001.dcm.png"), "1_IM-0001-4001");
  EXPECT_EQ(without_extension(".png"), ".png");
  EXPECT_EQ(without_extension("a.b.JPG"), "a.b");
  EXPECT_EQ(parent_of("a/b/"), "a");
  EXPECT_EQ(parent_of("b.png"), ".");
}

}  // namespace
}  // namespace hilum::datasets
