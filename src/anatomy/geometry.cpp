#include "anatomy/geometry.h"

#include <algorithm>
#include <cmath>

namespace hilum::anatomy {

bool Mask::empty() const {
  return std::none_of(pixels.begin(), pixels.end(), [](std::uint8_t p) { return p != 0; });
}

Status check_mask(const Mask& mask, const std::string& name) {
  if (mask.width == 0 || mask.height == 0 || mask.pixels.size() / mask.width != mask.height ||
      mask.pixels.size() % mask.width != 0) {
    return {ErrorCode::kUsage, "mask of the " + name + ": its pixels do not fill its size"};
  }
  if (mask.empty()) return {ErrorCode::kUsage, "no mask of the " + name};
  return Status::ok();
}

double distance_mm(Point a, Point b, const Spacing& spacing) {
  return std::hypot((a.x - b.x) * spacing.column_mm, (a.y - b.y) * spacing.row_mm);
}

TubePosition tube_position(Point tip, Point carina, const Spacing& spacing) {
  TubePosition position;
  position.euclidean_mm = distance_mm(tip, carina, spacing);
  position.vertical_mm = (carina.y - tip.y) * spacing.row_mm;
  position.signed_mm = position.vertical_mm < 0 ? -position.euclidean_mm : position.euclidean_mm;
  return position;
}

Result<double> light_index(double lung_diameter, double hemithorax_diameter) {
  if (!(lung_diameter > 0) || !(hemithorax_diameter > 0) || lung_diameter > hemithorax_diameter) {
    return Status(ErrorCode::kUsage, "the lung's diameter should be positive and at most the hemithorax's");
  }
  return 100 * (1 - std::pow(lung_diameter / hemithorax_diameter, 3));
}

double placed_points_tolerance_mm() { return 10; }

double detected_points_tolerance_mm(double confidence) {
  const double band_cm = 3.9 * std::exp(-2.1 * confidence) - 0.3;
  return std::max(placed_points_tolerance_mm(), band_cm * 10);
}

}  // namespace hilum::anatomy
