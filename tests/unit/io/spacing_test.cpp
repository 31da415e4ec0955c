#include <gmock/gmock.h>

#include "hilum/image.h"

namespace hilum {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

struct Chosen {
  PixelSpacing spacing;
  std::vector<std::string> warnings;
};

Chosen choose(const SpacingTags& tags) {
  Chosen chosen;
  chosen.spacing = choose_spacing(tags, chosen.warnings);
  return chosen;
}

TEST(Spacing, NothingGiven) {
  const Chosen chosen = choose({});
  EXPECT_EQ(chosen.spacing.kind, SpacingKind::kNone);
  EXPECT_THAT(chosen.spacing.caveat, HasSubstr("cannot"));
  EXPECT_THAT(chosen.warnings, SizeIs(0));
}

TEST(Spacing, CalibrationGoesFirst) {
  SpacingTags tags;
  tags.pixel_spacing = {0.15, 0.15};
  tags.imager_pixel_spacing = {0.2, 0.2};
  tags.calibration_type = "FIDUCIAL";
  EXPECT_EQ(choose(tags).spacing.kind, SpacingKind::kCalibrated);
  EXPECT_THAT(choose(tags).spacing.source, HasSubstr("FIDUCIAL"));
  EXPECT_EQ(choose(tags).spacing.row_mm, 0.15);
}

TEST(Spacing, UnlikeTheImagersMeansCorrected) {
  SpacingTags tags;
  tags.pixel_spacing = {0.17, 0.17};
  tags.imager_pixel_spacing = {0.2, 0.2};
  EXPECT_EQ(choose(tags).spacing.kind, SpacingKind::kCalibrated);
  EXPECT_THAT(choose(tags).spacing.caveat, HasSubstr("not stated"));
}

// PS3.3 10.7.1.3: equal values mean no correction was made.
TEST(Spacing, TheMagnificationIsDividedOut) {
  SpacingTags tags;
  tags.pixel_spacing = tags.imager_pixel_spacing = {0.18, 0.18};
  tags.source_to_detector_mm = 1800;
  tags.source_to_patient_mm = 1600;
  const Chosen chosen = choose(tags);
  EXPECT_EQ(chosen.spacing.kind, SpacingKind::kMagnificationCorrected);
  EXPECT_NEAR(chosen.spacing.row_mm, 0.16, 1e-12);
  EXPECT_NEAR(*chosen.spacing.factor, 1.125, 1e-12);
  tags.magnification = 1.2;
  EXPECT_NEAR(choose(tags).spacing.row_mm, 0.15, 1e-12);
  tags.magnification = 1.9;
  EXPECT_THAT(choose(tags).warnings, ::testing::ElementsAre(HasSubstr("1.9")));
  tags.magnification = 0.5;
  EXPECT_NEAR(*choose(tags).spacing.factor, 1.125, 1e-12);
  EXPECT_THAT(choose(tags).warnings, SizeIs(1));
}

TEST(Spacing, ADistanceThatCannotBeIsNoMagnification) {
  SpacingTags tags;
  tags.imager_pixel_spacing = {0.18, 0.18};
  tags.source_to_detector_mm = 1500;
  tags.source_to_patient_mm = 1500;
  EXPECT_EQ(choose(tags).spacing.kind, SpacingKind::kDetectorPlane);
  tags.source_to_patient_mm = 0;
  EXPECT_EQ(choose(tags).spacing.kind, SpacingKind::kDetectorPlane);
}

TEST(Spacing, NominalAndUnknown) {
  SpacingTags tags;
  tags.pixel_spacing = {0.168, 0.168};
  EXPECT_EQ(choose(tags).spacing.kind, SpacingKind::kUnknown);
  tags.nominal_scanned_pixel_spacing = {0.2, 0.2};
  EXPECT_EQ(choose(tags).spacing.kind, SpacingKind::kNominal);
}

TEST(Spacing, RowsComeFirstAndPixelsMayNotBeSquare) {
  SpacingTags tags;
  tags.imager_pixel_spacing = {0.2, 0.1};
  const Chosen chosen = choose(tags);
  EXPECT_EQ(chosen.spacing.row_mm, 0.2);
  EXPECT_EQ(chosen.spacing.column_mm, 0.1);
  EXPECT_THAT(chosen.warnings, ::testing::ElementsAre(HasSubstr("not square")));
}

TEST(Spacing, ZerosAndSingleValuesAreIgnoredWithAWarning) {
  for (const std::vector<double>& bad : {std::vector<double>{0.0, 0.0}, {0.2}, {-0.1, 0.1}}) {
    SpacingTags tags;
    tags.pixel_spacing = bad;
    const Chosen chosen = choose(tags);
    EXPECT_EQ(chosen.spacing.kind, SpacingKind::kNone);
    EXPECT_THAT(chosen.warnings, SizeIs(1));
  }
}

}  // namespace
}  // namespace hilum
