#include "hilum/anatomy/spacing.h"

#include <cmath>
#include <cstdio>

namespace hilum::anatomy {
namespace {

constexpr double kSame = 1e-3;  // relative: two spacings that are the same
constexpr double kAnisotropy = 0.01;
constexpr double kMaxMagnification = 1.5;  // beyond it the distances in the header are doubtful

bool positive(const std::optional<std::pair<double, double>>& pair) {
  return pair && std::isfinite(pair->first) && std::isfinite(pair->second) && pair->first > 0 &&
         pair->second > 0;
}

bool same(const std::pair<double, double>& a, const std::pair<double, double>& b) {
  return std::fabs(a.first - b.first) <= kSame * b.first &&
         std::fabs(a.second - b.second) <= kSame * b.second;
}

std::optional<double> magnification(const SpacingTags& tags) {
  if (tags.magnification && std::isfinite(*tags.magnification) && *tags.magnification > 1)
    return tags.magnification;
  if (tags.source_to_detector && tags.source_to_patient && *tags.source_to_patient > 0 &&
      *tags.source_to_detector > *tags.source_to_patient) {
    return *tags.source_to_detector / *tags.source_to_patient;
  }
  return std::nullopt;
}

void add_caveat(Spacing& spacing, const std::string& text) {
  spacing.caveat += (spacing.caveat.empty() ? "" : "; ") + text;
}

Spacing finish(Spacing spacing) {
  if (std::fabs(spacing.row_mm - spacing.column_mm) > kAnisotropy * spacing.column_mm)
    add_caveat(spacing, "row and column spacing differ");
  return spacing;
}

}  // namespace

const char* to_string(SpacingSource source) {
  switch (source) {
    case SpacingSource::kUser:
      return "user";
    case SpacingSource::kCalibrated:
      return "calibrated";
    case SpacingSource::kMagnification:
      return "corrected_for_magnification";
    case SpacingSource::kDetector:
      return "detector_plane";
    case SpacingSource::kNominal:
      return "nominal";
    case SpacingSource::kUnknown:
      return "unknown";
  }
  return "unknown";
}

std::optional<Spacing> choose_spacing(const SpacingTags& tags) {
  if (tags.user && tags.user->row_mm > 0 && tags.user->column_mm > 0) {
    Spacing spacing = *tags.user;
    spacing.source = SpacingSource::kUser;
    return finish(spacing);
  }
  const auto make = [](const std::pair<double, double>& pair, SpacingSource source,
                       const std::string& caveat) {
    return Spacing{pair.first, pair.second, source, caveat};
  };
  const bool has_pixel = positive(tags.pixel_spacing), has_imager = positive(tags.imager_spacing);
  if (has_pixel) {
    if (!tags.calibration_type.empty())
      return finish(make(*tags.pixel_spacing, SpacingSource::kCalibrated,
                         "holds near the central ray, at the depth calibrated for"));
    if (has_imager && !same(*tags.pixel_spacing, *tags.imager_spacing))
      return finish(make(*tags.pixel_spacing, SpacingSource::kCalibrated,
                         "differs from the detector's, how is not said"));
  }
  if (has_imager) {
    if (const auto factor = magnification(tags)) {
      Spacing spacing = make({tags.imager_spacing->first / *factor, tags.imager_spacing->second / *factor},
                             SpacingSource::kMagnification, "");
      if (*factor > kMaxMagnification) add_caveat(spacing, "a magnification of more than 1.5 is doubtful");
      return finish(spacing);
    }
    return finish(make(*tags.imager_spacing, SpacingSource::kDetector,
                       "at the detector: lengths in the patient are smaller"));
  }
  if (positive(tags.nominal_spacing))
    return finish(
        make(*tags.nominal_spacing, SpacingSource::kNominal, "of the scanned film, not of the patient"));
  if (has_pixel)
    return finish(make(*tags.pixel_spacing, SpacingSource::kUnknown,
                       "not said whether at the detector or in the patient"));
  return std::nullopt;
}

Result<Spacing> rescale(const Spacing& spacing, std::size_t original_width, std::size_t original_height,
                        std::size_t width, std::size_t height) {
  if (original_width == 0 || original_height == 0 || width == 0 || height == 0) {
    return Status(ErrorCode::kUsage, "an image size of zero");
  }
  Spacing scaled = spacing;
  scaled.column_mm = spacing.column_mm * static_cast<double>(original_width) / static_cast<double>(width);
  scaled.row_mm = spacing.row_mm * static_cast<double>(original_height) / static_cast<double>(height);
  return scaled;
}

}  // namespace hilum::anatomy
