#include "io/heat_overlay.h"

#include <algorithm>
#include <cmath>

namespace hilum {
namespace {

constexpr int kLongerSide = 512;
constexpr double kMostHeat = 0.65;  // share of the colour where the weight is largest

std::uint8_t byte_of(double value) {
  return static_cast<std::uint8_t>(std::clamp(std::lround(value), 0L, 255L));
}

}  // namespace

std::array<std::uint8_t, 3> heat_color(double value) {
  constexpr std::array<std::array<double, 3>, 5> kStops = {
      {{0, 0, 10}, {87, 16, 110}, {188, 55, 84}, {249, 142, 9}, {252, 255, 164}}};
  const double at = std::clamp(value, 0.0, 1.0) * static_cast<double>(kStops.size() - 1);
  const auto stop = std::min(static_cast<std::size_t>(at), kStops.size() - 2);
  const double rest = at - static_cast<double>(stop);
  std::array<std::uint8_t, 3> color{};
  for (std::size_t c = 0; c < 3; ++c)
    color[c] = byte_of(kStops[stop][c] * (1.0 - rest) + kStops[stop + 1][c] * rest);
  return color;
}

Result<RgbImage> draw_heat(const Gray8& film, const HeatGrid& grid) {
  const auto pixels =
      static_cast<std::size_t>(std::max(film.width, 0)) * static_cast<std::size_t>(std::max(film.height, 0));
  const auto cells =
      static_cast<std::size_t>(std::max(grid.rows, 0)) * static_cast<std::size_t>(std::max(grid.columns, 0));
  if (pixels == 0 || film.pixels.size() != pixels || cells == 0 || grid.weights.size() != cells)
    return Status(ErrorCode::kInternal, "a film or a grid of weights has the wrong size");
  const int longer = std::max(film.width, film.height);
  const int factor = std::max(1, (kLongerSide + longer - 1) / longer);
  RgbImage out;
  out.width = film.width * factor;
  out.height = film.height * factor;
  const Gray8 large = factor == 1 ? film : resize(film, out.width, out.height, ResizeFilter::kBilinear);
  const auto [low, high] = std::minmax_element(grid.weights.begin(), grid.weights.end());
  const double least = *low;
  const double range = *high - least;
  out.rgb.reserve(large.pixels.size() * 3);
  for (int y = 0; y < out.height; ++y) {
    const auto row = static_cast<std::size_t>(static_cast<long long>(y) * grid.rows / out.height);
    for (int x = 0; x < out.width; ++x) {
      const auto column = static_cast<std::size_t>(static_cast<long long>(x) * grid.columns / out.width);
      const double weight = grid.weights[row * static_cast<std::size_t>(grid.columns) + column];
      const double heat = range > 0.0 ? std::clamp((weight - least) / range, 0.0, 1.0) : 0.0;
      const auto color = heat_color(heat);
      const auto at =
          static_cast<std::size_t>(y) * static_cast<std::size_t>(out.width) + static_cast<std::size_t>(x);
      const double grey = static_cast<double>(large.pixels[at]);
      for (std::size_t c = 0; c < 3; ++c)
        out.rgb.push_back(byte_of(grey + kMostHeat * heat * (static_cast<double>(color[c]) - grey)));
    }
  }
  return out;
}

}  // namespace hilum
