#include "core/text/utf8.h"

#include <gtest/gtest.h>

namespace hilum {
namespace {

constexpr auto kNone = std::string_view::npos;

TEST(Utf8, AcceptsEveryLength) {
  EXPECT_EQ(find_invalid_utf8("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\xAB\x81"), kNone);
}

TEST(Utf8, RefusesOverlongSurrogateAndTooHigh) {
  EXPECT_EQ(find_invalid_utf8("\xC0\x80"), 0u);
  EXPECT_EQ(find_invalid_utf8("\xE0\x80\x80"), 0u);
  EXPECT_EQ(find_invalid_utf8("\xED\xA0\x80"), 0u);
  EXPECT_EQ(find_invalid_utf8("\xF4\x90\x80\x80"), 0u);
  EXPECT_EQ(find_invalid_utf8("ok\xE2\x82"), 2u);
}

TEST(Utf8, RepairKeepsTheRest) {
  EXPECT_EQ(repair_utf8("a\xFF"
                        "b"),
            "a\xEF\xBF\xBD"
            "b");
}

TEST(Utf8, Latin1) { EXPECT_EQ(latin1_to_utf8("\xE9"), "\xC3\xA9"); }

}  // namespace
}  // namespace hilum
