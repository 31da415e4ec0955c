// How large a pixel of a projection X-ray is, where that number comes from and what it is worth. Values in
// mm; `row_mm` is the distance between rows (vertical), `column_mm` between columns (horizontal), as DICOM
// orders them. Rules: DICOM PS3.3 section 10.7 ("projection" pixel spacing). Values; no errors.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace hilum {

enum class SpacingKind {
  kNone,                    // nothing usable: distances in mm must be refused, ratios are fine
  kCalibrated,              // in the patient: PixelSpacing with a calibration, or corrected by the device
  kMagnificationCorrected,  // in the patient, estimated: ImagerPixelSpacing divided by the magnification
                            // factor
  kDetectorPlane,           // at the detector's front: objects in the patient are smaller than this says
  kNominal,                 // of the scanner or the secondary capture
  kUnknown,                 // PixelSpacing alone: nothing says whether at the detector or in the patient
};

// "none", "calibrated", "magnification_corrected", "detector_plane", "nominal", "unknown".
const char* spacing_kind_name(SpacingKind kind);

struct PixelSpacing {
  SpacingKind kind = SpacingKind::kNone;
  double row_mm = 0.0;
  double column_mm = 0.0;
  std::string source;            // the attributes it was made from
  std::string caveat;            // one sentence for people
  std::optional<double> factor;  // the magnification divided out
};

// The attributes the rules look at, as the file has them. A pair is row, column; empty when absent.
struct SpacingTags {
  std::vector<double> pixel_spacing, imager_pixel_spacing, nominal_scanned_pixel_spacing;
  std::string calibration_type;  // GEOMETRY, FIDUCIAL or ""
  std::optional<double> magnification, source_to_detector_mm, source_to_patient_mm;
};

// Picks the best attribute; adds to `warnings` what is odd (zero or negative values, rows and columns that
// differ by more than 1 %, a magnification outside 1 to 1.5).
PixelSpacing choose_spacing(const SpacingTags& tags, std::vector<std::string>& warnings);

}  // namespace hilum
