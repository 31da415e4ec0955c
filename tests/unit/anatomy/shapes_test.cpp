#include <cmath>
#include <functional>

#include <gtest/gtest.h>

#include "anatomy/geometry.h"

namespace hilum::anatomy {
namespace {

Mask draw(std::size_t width, std::size_t height, const std::function<bool(double, double)>& inside) {
  Mask mask{width, height, std::vector<std::uint8_t>(width * height, 0)};
  for (std::size_t y = 0; y < height; ++y) {
    for (std::size_t x = 0; x < width; ++x)
      mask.pixels[y * width + x] = inside(static_cast<double>(x), static_cast<double>(y)) ? 1 : 0;
  }
  return mask;
}

Mask box(std::size_t width, std::size_t height, double x0, double y0, double x1, double y1) {
  return draw(width, height, [=](double x, double y) { return x >= x0 && x <= x1 && y >= y0 && y <= y1; });
}

const Spacing kUnit{1, 1, SpacingSource::kUser, ""};

TEST(Feret, RotatedEllipse) {
  const double angle = 0.6;
  const Mask ellipse = draw(300, 300, [&](double x, double y) {
    const double u = (x - 150) * std::cos(angle) + (y - 150) * std::sin(angle),
                 v = -(x - 150) * std::sin(angle) + (y - 150) * std::cos(angle);
    return u * u / (100 * 100) + v * v / (30 * 30) <= 1;
  });
  const auto f = feret(ellipse, kUnit);
  ASSERT_TRUE(f);
  EXPECT_NEAR(f->long_axis_mm, 200, 2.5);
  EXPECT_NEAR(f->short_axis_mm, 60, 2.5);
}

TEST(Feret, OnePixelAndSpacing) {
  const auto f = feret(box(9, 9, 4, 4, 4, 4), {0.4, 0.3, SpacingSource::kUser, ""});
  ASSERT_TRUE(f);
  EXPECT_NEAR(f->long_axis_mm, 0.5, 1e-12);
  EXPECT_FALSE(feret(box(9, 9, 4, 4, 4, 4), Spacing{}));
  EXPECT_FALSE(feret(box(9, 9, 20, 20, 30, 30), kUnit)) << "an empty mask is refused";
}

TEST(HeartRatio, RectanglesOfKnownWidth) {
  const Mask right = box(400, 300, 20, 50, 139, 250), left = box(400, 300, 260, 50, 379, 250),
             heart = box(400, 300, 150, 150, 309, 240);
  const auto ratio = cardiothoracic_ratio(heart, right, left);
  ASSERT_TRUE(ratio);
  EXPECT_DOUBLE_EQ(ratio->heart_px, 160);
  EXPECT_DOUBLE_EQ(ratio->thorax_px, 360);
  EXPECT_NEAR(ratio->ratio, 160.0 / 360, 1e-12);
  EXPECT_NE(cardiothoracic_ratio(box(400, 300, 900, 0, 901, 1), right, left).status().message().find("heart"),
            std::string::npos);
  EXPECT_FALSE(cardiothoracic_ratio(heart, right, box(300, 300, 260, 50, 279, 250))) << "sizes differ";
}

TEST(Mediastinum, WidthBetweenTheLungs) {
  const Mask right = box(400, 300, 20, 50, 149, 250), left = box(400, 300, 230, 50, 379, 250);
  const auto width = mediastinal_width_mm(right, left, 100, {0.5, 0.5, SpacingSource::kUser, ""});
  ASSERT_TRUE(width);
  EXPECT_DOUBLE_EQ(*width, 40);
  EXPECT_FALSE(mediastinal_width_mm(right, left, 10, kUnit)) << "above the lungs";
  EXPECT_FALSE(mediastinal_width_mm(right, left, 300, kUnit)) << "outside";
}

TEST(Lungs, HeightAndAsymmetry) {
  const Mask right = box(400, 300, 20, 50, 119, 229), left = box(400, 300, 260, 50, 359, 249);
  const auto s = lung_symmetry(right, left, {0.5, 0.5, SpacingSource::kUser, ""});
  ASSERT_TRUE(s);
  EXPECT_DOUBLE_EQ(s->right_height_mm, 90);
  EXPECT_DOUBLE_EQ(s->left_height_mm, 100);
  EXPECT_DOUBLE_EQ(s->height_ratio, 0.9);
  EXPECT_DOUBLE_EQ(s->dome_difference_mm, 10) << "the right one stands higher";
}

TEST(Lungs, TheHeartBesideTheLeftLungIsNoDome) {
  const Mask right = box(400, 300, 20, 50, 139, 239);
  const Mask left = draw(400, 300, [](double x, double y) {
    return x >= 260 && x <= 379 && y >= 50 && y <= 249 && !(x < 320 && y > 150);
  });
  const auto s = lung_symmetry(right, left, kUnit);
  ASSERT_TRUE(s);
  EXPECT_DOUBLE_EQ(s->dome_difference_mm, 10);
}

TEST(CostophrenicAngle, ATriangleOfKnownAngle) {
  // Wall straight down at x = 20, dome rising inwards at 45 degrees from the tip (20, 250): an angle of 45
  // degrees.
  const Mask sharp = draw(
      400, 300, [](double x, double y) { return x >= 20 && x <= 140 && y >= 50 && y <= 250 - (x - 20); });
  const auto angle = costophrenic_angle(sharp, true, 30, kUnit);
  ASSERT_TRUE(angle) << angle.status().to_string();
  EXPECT_NEAR(*angle, 45, 2);
  const Mask mirrored = draw(
      400, 300, [](double x, double y) { return x <= 379 && x >= 259 && y >= 50 && y <= 250 - (379 - x); });
  EXPECT_NEAR(*costophrenic_angle(mirrored, false, 30, kUnit), 45, 2);
  const Mask blunt = box(400, 300, 20, 50, 140, 250);
  EXPECT_NEAR(*costophrenic_angle(blunt, true, 30, kUnit), 90, 2);
}

TEST(Masks, SizesAreChecked) {
  Mask mask{10, 10, std::vector<std::uint8_t>(50, 1)};
  EXPECT_EQ(widest_row(mask).status().code(), ErrorCode::kUsage);
  EXPECT_EQ(widest_row(Mask{}).status().code(), ErrorCode::kUsage);
}

}  // namespace
}  // namespace hilum::anatomy
