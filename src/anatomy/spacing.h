// How large a pixel is, where that is known from, and what that is worth. Values; thread-safe.
//
// Row spacing (vertical) comes first, as in DICOM. Spacing belongs to an image size: an image that was
// resized has another, on each axis its own. In a projection X-ray a millimetre at the detector is less in
// the patient; the magnification is source-to-detector over source-to-patient distance (DICOM PS3.3 10.7).
#pragma once

#include <cstddef>
#include <string>

#include "hilum/status.h"

namespace hilum::anatomy {

enum class SpacingSource {
  kUser,           // given on the command line, in the patient
  kCalibrated,     // PixelSpacing with a calibration, or one that differs from the detector's
  kMagnification,  // detector spacing over the magnification
  kDetector,       // detector plane: lengths in the patient are smaller
  kNominal,        // of the film scanner
  kUnknown,        // PixelSpacing of which nothing more is known
};

struct Spacing {
  double row_mm = 0;     // from one row to the next
  double column_mm = 0;  // from one column to the next
  SpacingSource source = SpacingSource::kUnknown;
  std::string caveat;  // "" when there is none
};

const char* to_string(SpacingSource source);

// The spacing of an image of `width` x `height` that was resized from `original_width` x `original_height`.
// kUsage for a size of zero.
Result<Spacing> rescale(const Spacing& spacing, std::size_t original_width, std::size_t original_height,
                        std::size_t width, std::size_t height);

}  // namespace hilum::anatomy
