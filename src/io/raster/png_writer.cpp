#include <csetjmp>

#include <png.h>

#include "core/files/file.h"
#include "io/raster/png.h"

namespace hilum {
namespace {

void on_error(png_structp png, png_const_charp) { png_longjmp(png, 1); }
void on_warning(png_structp, png_const_charp) {}
void append(png_structp png, png_bytep bytes, std::size_t count) {
  static_cast<std::string*>(png_get_io_ptr(png))->append(reinterpret_cast<const char*>(bytes), count);
}
void no_flush(png_structp) {}

struct Picture {
  int width, height, channels, depth;
  const std::uint8_t* pixels;
};

// Between setjmp and longjmp: no object with a destructor is made here.
bool write_rows(png_structp png, png_infop info, const Picture& picture) {
  if (setjmp(png_jmpbuf(png)) != 0) return false;
  png_set_IHDR(png, info, static_cast<png_uint_32>(picture.width), static_cast<png_uint_32>(picture.height),
               picture.depth, picture.channels == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB,
               PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_set_compression_level(png, 3);
  png_write_info(png, info);
  if (picture.depth == 16) png_set_swap(png);
  const std::size_t stride = static_cast<std::size_t>(picture.width) *
                             static_cast<std::size_t>(picture.channels) *
                             static_cast<std::size_t>(picture.depth / 8);
  for (int y = 0; y < picture.height; ++y)
    png_write_row(png, picture.pixels + static_cast<std::size_t>(y) * stride);
  png_write_end(png, info);
  return true;
}

Result<std::string> encode(const Picture& picture, std::size_t samples) {
  const bool fits = picture.width > 0 && picture.height > 0 &&
                    samples == static_cast<std::size_t>(picture.width) *
                                   static_cast<std::size_t>(picture.height) *
                                   static_cast<std::size_t>(picture.channels);
  if (!fits) return Status(ErrorCode::kInternal, "a picture's size does not fit its pixels");
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, on_error, on_warning);
  png_infop info = png == nullptr ? nullptr : png_create_info_struct(png);
  std::string bytes;
  bool good = false;
  if (info != nullptr) {
    png_set_write_fn(png, &bytes, append, no_flush);
    good = write_rows(png, info, picture);
  }
  png_destroy_write_struct(&png, &info);
  if (!good) return Status(ErrorCode::kInternal, "a picture could not be encoded as PNG");
  return bytes;
}

Status save(const std::string& path, const Picture& picture, std::size_t samples) {
  HILUM_ASSIGN(const std::string bytes, encode(picture, samples));
  return write_file(path, bytes);
}

}  // namespace

Status write_png_gray8(const std::string& path, int width, int height,
                       const std::vector<std::uint8_t>& pixels) {
  return save(path, {width, height, 1, 8, pixels.data()}, pixels.size());
}

Status write_png_gray16(const std::string& path, int width, int height,
                        const std::vector<std::uint16_t>& pixels) {
  return save(path, {width, height, 1, 16, reinterpret_cast<const std::uint8_t*>(pixels.data())},
              pixels.size());
}

Status write_png_rgb8(const std::string& path, int width, int height, const std::vector<std::uint8_t>& rgb) {
  return save(path, {width, height, 3, 8, rgb.data()}, rgb.size());
}

Result<std::string> encode_png_gray8(int width, int height, const std::vector<std::uint8_t>& pixels) {
  return encode({width, height, 1, 8, pixels.data()}, pixels.size());
}

Result<std::string> encode_png_rgb8(int width, int height, const std::vector<std::uint8_t>& rgb) {
  return encode({width, height, 3, 8, rgb.data()}, rgb.size());
}

}  // namespace hilum
