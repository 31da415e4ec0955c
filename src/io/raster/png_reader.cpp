#include <csetjmp>
#include <cstring>

#include <png.h>

#include "hilum/image.h"

#include "core/files/file.h"
#include "io/raster/png.h"
#include "io/raster/samples.h"

namespace hilum {
namespace io {
namespace {

struct PngInput {
  std::string_view bytes;
  std::size_t at = 0;
  std::string error;
};

void on_error(png_structp png, png_const_charp message) {
  static_cast<PngInput*>(png_get_error_ptr(png))->error = message;
  png_longjmp(png, 1);
}

void on_warning(png_structp, png_const_charp) {}

void read_bytes(png_structp png, png_bytep out, std::size_t count) {
  auto* input = static_cast<PngInput*>(png_get_io_ptr(png));
  if (input->bytes.size() - input->at < count) png_error(png, "the file is cut short");
  std::memcpy(out, input->bytes.data() + input->at, count);
  input->at += count;
}

struct PngHeader {
  png_uint_32 width = 0, height = 0;
  int depth = 0, colour = 0;
};

// Between setjmp and longjmp: no object with a destructor is made here. `raw` keeps masks as stored.
bool read_png(png_structp png, png_infop info, bool raw, PngHeader* header, Samples* out, bool* too_large) {
  if (setjmp(png_jmpbuf(png)) != 0) return false;
  png_set_user_limits(png, 1000000, 1000000);
  png_read_info(png, info);
  png_get_IHDR(png, info, &header->width, &header->height, &header->depth, &header->colour, nullptr, nullptr,
               nullptr);
  if (static_cast<std::size_t>(header->width) * header->height > kMaxImagePixels) {
    *too_large = true;
    return false;
  }
  if (raw) {
    if (header->depth == 16 ||
        (header->colour != PNG_COLOR_TYPE_GRAY && header->colour != PNG_COLOR_TYPE_PALETTE)) {
      png_error(png, "a mask is 8-bit grey or has a palette");
    }
    png_set_packing(png);
  } else {
    png_set_expand(png);
    if (header->depth == 16) png_set_swap(png);
  }
  png_set_interlace_handling(png);
  png_read_update_info(png, info);
  out->width = static_cast<int>(header->width);
  out->height = static_cast<int>(header->height);
  out->channels = png_get_channels(png, info);
  out->bytes_per_sample = png_get_bit_depth(png, info) == 16 ? 2 : 1;
  out->allocate();
  const std::size_t stride = png_get_rowbytes(png, info);
  const int passes = png_get_interlace_type(png, info) == PNG_INTERLACE_NONE ? 1 : PNG_INTERLACE_ADAM7_PASSES;
  for (int pass = 0; pass < passes; ++pass) {
    for (png_uint_32 y = 0; y < header->height; ++y)
      png_read_row(png, out->owned.get() + y * stride, nullptr);
  }
  png_read_end(png, nullptr);
  return true;
}

Result<PngSamples> decode(std::string_view bytes, bool raw) {
  PngInput input{bytes, 0, ""};
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &input, on_error, on_warning);
  png_infop info = png == nullptr ? nullptr : png_create_info_struct(png);
  if (info == nullptr) {
    png_destroy_read_struct(&png, nullptr, nullptr);
    return Status(ErrorCode::kImageUnreadable, "PNG: out of memory");
  }
  png_set_read_fn(png, &input, read_bytes);
  PngHeader header;
  PngSamples result;
  bool too_large = false;
  const bool good = read_png(png, info, raw, &header, &result.samples, &too_large);
  png_destroy_read_struct(&png, &info, nullptr);
  if (too_large) {
    return Status(ErrorCode::kTooLarge,
                  std::to_string(header.width) + " x " + std::to_string(header.height) + " pixels");
  }
  if (!good) return Status(ErrorCode::kImageUnreadable, "PNG: " + input.error);
  result.bits = header.depth;
  result.palette = header.colour == PNG_COLOR_TYPE_PALETTE;
  return result;
}

}  // namespace

Result<PngSamples> decode_png(std::string_view bytes) { return decode(bytes, false); }

}  // namespace io

Result<Mask> read_mask_png(const std::string& path) {
  HILUM_ASSIGN(const std::string bytes, read_file(path, kMaxImageFileBytes));
  auto decoded = io::decode(bytes, true);
  if (!decoded) return decoded.status().at(path);
  Mask mask;
  mask.width = decoded->samples.width;
  mask.height = decoded->samples.height;
  mask.values.assign(decoded->samples.data, decoded->samples.data + decoded->samples.bytes());
  return mask;
}

}  // namespace hilum
