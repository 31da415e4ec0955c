// Images of any supported file as one grey channel, ready for display: DICOM, PNG and JPEG, told apart by
// content. Values; the functions are thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hilum/core/status.h"
#include "hilum/io/dicom.h"
#include "hilum/io/spacing.h"

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
