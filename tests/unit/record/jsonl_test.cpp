#include "hilum/jsonl.h"

#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace hilum {
namespace {

TEST(Jsonl, ABadLineIsAnErrorForThatLineOnly) {
  std::istringstream in("{\"id\":\"1\"}\n{bad\n\n\"text\"\n{\"id\":\"\xFF\"}\n{\"id\":\"2\"}");
  JsonlReader reader(in);
  EXPECT_EQ((**reader.next())["id"], "1");
  EXPECT_EQ(reader.next().status().code(), ErrorCode::kJsonInvalid);
  const auto text = reader.next();
  EXPECT_EQ(text.status().message(), "line 4: should be an object and is string");
  EXPECT_EQ(reader.next().status().code(), ErrorCode::kUtf8Invalid);
  EXPECT_EQ((**reader.next())["id"], "2");
  const auto end = reader.next();
  EXPECT_TRUE(end.is_ok() && !end->has_value());
}

TEST(Jsonl, AnEndlessLineIsReadOverWithoutKeepingIt) {
  std::istringstream in("{\"id\":\"" + std::string(1000, 'x') + "\"}\n{\"id\":\"2\"}\n");
  JsonlReader reader(in, 100);
  EXPECT_EQ(reader.next().status().code(), ErrorCode::kTooLarge);
  EXPECT_EQ((**reader.next())["id"], "2");
}

}  // namespace
}  // namespace hilum
