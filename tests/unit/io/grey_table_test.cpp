#include "io/dicom/grey_table.h"

#include <gmock/gmock.h>

#include "io/preprocess/resample.h"

namespace hilum::io {
namespace {

TEST(GreyLevels, SixteenBitsToEightIsRoundingDivision) {
  for (unsigned v = 0; v < 65536; ++v) {
    ASSERT_EQ(to_level(static_cast<std::uint16_t>(v)), (2 * v + 257) / 514) << v;
  }
}

TEST(GreyTable, PaddingEverywhereStillGivesARange) {
  GreyRules rules;
  rules.bits_stored = 2;
  rules.padding = {0, 3};
  std::vector<PixelStep> steps;
  std::vector<std::string> warnings;
  const auto table = make_grey_table(rules, {1, 1, 0, 1}, steps, warnings);
  EXPECT_THAT(table, ::testing::ElementsAre(0, 0, 0, 0));
  EXPECT_EQ(steps.front().detail, "no window: 0 to 3");
}

TEST(GreyTable, ANegativeSlopeKeepsTheWindowsDirection) {
  GreyRules rules;
  rules.bits_stored = 2;
  rules.rescale = {-1.0, 3.0};  // 0 1 2 3 -> 3 2 1 0
  rules.window = Window{1.5, 3.0, WindowFunction::kLinearExact};
  std::vector<PixelStep> steps;
  std::vector<std::string> warnings;
  EXPECT_THAT(make_grey_table(rules, {}, steps, warnings), ::testing::ElementsAre(65535, 43690, 21845, 0));
}

TEST(GreyTable, ALutWhoseEntriesPassItsBitsIsNotClipped) {
  GreyRules rules;
  rules.bits_stored = 2;
  rules.voi_lut = FileLut{0, 8, {0, 100, 200, 400}};
  std::vector<PixelStep> steps;
  std::vector<std::string> warnings;
  EXPECT_THAT(make_grey_table(rules, {}, steps, warnings), ::testing::ElementsAre(0, 16384, 32768, 65535));
}

}  // namespace
}  // namespace hilum::io
