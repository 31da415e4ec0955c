#include <cmath>

#include "hilum/image.h"

namespace hilum {
namespace {

std::string number(double value) {
  std::string text = std::to_string(value);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

// Two positive numbers, or an empty vector with a warning.
std::vector<double> usable(const std::vector<double>& pair, const char* name,
                           std::vector<std::string>& warnings) {
  if (pair.empty()) return {};
  const bool good =
      pair.size() == 2 && std::isfinite(pair[0]) && std::isfinite(pair[1]) && pair[0] > 0 && pair[1] > 0;
  if (good) return pair;
  warnings.push_back(std::string(name) + " is not two positive numbers and is ignored");
  return {};
}

bool differ(const std::vector<double>& a, const std::vector<double>& b) {
  for (std::size_t i = 0; i < 2; ++i) {
    if (std::abs(a[i] - b[i]) > 0.001 * std::max(a[i], b[i])) return true;
  }
  return false;
}

struct Magnification {
  double factor = 0.0;  // 0: not known
  std::string source;
};

Magnification magnification_of(const SpacingTags& tags) {
  if (tags.magnification && std::isfinite(*tags.magnification) && *tags.magnification > 1.0) {
    return {*tags.magnification, "EstimatedRadiographicMagnificationFactor"};
  }
  if (tags.source_to_detector_mm && tags.source_to_patient_mm && *tags.source_to_patient_mm > 0 &&
      *tags.source_to_patient_mm < *tags.source_to_detector_mm &&
      std::isfinite(*tags.source_to_detector_mm)) {
    return {*tags.source_to_detector_mm / *tags.source_to_patient_mm,
            "DistanceSourceToDetector/DistanceSourceToPatient"};
  }
  return {};
}

PixelSpacing make(SpacingKind kind, const std::vector<double>& pair, std::string source, std::string caveat) {
  PixelSpacing spacing;
  spacing.kind = kind;
  spacing.row_mm = pair[0];
  spacing.column_mm = pair[1];
  spacing.source = std::move(source);
  spacing.caveat = std::move(caveat);
  return spacing;
}

PixelSpacing choose(const SpacingTags& tags, std::vector<std::string>& warnings) {
  const auto in_patient = usable(tags.pixel_spacing, "PixelSpacing", warnings);
  const auto imager = usable(tags.imager_pixel_spacing, "ImagerPixelSpacing", warnings);
  const auto nominal = usable(tags.nominal_scanned_pixel_spacing, "NominalScannedPixelSpacing", warnings);

  if (!in_patient.empty() && !tags.calibration_type.empty()) {
    const char* how = tags.calibration_type == "FIDUCIAL"   ? "by an object of known size in the image"
                      : tags.calibration_type == "GEOMETRY" ? "for an assumed or known magnification"
                                                            : "in a way the file names but we do not know";
    return make(SpacingKind::kCalibrated, in_patient, "PixelSpacing, " + tags.calibration_type,
                std::string("Calibrated ") + how +
                    "; holds near the central ray, at the depth it was calibrated for.");
  }
  if (!in_patient.empty() && !imager.empty() && differ(in_patient, imager)) {
    return make(SpacingKind::kCalibrated, in_patient, "PixelSpacing, unlike ImagerPixelSpacing",
                "Differs from the spacing at the detector, so the device corrected it; how is not stated.");
  }
  if (!imager.empty()) {
    const Magnification magnification = magnification_of(tags);
    if (magnification.factor > 0) {
      if (magnification.factor > 1.5) {
        warnings.push_back("a magnification of " + number(magnification.factor) +
                           " is unusual for a chest film");
      }
      PixelSpacing spacing = make(SpacingKind::kMagnificationCorrected,
                                  {imager[0] / magnification.factor, imager[1] / magnification.factor},
                                  "ImagerPixelSpacing / (" + magnification.source + ")",
                                  "Estimated: the spacing at the detector divided by a magnification of " +
                                      number(magnification.factor) + ".");
      spacing.factor = magnification.factor;
      return spacing;
    }
    return make(SpacingKind::kDetectorPlane, imager, "ImagerPixelSpacing",
                "Measured at the detector: structures in the patient are smaller than this says, by a tenth "
                "or more.");
  }
  if (!nominal.empty()) {
    return make(SpacingKind::kNominal, nominal, "NominalScannedPixelSpacing",
                "Of the film scanner or the capture, not of the patient.");
  }
  if (!in_patient.empty()) {
    return make(SpacingKind::kUnknown, in_patient, "PixelSpacing",
                "Nothing says whether it holds at the detector or in the patient; lengths may be too large "
                "by a tenth or more.");
  }
  PixelSpacing none;
  none.caveat = "The file gives no pixel spacing: ratios can be measured, lengths in mm cannot.";
  return none;
}

}  // namespace

const char* spacing_kind_name(SpacingKind kind) {
  switch (kind) {
    case SpacingKind::kNone:
      return "none";
    case SpacingKind::kCalibrated:
      return "calibrated";
    case SpacingKind::kMagnificationCorrected:
      return "magnification_corrected";
    case SpacingKind::kDetectorPlane:
      return "detector_plane";
    case SpacingKind::kNominal:
      return "nominal";
    case SpacingKind::kUnknown:
      return "unknown";
  }
  return "none";
}

PixelSpacing choose_spacing(const SpacingTags& tags, std::vector<std::string>& warnings) {
  PixelSpacing spacing = choose(tags, warnings);
  if (spacing.kind != SpacingKind::kNone &&
      std::abs(spacing.row_mm - spacing.column_mm) > 0.01 * std::max(spacing.row_mm, spacing.column_mm)) {
    warnings.push_back("pixels are not square: " + number(spacing.row_mm) + " mm between rows, " +
                       number(spacing.column_mm) + " mm between columns");
  }
  if (tags.magnification && *tags.magnification < 1.0) {
    warnings.push_back("EstimatedRadiographicMagnificationFactor is below 1 and is ignored");
  }
  return spacing;
}

}  // namespace hilum
