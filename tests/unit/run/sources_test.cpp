// What becomes of records, CSV rows and plain reports that come in.
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "hilum/run.h"

namespace hilum {
namespace {

std::vector<Item> all_of(Source& source) {
  std::vector<Item> items;
  while (auto item = source.next()) items.push_back(std::move(*item));
  EXPECT_TRUE(source.status().is_ok());
  return items;
}

TEST(CsvSource, RowsAreRecordsAndABadOneStandsAlone) {
  std::istringstream in("uid,a.b\n7,\"x,\ny\"\n8\n9,\xFF\n10,z\n");
  auto source = csv_source(in, "a.b");
  ASSERT_TRUE(source.is_ok());
  const auto items = all_of(**source);
  ASSERT_EQ(items.size(), 4u);
  EXPECT_EQ(items[0].record(), Json({{"uid", "7"}, {"a.b", "x,\ny"}, {"id", "row-1"}}));
  EXPECT_EQ(items[1].status.code(), ErrorCode::kCsvInvalid);
  EXPECT_EQ(items[1].record(), Json({{"schema", "hilum/1"}, {"id", "row-2"}}));
  EXPECT_EQ(items[2].status.code(), ErrorCode::kUtf8Invalid);
  EXPECT_EQ(items[2].status.message(), "row-3, column 'a.b': invalid UTF-8 at byte 0");
  EXPECT_EQ(items[3].record()["id"], "row-4");
}

TEST(CsvSource, AnIdColumnIsTheId) {
  std::istringstream in("id,text\ns1,x\n");
  auto source = csv_source(in);
  EXPECT_EQ(all_of(**source).at(0).record(), Json({{"id", "s1"}, {"text", "x"}}));
}

TEST(CsvSource, MistakesAreToldBeforeAnythingIsRead) {
  std::istringstream in("id,report\n1,x\n"), empty("");
  EXPECT_EQ(csv_source(in, "reprot").status().code(), ErrorCode::kCsvInvalid);
  EXPECT_EQ(csv_source(empty).status().code(), ErrorCode::kCsvInvalid);
  EXPECT_EQ(open_csv_source("/nowhere.csv").status().code(), ErrorCode::kFileNotFound);
}

TEST(PlainTextSource, TheReportIsUntouched) {
  std::istringstream in("\n {x\n\n");
  const auto items = all_of(*plain_text_source(in));
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0].record(), Json({{"id", "stdin"}, {"text", "\n {x\n\n"}}));
  std::istringstream none("");
  EXPECT_TRUE(all_of(*plain_text_source(none)).empty());
}

TEST(PlainTextSource, BadBytesAndTooManyAreErrorsOfTheRecord) {
  std::istringstream bad("effusion \xFF"), big(std::string((8u << 20) + 1, 'x'));
  EXPECT_EQ(all_of(*plain_text_source(bad)).at(0).status.message(),
            "standard input: invalid UTF-8 at byte 9");
  const auto items = all_of(*plain_text_source(big, "here"));
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0].status.code(), ErrorCode::kTooLarge);
  EXPECT_EQ(items[0].record()["id"], "stdin");
}

TEST(EitherSource, TheFirstCharacterDecides) {
  std::istringstream records("\n  {\"id\":\"a\"}\n{\"id\":\"b\"}\n");
  EXPECT_EQ(all_of(*text_or_jsonl_source(records)).size(), 2u);
  std::istringstream text("\n  No {effusion}.\n");
  EXPECT_EQ(all_of(*text_or_jsonl_source(text)).at(0).record()["text"], "\n  No {effusion}.\n");
  std::istringstream nothing("");
  EXPECT_TRUE(all_of(*text_or_jsonl_source(nothing)).empty());
  // Too much white space in front to be looked through, but none of it is lost.
  std::istringstream blanks(std::string(5000, ' ') + "{");
  EXPECT_EQ(all_of(*text_or_jsonl_source(blanks)).at(0).record()["text"].get<std::string>().size(), 5001u);
  std::istringstream bad_line("{\"id\":1}\n{\n");
  const auto items = all_of(*text_or_jsonl_source(bad_line));
  EXPECT_EQ(items.at(1).record()["id"], "line-2");
  EXPECT_EQ(items.at(1).status.code(), ErrorCode::kJsonInvalid);
}

}  // namespace
}  // namespace hilum
