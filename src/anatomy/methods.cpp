#include "anatomy/methods.h"

#include <algorithm>

namespace hilum::anatomy {
namespace {

// Rows above the carina, as a share of the lungs' height, where the aortic arch is looked for.
constexpr double kArchReach = 0.15;
// Length of the lines fitted at the costophrenic angle, as a share of the lung's height.
constexpr double kAngleReach = 0.12;

Point at(std::size_t x, std::size_t y) { return {static_cast<double>(x), static_cast<double>(y)}; }

Result<MethodOutput> distance(const MethodInput& in) {
  const Point tip = in.landmarks[0]->at, target = in.landmarks[1]->at;
  return MethodOutput{tube_position(tip, target, in.spacing).signed_mm, {{tip, target}}};
}

Result<MethodOutput> vertical_distance(const MethodInput& in) {
  const Point tip = in.landmarks[0]->at, target = in.landmarks[1]->at;
  return MethodOutput{tube_position(tip, target, in.spacing).vertical_mm, {{tip, {tip.x, target.y}}}};
}

struct HeartLines {
  HeartRatio ratio;
  std::pair<Point, Point> heart, thorax;
};

// Masks: heart, right lung, left lung.
Result<HeartLines> heart_lines(const MethodInput& in) {
  const Mask &heart = in.masks[0]->mask, &right = in.masks[1]->mask, &left = in.masks[2]->mask;
  HILUM_ASSIGN(const HeartRatio ratio, cardiothoracic_ratio(heart, right, left));
  const Box box = *box_of(heart);
  const std::size_t middle = (box.top + box.bottom) / 2;
  HeartLines lines{ratio, {at(box.left, middle), at(box.right, middle)}, {}};
  std::size_t first = right.width, last = 0;
  for (std::size_t x = 0; x < right.width; ++x) {
    if (!right.at(x, ratio.thorax_row) && !left.at(x, ratio.thorax_row)) continue;
    first = std::min(first, x);
    last = x;
  }
  lines.thorax = {at(first, ratio.thorax_row), at(last, ratio.thorax_row)};
  return lines;
}

Result<MethodOutput> heart_ratio(const MethodInput& in) {
  HILUM_ASSIGN(const HeartLines lines, heart_lines(in));
  return MethodOutput{lines.ratio.ratio, {lines.heart, lines.thorax}};
}

Result<MethodOutput> heart_width(const MethodInput& in) {
  HILUM_ASSIGN(const HeartLines lines, heart_lines(in));
  return MethodOutput{lines.ratio.heart_px * in.spacing.column_mm, {lines.heart}};
}

Result<MethodOutput> thoracic_width(const MethodInput& in) {
  // The thorax alone: any mask will do for the heart.
  HILUM_ASSIGN(const HeartLines lines,
               heart_lines({{in.masks[0], in.masks[0], in.masks[1]}, {}, in.spacing}));
  return MethodOutput{lines.ratio.thorax_px * in.spacing.column_mm, {lines.thorax}};
}

Result<MethodOutput> mediastinal_width(const MethodInput& in) {
  const Mask &right = in.masks[0]->mask, &left = in.masks[1]->mask;
  const auto a = box_of(right), b = box_of(left);
  if (!a || !b) return Status(ErrorCode::kUsage, "no mask of a lung");
  const double height = static_cast<double>(std::max(a->bottom, b->bottom) - std::min(a->top, b->top));
  const double carina = in.landmarks[0]->at.y;
  MethodOutput best;
  for (double y = std::max(0.0, carina - kArchReach * height); y <= carina; y += 1) {
    const auto row = static_cast<std::size_t>(y);
    const auto width = mediastinal_width_mm(right, left, row, in.spacing);
    if (!width || *width <= best.value) continue;
    best.value = *width;
    std::size_t inner = 0;  // the last column of the lung on the picture's left
    const Mask& west = a->left < b->left ? right : left;
    for (std::size_t x = 0; x < west.width; ++x) {
      if (west.at(x, row)) inner = x;
    }
    best.lines = {{at(inner + 1, row),
                   {static_cast<double>(inner) + *width / in.spacing.column_mm, static_cast<double>(row)}}};
  }
  if (best.value == 0) return Status(ErrorCode::kUsage, "no row above the carina crosses both lungs");
  return best;
}

// One of the numbers of lung_symmetry; masks: right lung, left lung.
template <double LungSymmetry::*Member>
Result<MethodOutput> symmetry(const MethodInput& in) {
  HILUM_ASSIGN(const LungSymmetry s, lung_symmetry(in.masks[0]->mask, in.masks[1]->mask, in.spacing));
  return MethodOutput{s.*Member, {}};
}

Result<MethodOutput> angle_of(const MethodInput& in, std::size_t lung, std::size_t other) {
  const Mask& mask = in.masks[lung]->mask;
  const auto box = box_of(mask);
  const auto own = centre_of(mask), opposite = centre_of(in.masks[other]->mask);
  if (!box || !own || !opposite) return Status(ErrorCode::kUsage, "no mask of a lung");
  const double reach = kAngleReach * static_cast<double>(box->bottom - box->top + 1) * in.spacing.row_mm;
  HILUM_ASSIGN(const double degrees, costophrenic_angle(mask, own->x < opposite->x, reach, in.spacing));
  return MethodOutput{degrees, {}};
}
Result<MethodOutput> right_angle(const MethodInput& in) { return angle_of(in, 0, 1); }
Result<MethodOutput> left_angle(const MethodInput& in) { return angle_of(in, 1, 0); }

Result<MethodOutput> long_axis(const MethodInput& in) {
  HILUM_ASSIGN(const Feret f, feret(in.masks[0]->mask, in.spacing));
  return MethodOutput{f.long_axis_mm, {{f.from, f.to}}};
}

Result<MethodOutput> short_axis(const MethodInput& in) {
  HILUM_ASSIGN(const Feret f, feret(in.masks[0]->mask, in.spacing));
  return MethodOutput{f.short_axis_mm, {}};
}

Result<MethodOutput> widest_run(const MethodInput& in) {
  const Mask& mask = in.masks[0]->mask;
  MethodOutput best;
  std::size_t longest = 0;
  for (std::size_t y = 0; y < mask.height; ++y) {
    std::size_t run = 0;
    for (std::size_t x = 0; x < mask.width; ++x) {
      run = mask.at(x, y) ? run + 1 : 0;
      if (run <= longest) continue;
      longest = run;
      best.lines = {{at(x + 1 - run, y), at(x, y)}};
    }
  }
  if (longest == 0) return Status(ErrorCode::kUsage, "the mask is empty");
  best.value = static_cast<double>(longest) * in.spacing.column_mm;
  return best;
}

}  // namespace

const Method* find_method(const std::string& name) {
  static const std::vector<Method> methods = {
      {"distance", 0, 2, distance},
      {"vertical_distance", 0, 2, vertical_distance},
      {"heart_ratio", 3, 0, heart_ratio},
      {"heart_width", 3, 0, heart_width},
      {"thoracic_width", 2, 0, thoracic_width},
      {"mediastinal_width", 2, 1, mediastinal_width},
      {"right_lung_height", 2, 0, symmetry<&LungSymmetry::right_height_mm>},
      {"left_lung_height", 2, 0, symmetry<&LungSymmetry::left_height_mm>},
      {"lung_height_ratio", 2, 0, symmetry<&LungSymmetry::height_ratio>},
      {"lung_area_ratio", 2, 0, symmetry<&LungSymmetry::area_ratio>},
      {"dome_difference", 2, 0, symmetry<&LungSymmetry::dome_difference_mm>},
      {"right_costophrenic_angle", 2, 0, right_angle},
      {"left_costophrenic_angle", 2, 0, left_angle},
      {"long_axis", 1, 0, long_axis},
      {"short_axis", 1, 0, short_axis},
      {"widest_run", 1, 0, widest_run},
  };
  const auto it =
      std::find_if(methods.begin(), methods.end(), [&](const Method& m) { return m.name == name; });
  return it == methods.end() ? nullptr : &*it;
}

}  // namespace hilum::anatomy
