// The grey pipeline of a DICOM image as one table from stored value to display value; private to the layer,
// pure. Follows DICOM PS3.3 C.11.1 (modality), C.11.2 (VOI) and C.7.6.3 (photometric interpretation), in the
// order and in the double-precision arithmetic of pydicom's apply_modality_lut and apply_voi_lut.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hilum/image.h"

namespace hilum::io {

// A look-up table of the file: inputs below `first` take the first entry, those past the end the last.
struct FileLut {
  int first = 0;
  int bits = 16;
  std::vector<std::uint16_t> values;  // at least one
};

enum class WindowFunction { kLinear, kLinearExact, kSigmoid };

struct Window {
  double center = 0.0;
  double width = 1.0;
  WindowFunction function = WindowFunction::kLinear;
};

struct GreyRules {
  int bits_stored = 8;  // 1 to 16
  bool is_signed = false;
  std::optional<FileLut> modality_lut;
  std::optional<std::pair<double, double>> rescale;  // slope, intercept; unused with a modality LUT
  std::optional<FileLut> voi_lut;
  std::optional<Window> window;                // unused with a VOI LUT
  std::optional<std::pair<int, int>> padding;  // stored values that are no image, ends included
  bool invert = false;                         // MONOCHROME1
};

// Whether the table depends on which values occur in the image, and if so, on all of them or on the extremes
// only.
enum class Needs { kNothing, kExtremes, kEveryValue };
Needs needed_values(const GreyRules& rules);

// The display value (0 black, 65535 white) of every stored pattern of `bits_stored` bits. `present[pattern]`
// tells which occur (needed as said above, else empty). Appends what is done to `steps`.
std::vector<std::uint16_t> make_grey_table(const GreyRules& rules, const std::vector<std::uint8_t>& present,
                                           std::vector<PixelStep>& steps, std::vector<std::string>& warnings);

}  // namespace hilum::io
