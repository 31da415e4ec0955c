// Heat over a film: the weights of a grid of cells, drawn in colour over the grey picture. Values;
// thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "hilum/preprocess.h"
#include "hilum/status.h"

namespace hilum {

// Black-violet-orange-yellow for 0 to 1, brighter all along, so that it is read the same in grey; outside
// values are clamped.
std::array<std::uint8_t, 3> heat_color(double value);

struct HeatGrid {
  int rows = 0, columns = 0;
  std::vector<double> weights;  // row by row, not negative
};

struct RgbImage {
  int width = 0, height = 0;
  std::vector<std::uint8_t> rgb;  // row by row, three bytes a pixel
};

// The film enlarged by a whole factor until its longer side has at least 512 pixels, and over it each cell in
// the colour of its weight between the smallest (the film stays grey) and the largest: attention is spread
// over all cells, and on a scale from 0 a picture would be of one colour. Equal weights colour nothing. Cell
// (r, c) covers the film's rows from r / rows to (r + 1) / rows, columns alike. kInternal when the grid or
// the film is empty or the numbers do not fit.
Result<RgbImage> draw_heat(const Gray8& film, const HeatGrid& grid);

}  // namespace hilum
