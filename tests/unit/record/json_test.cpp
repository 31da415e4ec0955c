#include "hilum/json.h"

#include <cmath>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace hilum {
namespace {

TEST(Json, KeepsKeyOrderAndUnknownKeys) {
  const auto value = parse_json(R"({"z":1,"a":{"y":2}})");
  ASSERT_TRUE(value.is_ok());
  EXPECT_EQ(*dump_json(*value), R"({"z":1,"a":{"y":2}})");
}

TEST(Json, HostileDepthIsRefusedNotCrashed) {
  const std::string deep = std::string(1000000, '[') + std::string(1000000, ']');
  const auto value = parse_json(deep);
  ASSERT_FALSE(value.is_ok());
  EXPECT_EQ(value.status().code(), ErrorCode::kJsonInvalid);
  const std::string fine = std::string(60, '[') + std::string(60, ']');
  EXPECT_TRUE(parse_json(fine).is_ok());
}

TEST(Json, SaysWhereItBroke) {
  const auto value = parse_json("{\"a\":}");
  EXPECT_NE(value.status().message().find("column 6"), std::string::npos) << value.status().message();
}

TEST(Json, NanIsNotWrittenAsNull) {
  EXPECT_EQ(dump_json({{"score", std::nan("")}}).status().code(), ErrorCode::kInternal);
}

TEST(Json, DottedPaths) {
  auto value = *parse_json(R"({"report":{"findings":"clear"},"priors":[{"id":"p"}]})");
  EXPECT_EQ(*text_at(value, "report.findings"), "clear");
  EXPECT_EQ(*text_at(value, "priors.0.id"), "p");
  EXPECT_EQ(*text_at(value, "report.impression"), "");
  EXPECT_EQ(text_at(value, "report").status().code(), ErrorCode::kRecordInvalid);
  set_path(value, "factcheck.report.findings", "x");
  EXPECT_EQ(*text_at(value, "factcheck.report.findings"), "x");
}

}  // namespace
}  // namespace hilum
