// What is known of one film: masks, landmarks, pixel spacing, each with where it is from; and what follows
// from the masks alone. All in pixels of the original image. Values; thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "anatomy/geometry.h"

namespace hilum::anatomy {

struct Structure {
  std::string name;  // "right_lung", "left_lung", "heart", "airway", "nodule", …
  Mask mask;
  double confidence = 1;    // mean probability inside the mask; 1 when it was given
  double in_one_piece = 1;  // share of the found pixels that its largest part holds
  std::string source;       // "given", or the bundle
};

struct Landmark {
  std::string name;  // "carina", "ett_tip", …
  Point at;
  double confidence = 1;
  std::string source;
};

struct Anatomy {
  std::size_t width = 0, height = 0;
  std::vector<Structure> structures;
  std::vector<Landmark> landmarks;
  std::optional<Spacing> spacing;

  const Structure* structure(const std::string& name) const;  // null when it is not there
  const Landmark* landmark(const std::string& name) const;
};

// Values of a mask picture; 0 is background. Where structures overlap: airway over heart over lung.
struct MaskValue {
  const char* name;
  std::uint8_t value;
};
const std::vector<MaskValue>& mask_values();  // right_lung 1, left_lung 2, heart 3, airway 4

// One picture of all structures that have a value.
std::vector<std::uint8_t> paint_masks(const Anatomy& anatomy);
// The structures of such a picture; values without a name are kUsage.
Result<std::vector<Structure>> read_masks(const std::vector<std::uint8_t>& picture, std::size_t width,
                                          std::size_t height, const std::string& source);

// The largest 4-connected part with its holes filled, and its share of the mask's pixels (0 for an empty
// mask).
struct LargestPart {
  Mask mask;
  double share = 0;
};
LargestPart largest_part(const Mask& mask);

// Where the airway forks: the top of the widest gap that opens downwards in its largest part and stays open
// for 6 % of its height. nullopt when there is none.
std::optional<Point> carina_of(const Mask& airway);

// Mean of the pixels' places; nullopt for an empty mask.
std::optional<Point> centre_of(const Mask& mask);

// The smallest rectangle around a mask, ends included; nullopt for an empty mask.
struct Box {
  std::size_t left = 0, top = 0, right = 0, bottom = 0;
};
std::optional<Box> box_of(const Mask& mask);

}  // namespace hilum::anatomy
