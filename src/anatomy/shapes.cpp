// Lengths, ratios and angles of masks.
#include <algorithm>
#include <cmath>
#include <optional>

#include "anatomy/geometry.h"

namespace hilum::anatomy {
namespace {

// First and last column of the mask in a row; nullopt when the row is empty.
std::optional<std::pair<std::size_t, std::size_t>> row_extent(const Mask& mask, std::size_t y) {
  const std::uint8_t* row = mask.pixels.data() + y * mask.width;
  std::size_t left = 0, right = mask.width;
  while (left < right && row[left] == 0) ++left;
  if (left == right) return std::nullopt;
  while (row[right - 1] == 0) --right;
  return std::pair(left, right - 1);
}

std::optional<std::pair<std::size_t, std::size_t>> column_extent(const Mask& mask, std::size_t x) {
  std::size_t top = 0, bottom = mask.height;
  while (top < bottom && !mask.at(x, top)) ++top;
  if (top == bottom) return std::nullopt;
  while (!mask.at(x, bottom - 1)) --bottom;
  return std::pair(top, bottom - 1);
}

Status same_size(const Mask& a, const Mask& b, const std::string& what) {
  if (a.width == b.width && a.height == b.height) return Status::ok();
  return {ErrorCode::kUsage, what + ": masks of different sizes"};
}

Status check_lungs(const Mask& right, const Mask& left) {
  HILUM_RETURN_IF_ERROR(check_mask(right, "right lung"));
  HILUM_RETURN_IF_ERROR(check_mask(left, "left lung"));
  return same_size(right, left, "lungs");
}

double cross(Point o, Point a, Point b) { return (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x); }

// Convex hull (monotone chain) of the corners of the mask's pixels, in mm, counter-clockwise in x right, y
// down.
std::vector<Point> hull_mm(const Mask& mask, const Spacing& spacing) {
  std::vector<Point> points;
  for (std::size_t y = 0; y < mask.height; ++y) {
    const auto extent = row_extent(mask, y);
    if (!extent) continue;
    for (const double x : {static_cast<double>(extent->first), static_cast<double>(extent->second) + 1}) {
      for (const double dy : {0.0, 1.0})
        points.push_back({x * spacing.column_mm, (static_cast<double>(y) + dy) * spacing.row_mm});
    }
  }
  std::sort(points.begin(), points.end(),
            [](Point a, Point b) { return a.x != b.x ? a.x < b.x : a.y < b.y; });
  std::vector<Point> hull;
  for (int pass = 0; pass < 2; ++pass) {
    const std::size_t start = hull.size();
    for (const Point p : points) {
      while (hull.size() >= start + 2 && cross(hull[hull.size() - 2], hull.back(), p) <= 0) hull.pop_back();
      hull.push_back(p);
    }
    hull.pop_back();
    std::reverse(points.begin(), points.end());
  }
  return hull;
}

struct Line {
  double slope = 0;  // change of `v` per change of `u`
};

// Least squares of v over u; nullopt with fewer than three points or no spread.
std::optional<Line> fit(const std::vector<std::pair<double, double>>& uv) {
  if (uv.size() < 3) return std::nullopt;
  double mu = 0, mv = 0;
  for (const auto& [u, v] : uv) mu += u, mv += v;
  mu /= static_cast<double>(uv.size());
  mv /= static_cast<double>(uv.size());
  double suu = 0, suv = 0;
  for (const auto& [u, v] : uv) suu += (u - mu) * (u - mu), suv += (u - mu) * (v - mv);
  if (suu <= 0) return std::nullopt;
  return Line{suv / suu};
}

}  // namespace

Result<Feret> feret(const Mask& mask, const Spacing& spacing) {
  HILUM_RETURN_IF_ERROR(check_mask(mask, "shape"));
  if (!(spacing.row_mm > 0) || !(spacing.column_mm > 0))
    return Status(ErrorCode::kUsage, "no pixel spacing: no millimetres");
  const std::vector<Point> hull = hull_mm(mask, spacing);
  Feret result;
  Point a, b;
  for (std::size_t i = 0; i < hull.size(); ++i) {
    for (std::size_t j = i + 1; j < hull.size(); ++j) {
      const double length = std::hypot(hull[i].x - hull[j].x, hull[i].y - hull[j].y);
      if (length > result.long_axis_mm) result.long_axis_mm = length, a = hull[i], b = hull[j];
    }
  }
  const double nx = -(b.y - a.y) / result.long_axis_mm, ny = (b.x - a.x) / result.long_axis_mm;
  double low = 0, high = 0;
  for (std::size_t i = 0; i < hull.size(); ++i) {
    const double across = (hull[i].x - a.x) * nx + (hull[i].y - a.y) * ny;
    low = i == 0 ? across : std::min(low, across);
    high = i == 0 ? across : std::max(high, across);
  }
  result.short_axis_mm = high - low;
  const auto pixels = [&](Point p) {
    return Point{p.x / spacing.column_mm - 0.5, p.y / spacing.row_mm - 0.5};
  };
  result.from = pixels(a);
  result.to = pixels(b);
  return result;
}

Result<WidestRow> widest_row(const Mask& mask) {
  HILUM_RETURN_IF_ERROR(check_mask(mask, "shape"));
  WidestRow widest;
  for (std::size_t y = 0; y < mask.height; ++y) {
    const auto extent = row_extent(mask, y);
    if (!extent) continue;
    const auto width = static_cast<double>(extent->second - extent->first + 1);
    if (width > widest.width_px) widest = {y, extent->first, extent->second, width};
  }
  return widest;
}

Result<HeartRatio> cardiothoracic_ratio(const Mask& heart, const Mask& right_lung, const Mask& left_lung) {
  HILUM_RETURN_IF_ERROR(check_mask(heart, "heart"));
  HILUM_RETURN_IF_ERROR(check_lungs(right_lung, left_lung));
  HILUM_RETURN_IF_ERROR(same_size(heart, right_lung, "heart and lungs"));
  HeartRatio result;
  std::size_t left = heart.width, right = 0;
  for (std::size_t y = 0; y < heart.height; ++y) {
    if (const auto extent = row_extent(heart, y)) {
      left = std::min(left, extent->first);
      right = std::max(right, extent->second);
    }
    const auto a = row_extent(right_lung, y), b = row_extent(left_lung, y);
    if (!a || !b) continue;
    const auto width = static_cast<double>(std::max(a->second, b->second) - std::min(a->first, b->first) + 1);
    if (width > result.thorax_px) result.thorax_px = width, result.thorax_row = y;
  }
  if (result.thorax_px == 0) return Status(ErrorCode::kUsage, "no row has both lungs: no thoracic width");
  result.heart_px = static_cast<double>(right - left + 1);
  result.ratio = result.heart_px / result.thorax_px;
  return result;
}

Result<double> mediastinal_width_mm(const Mask& right_lung, const Mask& left_lung, std::size_t row,
                                    const Spacing& spacing) {
  HILUM_RETURN_IF_ERROR(check_lungs(right_lung, left_lung));
  if (row >= right_lung.height) return Status(ErrorCode::kUsage, "the row lies outside the image");
  const auto a = row_extent(right_lung, row), b = row_extent(left_lung, row);
  if (!a || !b) return Status(ErrorCode::kUsage, "row " + std::to_string(row) + " does not cross both lungs");
  const auto& [west, east] = a->first < b->first ? std::pair(*a, *b) : std::pair(*b, *a);
  if (east.first <= west.second)
    return Status(ErrorCode::kUsage, "the lungs overlap in row " + std::to_string(row));
  return static_cast<double>(east.first - west.second - 1) * spacing.column_mm;
}

Result<LungSymmetry> lung_symmetry(const Mask& right_lung, const Mask& left_lung, const Spacing& spacing) {
  HILUM_RETURN_IF_ERROR(check_lungs(right_lung, left_lung));
  struct Lung {
    double height = 0, area = 0, dome = 0;
  };
  const auto look = [&](const Mask& mask, bool outer_is_left) {
    Lung lung;
    std::size_t top = mask.height, bottom = 0;
    std::size_t west = mask.width, east = 0;
    for (std::size_t x = 0; x < mask.width; ++x) {
      const auto extent = column_extent(mask, x);
      if (!extent) continue;
      top = std::min(top, extent->first);
      bottom = std::max(bottom, extent->second);
      west = std::min(west, x);
      east = std::max(east, x);
    }
    // The dome's height is the mean lower edge over a tenth of the width, a fifth away from the wall: nearer
    // the wall the edge runs up the chest, and further in the left lung ends at the heart.
    const std::size_t tenth = (east - west) / 10, first = outer_is_left ? west + 2 * tenth : east - 3 * tenth;
    double sum = 0, count = 0;
    for (std::size_t x = first; x <= first + tenth; ++x) {
      if (const auto extent = column_extent(mask, x)) sum += static_cast<double>(extent->second), count += 1;
    }
    const double dome = count > 0 ? sum / count : static_cast<double>(bottom);
    lung.height = static_cast<double>(bottom - top + 1) * spacing.row_mm;
    lung.area = static_cast<double>(
        std::count_if(mask.pixels.begin(), mask.pixels.end(), [](std::uint8_t p) { return p != 0; }));
    lung.dome = dome * spacing.row_mm;
    return lung;
  };
  // On a film seen from the front the right lung is on the picture's left.
  const Lung right = look(right_lung, true), left = look(left_lung, false);
  LungSymmetry result;
  result.right_height_mm = right.height;
  result.left_height_mm = left.height;
  result.height_ratio = std::min(right.height, left.height) / std::max(right.height, left.height);
  result.area_ratio = std::min(right.area, left.area) / std::max(right.area, left.area);
  result.dome_difference_mm = left.dome - right.dome;
  return result;
}

Result<double> costophrenic_angle(const Mask& lung, bool outer_is_left, double reach_mm,
                                  const Spacing& spacing) {
  HILUM_RETURN_IF_ERROR(check_mask(lung, "lung"));
  if (!(spacing.row_mm > 0) || !(spacing.column_mm > 0) || !(reach_mm > 0))
    return Status(ErrorCode::kUsage, "no pixel spacing or reach");
  // The lowest point of the lateral half.
  const auto widest = widest_row(lung);
  if (!widest) return widest.status();
  const std::size_t middle = (widest->left + widest->right) / 2;
  std::size_t tip_x = 0, tip_y = 0;
  bool found = false;
  for (std::size_t step = 0; step <= middle - std::min(middle, widest->left) + lung.width; ++step) {
    const std::size_t x = outer_is_left ? step : lung.width - 1 - std::min(step, lung.width - 1);
    if (step >= lung.width || (outer_is_left ? x > middle : x < middle)) break;
    const auto extent = column_extent(lung, x);
    if (extent && (!found || extent->second > tip_y)) tip_x = x, tip_y = extent->second, found = true;
  }
  if (!found) return Status(ErrorCode::kUsage, "the lung has no lateral half");
  const auto rows = static_cast<std::size_t>(reach_mm / spacing.row_mm),
             columns = static_cast<std::size_t>(reach_mm / spacing.column_mm);
  std::vector<std::pair<double, double>> wall, dome;
  for (std::size_t k = 0; k <= rows && k <= tip_y; ++k) {
    if (const auto extent = row_extent(lung, tip_y - k)) {
      const std::size_t x = outer_is_left ? extent->first : extent->second;
      wall.emplace_back(static_cast<double>(k) * spacing.row_mm, static_cast<double>(x) * spacing.column_mm);
    }
  }
  for (std::size_t k = 0; k <= columns; ++k) {
    const auto shifted =
        static_cast<std::ptrdiff_t>(tip_x) + (outer_is_left ? 1 : -1) * static_cast<std::ptrdiff_t>(k);
    if (shifted < 0 || shifted >= static_cast<std::ptrdiff_t>(lung.width)) break;
    if (const auto extent = column_extent(lung, static_cast<std::size_t>(shifted))) {
      dome.emplace_back(static_cast<double>(k) * spacing.column_mm,
                        static_cast<double>(extent->second) * spacing.row_mm);
    }
  }
  const auto wall_line = fit(wall), dome_line = fit(dome);
  if (!wall_line || !dome_line)
    return Status(ErrorCode::kUsage, "too few pixels within reach of the costophrenic angle");
  // Directions away from the tip: up along the wall, inwards along the dome (y down).
  const double inward = outer_is_left ? 1 : -1;
  const Point up{wall_line->slope, -1}, in{inward, dome_line->slope};
  const double cosine = (up.x * in.x + up.y * in.y) / (std::hypot(up.x, up.y) * std::hypot(in.x, in.y));
  constexpr double kDegrees = 180.0 / 3.14159265358979323846;
  return std::acos(std::clamp(cosine, -1.0, 1.0)) * kDegrees;
}

}  // namespace hilum::anatomy
