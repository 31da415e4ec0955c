#include "record/json_lists.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace hilum {
namespace {

TEST(JsonLists, TextsComeInOrderAndAnythingElseIsRefused) {
  const Json table = {{"a.b", {"x", "", "y"}}, {"none", Json::array()}, {"mixed", {"x", 1}}, {"text", "x"}};
  const auto texts = texts_at(table, "a.b");
  ASSERT_TRUE(texts.is_ok());
  EXPECT_THAT(*texts, testing::ElementsAre("x", "", "y"));
  ASSERT_TRUE(texts_at(table, "none").is_ok());
  EXPECT_TRUE(texts_at(table, "none")->empty());
  for (const char* key : {"missing", "mixed", "text"}) {
    const auto refused = texts_at(table, key);
    EXPECT_EQ(refused.status().code(), ErrorCode::kConfig) << key;
    EXPECT_THAT(refused.status().message(), testing::HasSubstr(key));
  }
  EXPECT_EQ(texts_at(Json(3), "a").status().code(), ErrorCode::kConfig);
}

}  // namespace
}  // namespace hilum
