#include "anatomy/spacing.h"

#include <gtest/gtest.h>

namespace hilum::anatomy {
namespace {

TEST(Spacing, AResizedImageHasItsOwnOnEachAxis) {
  const auto scaled = rescale({0.139, 0.139, SpacingSource::kUser, ""}, 3056, 2544, 640, 640);
  ASSERT_TRUE(scaled);
  EXPECT_NEAR(scaled->column_mm, 0.139 * 3056 / 640, 1e-12);
  EXPECT_NEAR(scaled->row_mm, 0.139 * 2544 / 640, 1e-12);
  EXPECT_EQ(rescale({}, 0, 1, 1, 1).status().code(), ErrorCode::kUsage);
}

}  // namespace
}  // namespace hilum::anatomy
