#include "io/heat_overlay.h"

#include <gtest/gtest.h>

namespace hilum {
namespace {

double light(const std::array<std::uint8_t, 3>& c) {
  return 0.2126 * static_cast<double>(c[0]) + 0.7152 * static_cast<double>(c[1]) +
         0.0722 * static_cast<double>(c[2]);
}

TEST(HeatColor, BecomesBrighterAllAlong) {
  for (int i = 0; i < 100; ++i)
    EXPECT_LT(light(heat_color(i / 100.0)), light(heat_color((i + 1) / 100.0))) << i;
  EXPECT_EQ(heat_color(-1), heat_color(0));
  EXPECT_EQ(heat_color(7), heat_color(1));
}

TEST(HeatOverlay, TheHottestCellIsWhereTheWeightIs) {
  // A grey film of 40 x 30 and cells of 2 rows, 4 columns.
  const Gray8 film{40, 30, std::vector<std::uint8_t>(1200, 100)};
  for (std::size_t hot = 0; hot < 8; ++hot) {
    // Nearly flat, as attention is: what counts is where it is above the rest.
    HeatGrid grid{2, 4, std::vector<double>(8, 0.12)};
    grid.weights[hot] = 0.16;
    const auto picture = draw_heat(film, grid);
    ASSERT_TRUE(picture.is_ok());
    EXPECT_EQ(picture->width, 520);
    EXPECT_EQ(picture->height, 390);
    ASSERT_EQ(picture->rgb.size(), 520u * 390u * 3u);
    for (std::size_t cell = 0; cell < 8; ++cell) {
      const std::size_t x = (cell % 4) * 130 + 65, y = (cell / 4) * 195 + 97;
      const std::uint8_t* pixel = picture->rgb.data() + (y * 520 + x) * 3;
      if (cell == hot) {
        EXPECT_GT(pixel[0], 180) << "yellow over grey";
        EXPECT_GT(pixel[0], pixel[2]);
      } else {
        EXPECT_TRUE(pixel[0] == 100 && pixel[1] == 100 && pixel[2] == 100) << "least weight, the film itself";
      }
    }
  }
}

TEST(HeatOverlay, EqualWeightsLeaveTheFilmAndBadSizesAreRefused) {
  const Gray8 film{2, 1, {10, 200}};
  for (const double weight : {0.0, 0.5}) {
    const auto picture = draw_heat(film, {1, 2, {weight, weight}});
    ASSERT_TRUE(picture.is_ok());
    EXPECT_EQ(picture->rgb[0], 10);
    EXPECT_EQ(picture->rgb[1], 10);
  }
  EXPECT_FALSE(draw_heat(film, {1, 2, {0.0}}).is_ok());
  EXPECT_FALSE(draw_heat(film, {0, 0, {}}).is_ok());
  EXPECT_FALSE(draw_heat({0, 0, {}}, {1, 1, {1.0}}).is_ok());
}

}  // namespace
}  // namespace hilum
