#include "stages/common/text_keys.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace hilum {
namespace {

std::string found(const TextKeys& keys, const char* record) {
  const auto text = keys.text(*parse_json(record));
  return text ? *text : "! " + text.status().message();
}

TEST(TextKeys, TheReportComesBeforeText) {
  const TextKeys keys({});
  EXPECT_EQ(found(keys, R"({"text":"t","report":{"findings":"f"}})"), "f");
  EXPECT_EQ(found(keys, R"({"text":"t","report":{"findings":null}})"), "t");
  EXPECT_EQ(found(keys, "{}"),
            "! no text at 'report.findings' or 'text'; setting 'text_key' names where it is");
  EXPECT_EQ(found(keys, R"({"text":7})"), "! 'text' should be text and is number");
  EXPECT_TRUE(keys.warnings().empty());
}

TEST(TextKeys, SeveralAreJoinedByABlankLine) {
  const TextKeys keys({{"a", "b.c", "d"}, "--text-key"});
  EXPECT_EQ(found(keys, R"({"a":"1","b":{"c":"2"},"d":"3"})"), "1\n\n2\n\n3");
  EXPECT_EQ(found(keys, R"({"a":"1","b":{"c":""},"d":"3"})"), "1\n\n3");
  EXPECT_EQ(found(keys, R"({"a":"","d":null})"), "");
  EXPECT_EQ(found(keys, R"({"x":1})"), "! no text at 'a' or 'b.c' or 'd'; --text-key names where it is");
}

TEST(TextKeys, AKeyOfThatVeryNameWins) {
  const TextKeys keys({{"a.b"}, "column"});
  EXPECT_EQ(found(keys, R"({"a":{"b":"path"},"a.b":"name"})"), "name");
}

TEST(TextKeys, AKeyThatNoRecordHasIsToldOnce) {
  const TextKeys keys({{"findings", "impresion", "history"}, "text_key"});
  EXPECT_TRUE(keys.warnings().empty());  // nothing was read yet
  EXPECT_EQ(found(keys, R"({"findings":"f"})"), "f");
  EXPECT_EQ(found(keys, R"({"history":"h"})"), "h");
  EXPECT_EQ(keys.warnings(), std::vector<std::string>{"no record has 'impresion' (text_key)"});
}

}  // namespace
}  // namespace hilum
