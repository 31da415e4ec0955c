#include "anatomy/geometry.h"

#include <cmath>

#include <gtest/gtest.h>

namespace hilum::anatomy {
namespace {

TEST(TubePosition, EuclideanVerticalSigned) {
  const Spacing spacing{0.2, 0.1, SpacingSource::kUser, ""};  // rows 0.2 mm apart, columns 0.1 mm
  const TubePosition above = tube_position({100, 50}, {130, 200}, spacing);
  EXPECT_DOUBLE_EQ(above.vertical_mm, 30);
  EXPECT_DOUBLE_EQ(above.euclidean_mm, std::hypot(3.0, 30.0));
  EXPECT_DOUBLE_EQ(above.signed_mm, above.euclidean_mm);
  const TubePosition below = tube_position({130, 200}, {100, 50}, spacing);
  EXPECT_DOUBLE_EQ(below.vertical_mm, -30);
  EXPECT_DOUBLE_EQ(below.signed_mm, -above.euclidean_mm);
}

TEST(TubePosition, ResizingChangesNothingInMillimetres) {
  const Spacing original{0.15, 0.12, SpacingSource::kUser, ""};
  const auto resized = rescale(original, 3000, 2000, 600, 500);
  ASSERT_TRUE(resized);
  const double full = distance_mm({1500, 400}, {1450, 800}, original);
  const double small = distance_mm({1500 / 5.0, 400 / 4.0}, {1450 / 5.0, 800 / 4.0}, *resized);
  EXPECT_NEAR(full, small, 1e-9);
}

TEST(LightIndex, Values) {
  EXPECT_NEAR(*light_index(8, 10), 48.8, 1e-9);
  EXPECT_DOUBLE_EQ(*light_index(10, 10), 0);
  EXPECT_FALSE(light_index(11, 10));
  EXPECT_FALSE(light_index(0, 10));
}

TEST(Tolerance, GrowsWithADetectorsDoubt) {
  EXPECT_DOUBLE_EQ(placed_points_tolerance_mm(), 10);
  EXPECT_DOUBLE_EQ(detected_points_tolerance_mm(0.95), 10);
  EXPECT_NEAR(detected_points_tolerance_mm(0.2), (3.9 * std::exp(-0.42) - 0.3) * 10, 1e-9);
}

}  // namespace
}  // namespace hilum::anatomy
