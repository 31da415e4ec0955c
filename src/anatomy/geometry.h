// Measurements on a chest film from landmarks and masks. Coordinates are pixels of the image, zero-based, x
// to the right, y down; a mask is row-major bytes, not zero where the structure is. Every function that needs
// a mask or a spacing that is not there refuses with kUsage and says which; none returns a made-up number.
// Pure; thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "hilum/status.h"

#include "anatomy/spacing.h"

namespace hilum::anatomy {

struct Point {
  double x = 0, y = 0;
};

struct Mask {
  std::size_t width = 0, height = 0;
  std::vector<std::uint8_t> pixels;
  bool at(std::size_t x, std::size_t y) const { return pixels[y * width + x] != 0; }
  bool empty() const;
};

// kUsage when the sizes of pixels and image do not go together or the mask has no pixel.
Status check_mask(const Mask& mask, const std::string& name);

// ---- lengths between points, mm

double distance_mm(Point a, Point b, const Spacing& spacing);

struct TubePosition {
  double euclidean_mm = 0;  // length of the line, never negative
  double vertical_mm = 0;   // positive: the tip lies above the carina
  double signed_mm = 0;     // the Euclidean length with the sign of the vertical one
};
TubePosition tube_position(Point tip, Point carina, const Spacing& spacing);

// ---- shapes

struct Feret {
  double long_axis_mm = 0;   // largest distance between two points of the outline
  double short_axis_mm = 0;  // widest extent at right angles to it
  Point from, to;            // ends of the long axis
};
// Of pixels as squares of their size: one pixel has the length of its diagonal.
Result<Feret> feret(const Mask& mask, const Spacing& spacing);

// The widest row of a mask, ends included: columns [left, right] of `row`.
struct WidestRow {
  std::size_t row = 0, left = 0, right = 0;
  double width_px = 0;
};
Result<WidestRow> widest_row(const Mask& mask);

struct HeartRatio {
  double ratio = 0;      // needs no spacing
  double heart_px = 0;   // horizontal extent of the heart, from its right-most to its left-most point
  double thorax_px = 0;  // widest row from the outer edge of one lung to that of the other
  std::size_t thorax_row = 0;
};
// Lungs on both sides are needed. Widths include both end pixels.
Result<HeartRatio> cardiothoracic_ratio(const Mask& heart, const Mask& right_lung, const Mask& left_lung);

// Width between the lungs' inner edges at a row (the aortic arch), columns ends excluded; mm.
Result<double> mediastinal_width_mm(const Mask& right_lung, const Mask& left_lung, std::size_t row,
                                    const Spacing& spacing);

// The right lung is taken to lie on the image's left. Height from the first to the last row; ratio of the
// smaller to the larger height and area of the two lungs.
struct LungSymmetry {
  double right_height_mm = 0, left_height_mm = 0;
  double height_ratio = 0, area_ratio = 0;
  double dome_difference_mm = 0;  // positive: the right dome stands higher
};
Result<LungSymmetry> lung_symmetry(const Mask& right_lung, const Mask& left_lung, const Spacing& spacing);

// Angle in degrees at the lowest lateral point of a lung, between the lateral wall and the dome, each fitted
// over `reach_mm`. `outer_is_left`: the lateral wall is on the image's left (the patient's right lung on a PA
// film).
Result<double> costophrenic_angle(const Mask& lung, bool outer_is_left, double reach_mm,
                                  const Spacing& spacing);

// Light's index in percent of the pneumothorax from the diameters of the collapsed lung and the hemithorax.
Result<double> light_index(double lung_diameter, double hemithorax_diameter);

// ---- what a length is worth

// Tolerance of a point-to-point length in mm: two annotators' disagreement (1 cm with two placed points), or
// for detected points the larger of that and the detector's error band at its confidence, 3.9*exp(-2.1*c) -
// 0.3 cm (CarinaNet).
double placed_points_tolerance_mm();
double detected_points_tolerance_mm(double confidence);

}  // namespace hilum::anatomy
