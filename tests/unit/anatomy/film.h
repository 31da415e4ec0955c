// A drawn film: boxes for lungs, heart and a forked airway, with known measurements.
#pragma once

#include <string>
#include <vector>

#include "anatomy/anatomy.h"

namespace hilum::anatomy::test {

inline Mask box(std::size_t width, std::size_t height, std::size_t x0, std::size_t y0, std::size_t x1,
                std::size_t y1) {
  Mask mask{width, height, std::vector<std::uint8_t>(width * height, 0)};
  for (std::size_t y = y0; y <= y1; ++y) {
    for (std::size_t x = x0; x <= x1; ++x) mask.pixels[y * width + x] = 1;
  }
  return mask;
}

inline Mask both(Mask a, const Mask& b) {
  for (std::size_t i = 0; i < a.pixels.size(); ++i) a.pixels[i] = a.pixels[i] | b.pixels[i];
  return a;
}

// 400 x 300; heart 160 wide, thorax 360 wide; the airway forks at (199.5, 100).
inline Anatomy drawn_film() {
  Anatomy film;
  film.width = 400;
  film.height = 300;
  const Mask stem = box(400, 300, 190, 10, 209, 99);
  const Mask legs = both(box(400, 300, 180, 100, 194, 139), box(400, 300, 205, 100, 219, 139));
  film.structures = {{"right_lung", box(400, 300, 20, 40, 139, 250), 1, 1, "given"},
                     {"left_lung", box(400, 300, 260, 40, 379, 250), 1, 1, "given"},
                     {"heart", box(400, 300, 150, 160, 309, 240), 1, 1, "given"},
                     {"airway", both(stem, legs), 1, 1, "given"}};
  return film;
}

}  // namespace hilum::anatomy::test
