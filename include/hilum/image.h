// Images of any supported file as one grey channel, ready for display: DICOM, PNG and JPEG, told apart by
// content. Values; the functions are thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hilum/status.h"

// How large a pixel of a projection X-ray is, where that number comes from and what it is worth. Values in
// mm; `row_mm` is the distance between rows (vertical), `column_mm` between columns (horizontal), as DICOM
// orders them. Rules: DICOM PS3.3 section 10.7 ("projection" pixel spacing). Values; no errors.
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

// What a DICOM file says about itself, without its pixels. Text is UTF-8 (converted from the file's character
// set) and trimmed; what the file lacks is empty or 0. Thread-safe.
namespace hilum {

struct DicomTags {
  std::string sop_class_uid;
  std::string sop_class;  // its name, "ComputedRadiographyImageStorage"; the UID when unknown
  std::string modality;   // "CR", "DX", …
  std::string transfer_syntax_uid;
  std::string transfer_syntax;  // its name

  std::string study_instance_uid, series_instance_uid, sop_instance_uid;
  std::string patient_id, patient_age, patient_sex;
  std::string accession_number;
  std::string study_date;  // YYYYMMDD
  std::string study_time;  // HHMMSS.FFFFFF, may be shortened from the right
  std::string study_description, series_description, manufacturer, model_name;
  std::string view_position;        // PA, AP, LL, …; empty when the file does not say
  std::string patient_orientation;  // "L\F"
  std::string laterality;           // ImageLaterality, else Laterality
  std::string body_part;            // BodyPartExamined
  std::string presentation_intent;  // FOR PRESENTATION or FOR PROCESSING
  std::string burned_in_annotation;

  int rows = 0, columns = 0;
  int frames = 1;
  int samples_per_pixel = 1;
  int bits_allocated = 0, bits_stored = 0, high_bit = 0;
  bool is_signed = false;
  std::string photometric;  // MONOCHROME1, MONOCHROME2, RGB, …

  SpacingTags spacing;
  std::vector<std::string> warnings;  // for example text in a character set that is not known
};

// Reads the header only: large files cost little. kFileNotFound, kFileUnreadable; kFormatUnknown when the
// file is not DICOM; kDicomUnreadable when it is damaged.
Result<DicomTags> read_dicom_tags(const std::string& path);

// Whether a Modality is one that projection X-rays come with: CR, DX, RG, DR, OT, SC, or none stated.
bool is_projection_modality(std::string_view modality);

// True when the bytes begin as a DICOM file does: "DICM" after 128 bytes, or, in files of old without that
// preamble, an element of group 0002 or 0008.
bool looks_like_dicom(std::string_view bytes);

}  // namespace hilum

namespace hilum {

inline constexpr std::size_t kMaxImagePixels = 100'000'000;  // a large film has 20 million
inline constexpr std::size_t kMaxImageFileBytes = 512u << 20;

// Row by row from the top left, 0 black, 65535 white. 8-bit sources are multiplied by 257, so that 255 is
// white.
struct GrayImage {
  int width = 0;
  int height = 0;
  std::vector<std::uint16_t> pixels;
};

enum class ImageFormat { kDicom, kPng, kJpeg };
const char* image_format_name(ImageFormat format);  // "DICOM", "PNG", "JPEG"

// The format by content; kFormatUnknown (no name in the message) for anything else.
Result<ImageFormat> detect_format(std::string_view bytes);

// One thing done to the pixels, in the order applied.
struct PixelStep {
  std::string name;    // stable: decode, sign, modality_lut, rescale, voi_lut, window, full_range, padding,
                       // invert, grey, alpha, depth
  std::string detail;  // for people, numbers included
};

struct ImageFile {
  std::string path;
  ImageFormat format = ImageFormat::kPng;
  std::string coding;  // the transfer syntax's name, or "16-bit grey PNG"
  int width = 0, height = 0;
  int bits = 0;                   // significant bits of a stored value
  std::optional<DicomTags> tags;  // DICOM only
  std::vector<PixelStep> steps;
  PixelSpacing spacing;
  std::vector<std::string> warnings;
};

struct LoadedImage {
  ImageFile file;
  GrayImage pixels;
};

enum class Purpose {
  kInspect,   // any single-frame grey image
  kGenerate,  // a projection X-ray: CR, DX, RG or secondary capture; others are kWrongModality
};

struct LoadOptions {
  Purpose purpose = Purpose::kInspect;
};

// Reads the file and applies every step up to a display-ready grey image: for DICOM the modality LUT or
// rescale, then the first VOI LUT, else the first window, else minimum to maximum, as pydicom's
// apply_modality_lut and apply_voi_lut do, scaled to 0..65535 and inverted for MONOCHROME1. Colour is turned
// into grey as Pillow's convert("L") does; a DICOM in true colours is refused. Errors name the file:
// kFileNotFound, kFileUnreadable, kFormatUnknown, kTooLarge, kDicomUnreadable, kDicomUnsupported,
// kWrongModality, kImageUnreadable, kModuleMissing (JPEG 2000).
Result<LoadedImage> load_image(const std::string& path, const LoadOptions& options = {});

// The same from memory; `name` stands for the file in messages.
Result<LoadedImage> load_image_bytes(std::string_view bytes, const std::string& name,
                                     const LoadOptions& options = {});

// 8-bit grey levels: value / 257, rounded.
std::vector<std::uint8_t> to_8_bit(const GrayImage& image);

}  // namespace hilum
