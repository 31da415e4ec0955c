#include "anatomy/spacing.h"

namespace hilum::anatomy {

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
