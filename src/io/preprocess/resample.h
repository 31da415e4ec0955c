// The rows of an image as the resampler takes them; private to the layer.
#pragma once

#include <cstdint>
#include <functional>

#include "hilum/preprocess.h"

namespace hilum::io {

// round(value / 257), in 16-bit arithmetic that compilers turn into vectors: value = 257 * high + rest.
inline std::uint8_t to_level(std::uint16_t value) {
  const auto high = static_cast<std::int16_t>(value >> 8);
  const auto rest = static_cast<std::int16_t>(static_cast<std::int16_t>(value & 255) - high);
  return static_cast<std::uint8_t>(high + (rest > 128 ? 1 : 0) - (rest < -128 ? 1 : 0));
}

// Writes row `y`, grey levels 0 to 255.
using RowReader = std::function<void(int y, std::int16_t* row)>;

Gray8 resample(int width, int height, const RowReader& read_row, int new_width, int new_height,
               ResizeFilter filter, bool antialias);

}  // namespace hilum::io
