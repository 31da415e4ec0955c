#include "core/text/text.h"

#include <gtest/gtest.h>

#include "core/text/suggest.h"

namespace hilum {
namespace {

TEST(Text, SplitKeepsEmptyParts) {
  EXPECT_EQ(split("a,,b", ','), (std::vector<std::string>{"a", "", "b"}));
  EXPECT_EQ(split("", ','), (std::vector<std::string>{""}));
}

TEST(Text, CollapsesWhiteSpace) { EXPECT_EQ(collapse_spaces("  a \n\t b  "), "a b"); }

TEST(Text, ReplaceAllDoesNotLoopOnItsOwnOutput) {
  std::string text = "aa";
  replace_all(text, "a", "aa");
  EXPECT_EQ(text, "aaaa");
}

TEST(Suggest, CountsASwapAsOneEdit) { EXPECT_EQ(edit_distance("generate", "genreate"), 1u); }

TEST(Suggest, FindsTheNearestOrNothing) {
  const std::vector<std::string> words = {"generate", "evaluate", "entities"};
  EXPECT_EQ(nearest_word("genrate", words), "generate");
  EXPECT_EQ(nearest_word("xyz", words), "");
}

}  // namespace
}  // namespace hilum
