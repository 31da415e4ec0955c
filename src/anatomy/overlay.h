// Draws masks, landmarks, lines and words over a film. Pure; thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "anatomy/anatomy.h"

namespace hilum::anatomy {

using Colour = std::array<std::uint8_t, 3>;  // red, green, blue

inline constexpr Colour kPlain = {255, 255, 255};
inline constexpr Colour kSupported = {90, 230, 110};
inline constexpr Colour kContradicted = {255, 80, 80};
inline constexpr Colour kUnchecked = {190, 190, 190};

struct OverlayLine {
  Point from, to;  // pixels of the film
  Colour colour = kPlain;
};
struct OverlayText {
  std::string text;  // ASCII; what the font lacks is shown as '?'
  Colour colour = kPlain;
};

struct Picture {
  int width = 0, height = 0;
  std::vector<std::uint8_t> rgb;  // row by row
};

// The film (8-bit grey, of the anatomy's size) with the outlines and a light tint of its structures, a cross
// for every landmark and the lines; the texts stand below the film, on black rows that are added for them.
// Large films are reduced to 1,200 pixels on the longer side, small ones enlarged by a whole factor to at
// least 600.
Picture draw_overlay(const std::vector<std::uint8_t>& grey, const Anatomy& anatomy,
                     const std::vector<OverlayLine>& lines, const std::vector<OverlayText>& texts);

}  // namespace hilum::anatomy
