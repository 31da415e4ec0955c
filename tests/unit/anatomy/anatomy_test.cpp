#include "anatomy/anatomy.h"

#include <gtest/gtest.h>

#include "unit/anatomy/film.h"

namespace hilum::anatomy {
namespace {

using test::both;
using test::box;
using test::drawn_film;

TEST(LargestPart, KeepsTheLargestAndFillsItsHoles) {
  Mask mask = both(box(60, 40, 5, 5, 24, 24), box(60, 40, 40, 5, 44, 9));
  mask.pixels[10 * 60 + 10] = 0;  // a hole
  const LargestPart part = largest_part(mask);
  EXPECT_TRUE(part.mask.at(10, 10));
  EXPECT_FALSE(part.mask.at(42, 7));
  EXPECT_NEAR(part.share, 399.0 / 424, 1e-12);
  EXPECT_EQ(largest_part(Mask{3, 2, std::vector<std::uint8_t>(6, 0)}).share, 0);
}

TEST(LargestPart, ABayIsNoHole) {
  Mask mask = box(30, 30, 0, 0, 29, 29);
  for (std::size_t x = 0; x < 15; ++x) mask.pixels[10 * 30 + x] = 0;
  EXPECT_FALSE(largest_part(mask).mask.at(3, 10));
}

TEST(Carina, WhereTheAirwayForks) {
  const auto at = carina_of(drawn_film().structure("airway")->mask);
  ASSERT_TRUE(at);
  EXPECT_DOUBLE_EQ(at->x, 199.5);
  EXPECT_DOUBLE_EQ(at->y, 100);
}

TEST(Carina, NotchesAndStraightTubesHaveNone) {
  EXPECT_FALSE(carina_of(box(100, 300, 40, 10, 59, 280)));
  Mask notch = box(100, 300, 40, 10, 59, 280);
  for (std::size_t y = 278; y <= 280; ++y) notch.pixels[y * 100 + 50] = 0;
  EXPECT_FALSE(carina_of(notch)) << "a gap of three rows of 271 is no fork";
  EXPECT_FALSE(carina_of(Mask{4, 4, std::vector<std::uint8_t>(16, 0)}));
}

TEST(MaskPicture, AirwayOverHeartOverLung) {
  Anatomy film;
  film.width = 20;
  film.height = 10;
  film.structures = {{"airway", box(20, 10, 8, 0, 9, 9), 1, 1, ""},
                     {"right_lung", box(20, 10, 0, 0, 12, 9), 1, 1, ""},
                     {"heart", box(20, 10, 6, 5, 14, 9), 1, 1, ""}};
  const auto picture = paint_masks(film);
  EXPECT_EQ(picture[6 * 20 + 2], 1);
  EXPECT_EQ(picture[6 * 20 + 7], 3);
  EXPECT_EQ(picture[6 * 20 + 8], 4);
  EXPECT_EQ(picture[19], 0);
  const auto read = read_masks(picture, 20, 10, "given");
  ASSERT_TRUE(read);
  ASSERT_EQ(read->size(), 3u);
  EXPECT_EQ((*read)[1].name, "heart");
  EXPECT_FALSE((*read)[1].mask.at(8, 6)) << "covered by the airway";
  EXPECT_NE(read_masks({0, 9}, 2, 1, "given").status().message().find("value 9"), std::string::npos);
}

}  // namespace
}  // namespace hilum::anatomy
