#include "factcheck/edits.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "unit/factcheck/inverse.h"

namespace hilum::factcheck {
namespace {

Edit edit(std::size_t begin, std::size_t end, const std::string& old_text, const std::string& new_text) {
  return {"text", begin, end, old_text, new_text, "check", "reason"};
}

TEST(Edits, ApplyAndRevert) {
  const std::string text = "left effusion and left nodule";
  const std::vector<Edit> edits = {edit(18, 22, "left", "right"), edit(0, 4, "left", "R"),
                                   edit(13, 13, "", ","), edit(14, 18, "and ", "")};
  const auto changed = apply_edits(text, edits);
  ASSERT_TRUE(changed) << changed.status().to_string();
  EXPECT_EQ(*changed, "R effusion, right nodule");
  const auto back = apply_edits(*changed, inverse(edits));
  ASSERT_TRUE(back) << back.status().to_string();
  EXPECT_EQ(*back, text);
}

TEST(Edits, NeighbouringRemovalsRevert) {
  const std::string text = "abcdef";
  const std::vector<Edit> edits = {edit(0, 2, "ab", ""), edit(2, 4, "cd", "")};
  const auto changed = apply_edits(text, edits);
  ASSERT_TRUE(changed);
  const auto back = apply_edits(*changed, inverse(edits));
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, text);
}

TEST(Edits, RefusesWhatDoesNotFit) {
  EXPECT_EQ(apply_edits("abc", {edit(0, 1, "x", "y")}).status().code(), ErrorCode::kRecordInvalid);
  EXPECT_EQ(apply_edits("abc", {edit(2, 9, "c", "y")}).status().code(), ErrorCode::kRecordInvalid);
  EXPECT_EQ(apply_edits("abc", {edit(0, 2, "ab", "y"), edit(1, 3, "bc", "z")}).status().code(),
            ErrorCode::kRecordInvalid);
}

TEST(Edits, OverlapsGoToTheFirst) {
  const auto kept = without_overlaps(
      {edit(5, 9, "late", "x"), edit(7, 11, "tear", "y"), edit(0, 2, "ab", "c"), edit(3, 4, "s", "s")});
  ASSERT_EQ(kept.size(), 2u);
  EXPECT_EQ(kept[0].begin, 0u);
  EXPECT_EQ(kept[1].begin, 5u);
}

TEST(Edits, JsonHoldsWhatUndoesThem) {
  const Json json = to_json(edit(3, 7, "old", "new"));
  EXPECT_EQ(json["field"], "text");
  EXPECT_EQ(json["span_bytes"], Json({3, 7}));
  EXPECT_EQ(json["old"], "old");
  EXPECT_EQ(json["new"], "new");
}

}  // namespace
}  // namespace hilum::factcheck
