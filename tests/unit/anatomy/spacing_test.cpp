#include "hilum/anatomy/spacing.h"

#include <gtest/gtest.h>

namespace hilum::anatomy {
namespace {

TEST(Spacing, OrderOfSources) {
  SpacingTags tags;
  EXPECT_FALSE(choose_spacing(tags).has_value());
  tags.pixel_spacing = {0.2, 0.2};
  EXPECT_EQ(choose_spacing(tags)->source, SpacingSource::kUnknown);
  tags.nominal_spacing = {0.17, 0.17};
  EXPECT_EQ(choose_spacing(tags)->source, SpacingSource::kNominal);
  tags.imager_spacing = {0.2, 0.2};
  EXPECT_EQ(choose_spacing(tags)->source, SpacingSource::kDetector);
  tags.source_to_detector = 1800;
  tags.source_to_patient = 1600;
  EXPECT_EQ(choose_spacing(tags)->source, SpacingSource::kMagnification);
  EXPECT_NEAR(choose_spacing(tags)->row_mm, 0.2 / 1.125, 1e-12);
  tags.magnification = 1.25;
  EXPECT_NEAR(choose_spacing(tags)->row_mm, 0.16, 1e-12) << "the factor given beats the distances";
  tags.calibration_type = "FIDUCIAL";
  EXPECT_EQ(choose_spacing(tags)->source, SpacingSource::kCalibrated);
  tags.user = Spacing{0.1, 0.1, SpacingSource::kUser, ""};
  EXPECT_EQ(choose_spacing(tags)->source, SpacingSource::kUser);
}

TEST(Spacing, PixelSpacingThatDiffersIsCalibrated) {
  SpacingTags tags;
  tags.imager_spacing = {0.2, 0.2};
  tags.pixel_spacing = {0.18, 0.18};
  EXPECT_EQ(choose_spacing(tags)->source, SpacingSource::kCalibrated);
  EXPECT_DOUBLE_EQ(choose_spacing(tags)->row_mm, 0.18);
  EXPECT_FALSE(choose_spacing(tags)->caveat.empty());
}

TEST(Spacing, NonsenseCountsAsAbsent) {
  SpacingTags tags;
  tags.imager_spacing = {0.0, 0.2};
  EXPECT_FALSE(choose_spacing(tags).has_value());
  tags.imager_spacing = {0.1, 0.2};
  EXPECT_NE(choose_spacing(tags)->caveat.find("differ"), std::string::npos);
}

TEST(Spacing, AResizedImageHasItsOwnOnEachAxis) {
  const auto scaled = rescale({0.139, 0.139, SpacingSource::kUser, ""}, 3056, 2544, 640, 640);
  ASSERT_TRUE(scaled);
  EXPECT_NEAR(scaled->column_mm, 0.139 * 3056 / 640, 1e-12);
  EXPECT_NEAR(scaled->row_mm, 0.139 * 2544 / 640, 1e-12);
  EXPECT_EQ(rescale({}, 0, 1, 1, 1).status().code(), ErrorCode::kUsage);
}

}  // namespace
}  // namespace hilum::anatomy
