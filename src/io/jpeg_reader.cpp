#include <csetjmp>
#include <cstdio>

#include <jpeglib.h>

#include "hilum/io/image.h"

#include "samples.h"

namespace hilum::io {
namespace {

// libjpeg reports errors by a function that must not return.
struct ErrorHandler {
  jpeg_error_mgr base;
  std::jmp_buf jump;
  char message[JMSG_LENGTH_MAX];
};

void on_error(j_common_ptr info) {
  auto* handler = reinterpret_cast<ErrorHandler*>(info->err);
  info->err->format_message(info, handler->message);
  std::longjmp(handler->jump, 1);
}

// A warning means damaged data (for instance a picture that is cut short): an error for us.
void on_message(j_common_ptr info, int level) {
  if (level < 0) on_error(info);
}

// The part between setjmp and longjmp: no object with a destructor lives here.
bool decode_into(jpeg_decompress_struct* info, ErrorHandler* handler, std::string_view bytes,
                 JpegColour colour, Samples* out, bool* too_large) {
  if (setjmp(handler->jump) != 0) return false;
  jpeg_create_decompress(info);
  info->mem->max_memory_to_use = 1L << 30;
  jpeg_mem_src(info, reinterpret_cast<const unsigned char*>(bytes.data()),
               static_cast<unsigned long>(bytes.size()));
  jpeg_read_header(info, TRUE);
  if (static_cast<std::size_t>(info->image_width) * info->image_height > kMaxImagePixels) {
    *too_large = true;
    return false;
  }
  if (info->num_components == 3 && colour == JpegColour::kRgb) info->jpeg_color_space = JCS_RGB;
  if (info->jpeg_color_space == JCS_CMYK || info->jpeg_color_space == JCS_YCCK) {
    std::snprintf(handler->message, sizeof handler->message, "four-colour pictures are not read");
    return false;
  }
  info->out_color_space = info->num_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_start_decompress(info);
  out->width = static_cast<int>(info->output_width);
  out->height = static_cast<int>(info->output_height);
  out->channels = info->output_components;
  out->allocate();
  const std::size_t stride =
      static_cast<std::size_t>(info->output_width) * static_cast<std::size_t>(info->output_components);
  while (info->output_scanline < info->output_height) {
    JSAMPROW row = out->owned.get() + info->output_scanline * stride;
    jpeg_read_scanlines(info, &row, 1);
  }
  jpeg_finish_decompress(info);
  return true;
}

}  // namespace

Result<Samples> decode_jpeg(std::string_view bytes, JpegColour colour) {
  jpeg_decompress_struct info = {};
  ErrorHandler handler = {};
  info.err = jpeg_std_error(&handler.base);
  handler.base.error_exit = on_error;
  handler.base.emit_message = on_message;
  Samples samples;
  bool too_large = false;
  const bool good = decode_into(&info, &handler, bytes, colour, &samples, &too_large);
  jpeg_destroy_decompress(&info);
  if (too_large) {
    return Status(ErrorCode::kTooLarge,
                  std::to_string(info.image_width) + " x " + std::to_string(info.image_height) + " pixels");
  }
  if (!good) return Status(ErrorCode::kImageUnreadable, std::string("JPEG: ") + handler.message);
  return samples;
}

}  // namespace hilum::io
