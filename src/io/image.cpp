#include "hilum/image.h"

#include <algorithm>
#include <filesystem>

#include "core/files/file.h"
#include "core/text/text.h"
#include "io/dicom/read_image.h"
#include "io/preprocess/resample.h"
#include "io/raster/deflate_guard.h"
#include "io/raster/samples.h"

namespace hilum {
namespace io {
namespace {

// Pillow's convert("L"): ITU-R 601-2 luma in 16-bit fixed point.
std::uint32_t luma(std::uint32_t r, std::uint32_t g, std::uint32_t b) {
  return static_cast<std::uint32_t>(
      (std::uint64_t{r} * 19595 + std::uint64_t{g} * 38470 + std::uint64_t{b} * 7471 + 0x8000) >> 16);
}

template <typename Sample>
GrayImage grey_of(const Samples& samples, std::uint16_t factor) {
  GrayImage image;
  image.width = samples.width;
  image.height = samples.height;
  const auto channels = static_cast<std::size_t>(samples.channels);
  const std::size_t pixels = samples.count() / channels;
  image.pixels.resize(pixels);
  const auto* in = reinterpret_cast<const Sample*>(samples.data);
  for (std::size_t i = 0; i < pixels; ++i, in += channels) {
    const std::uint32_t value = channels < 3 ? in[0] : luma(in[0], in[1], in[2]);
    image.pixels[i] = static_cast<std::uint16_t>(value * factor);
  }
  return image;
}

// True when some pixel of a picture with alpha (the last channel) is not opaque.
bool transparent(const Samples& samples) {
  const auto step = static_cast<std::size_t>(samples.channels * samples.bytes_per_sample);
  const auto size = static_cast<std::size_t>(samples.bytes_per_sample);
  for (std::size_t at = step - size; at < samples.bytes(); at += step) {
    for (std::size_t i = 0; i < size; ++i) {
      if (samples.data[at + i] != 0xff) return true;
    }
  }
  return false;
}

const char* colours(int channels) {
  static const char* const names[] = {"", "grey", "grey with alpha", "RGB", "RGB with alpha"};
  return names[channels];
}

LoadedImage from_samples(const Samples& samples, ImageFormat format, int bits, std::string coding) {
  LoadedImage loaded;
  ImageFile& file = loaded.file;
  file.format = format;
  file.coding = std::move(coding);
  file.width = samples.width;
  file.height = samples.height;
  file.bits = bits;
  file.steps.push_back({"decode", file.coding});
  file.spacing = choose_spacing({}, file.warnings);
  if (samples.channels % 2 == 0) {
    file.steps.push_back({"alpha", "ignored"});
    if (transparent(samples)) file.warnings.push_back("transparent parts are shown as if they were opaque");
  }
  if (samples.channels >= 3) file.steps.push_back({"grey", "0.299 R + 0.587 G + 0.114 B"});
  loaded.pixels = samples.bytes_per_sample == 2 ? grey_of<std::uint16_t>(samples, 1)
                                                : grey_of<std::uint8_t>(samples, 257);
  if (bits == 16 && !loaded.pixels.pixels.empty()) {
    const std::uint16_t top = *std::max_element(loaded.pixels.pixels.begin(), loaded.pixels.pixels.end());
    if (top < 16384) {
      file.warnings.push_back("the brightest of 65535 grey levels is " + std::to_string(top) +
                              "; was the file scaled?");
    }
  }
  return loaded;
}

Result<LoadedImage> load_png(std::string_view bytes) {
  HILUM_ASSIGN(const PngSamples png, decode_png(bytes));
  const std::string coding =
      std::to_string(png.bits) + "-bit " + (png.palette ? "palette" : colours(png.samples.channels)) + " PNG";
  return from_samples(png.samples, ImageFormat::kPng, png.bits, coding);
}

Result<LoadedImage> load_jpeg(std::string_view bytes) {
  HILUM_ASSIGN(const Samples samples, decode_jpeg(bytes));
  return from_samples(samples, ImageFormat::kJpeg, 8,
                      std::string("8-bit ") + colours(samples.channels) + " JPEG");
}

}  // namespace
}  // namespace io

const char* image_format_name(ImageFormat format) {
  switch (format) {
    case ImageFormat::kDicom:
      return "DICOM";
    case ImageFormat::kPng:
      return "PNG";
    case ImageFormat::kJpeg:
      return "JPEG";
  }
  return "";
}

bool is_projection_modality(std::string_view modality) {
  static const std::vector<std::string_view> known = {"", "CR", "DX", "RG", "DR", "OT", "SC"};
  return std::find(known.begin(), known.end(), modality) != known.end();
}

bool looks_like_dicom(std::string_view bytes) {
  if (bytes.size() >= 132 && bytes.substr(128, 4) == "DICM") return true;
  // Group 0002 or 0008, little-endian, with a small element number.
  return bytes.size() >= 16 && (bytes[0] == '\x02' || bytes[0] == '\x08') && bytes[1] == '\0' &&
         bytes[3] == '\0';
}

Result<ImageFormat> detect_format(std::string_view bytes) {
  if (starts_with(bytes, std::string_view("\x89PNG\r\n\x1a\n", 8))) return ImageFormat::kPng;
  if (starts_with(bytes, "\xff\xd8\xff")) return ImageFormat::kJpeg;
  if (looks_like_dicom(bytes)) return ImageFormat::kDicom;
  return Status(ErrorCode::kFormatUnknown,
                bytes.empty() ? "the file is empty" : "neither DICOM, PNG nor JPEG by its first bytes");
}

Result<LoadedImage> load_image_bytes(std::string_view bytes, const std::string& name,
                                     const LoadOptions& options) {
  const auto format = detect_format(bytes);
  if (!format) return format.status().at(name);
  auto loaded = *format == ImageFormat::kDicom ? io::load_dicom(bytes, options)
                : *format == ImageFormat::kPng ? io::load_png(bytes)
                                               : io::load_jpeg(bytes);
  if (!loaded) return loaded.status().at(name);
  loaded->file.path = name;
  return loaded;
}

Result<LoadedImage> load_image(const std::string& path, const LoadOptions& options) {
  HILUM_ASSIGN(const std::string start, read_file_start(path, 4096));
  const auto format = detect_format(start);
  if (!format) return format.status().at(path);
  std::error_code unknown;
  const auto size = std::filesystem::file_size(path, unknown);
  if (*format != ImageFormat::kDicom || unknown || io::is_deflated_dicom(start)) {
    HILUM_ASSIGN(const std::string bytes, read_file(path, kMaxImageFileBytes));
    return load_image_bytes(bytes, path, options);
  }
  if (size > kMaxImageFileBytes) {
    return Status(ErrorCode::kTooLarge,
                  path + ": more than " + std::to_string(kMaxImageFileBytes) + " bytes");
  }
  auto loaded = io::load_dicom_file(path, options);
  if (!loaded) return loaded.status().at(path);
  loaded->file.path = path;
  return loaded;
}

std::vector<std::uint8_t> to_8_bit(const GrayImage& image) {
  std::vector<std::uint8_t> out(image.pixels.size());
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = io::to_level(image.pixels[i]);
  return out;
}

}  // namespace hilum
