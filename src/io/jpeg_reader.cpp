#include <algorithm>
#include <cmath>
#include <csetjmp>
#include <cstdio>
#include <cstring>

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

// Reads the header; false when the picture is too large. Errors jump.
bool open_jpeg(jpeg_decompress_struct* info, std::string_view bytes) {
  jpeg_create_decompress(info);
  jpeg_mem_src(info, reinterpret_cast<const unsigned char*>(bytes.data()),
               static_cast<unsigned long>(bytes.size()));
  jpeg_read_header(info, TRUE);
  return static_cast<std::size_t>(info->image_width) * info->image_height <= kMaxImagePixels;
}

// The part between setjmp and longjmp: no object with a destructor lives here.
bool decode_into(jpeg_decompress_struct* info, ErrorHandler* handler, std::string_view bytes,
                 JpegColour colour, Samples* out, bool* too_large) {
  if (setjmp(handler->jump) != 0) return false;
  if (!open_jpeg(info, bytes)) {
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

// Rows are frequencies; columns the first four places. The others mirror them: at[u][7 - x] is at[u][x], with
// the sign turned where u is odd.
struct CosineTable {
  float at[8][4];
  CosineTable() {
    for (int u = 0; u < 8; ++u) {
      for (int x = 0; x < 4; ++x) {
        at[u][x] =
            static_cast<float>((u == 0 ? std::sqrt(0.125) : 0.5) * std::cos((2 * x + 1) * u * M_PI / 16.0));
      }
    }
  }
};

bool all_zero(const JCOEF* row) {
  std::uint64_t halves[2];
  std::memcpy(halves, row, sizeof halves);
  return (halves[0] | halves[1]) == 0;
}

// One block, 8 x 8 levels; vertical frequencies without a coefficient are passed over. Sums over even and
// over odd frequencies are kept apart, because the lower half of the block needs their difference and the
// upper half their sum.
void inverse_transform(const JCOEF* coefficients, const UINT16* quantizers, const CosineTable& cosine,
                       std::uint8_t* out) {
  float sums[2][4][8] = {};
  for (int v = 0; v < 8; ++v) {
    const JCOEF* in = coefficients + 8 * v;
    if (all_zero(in)) continue;
    float half[2][4] = {};
    for (int u = 0; u < 8; ++u) {
      const auto value = static_cast<float>(in[u] * quantizers[8 * v + u]);
      for (int x = 0; x < 4; ++x) half[u & 1][x] += value * cosine.at[u][x];
    }
    float row[8];
    for (int x = 0; x < 4; ++x) row[x] = half[0][x] + half[1][x];
    for (int x = 0; x < 4; ++x) row[7 - x] = half[0][x] - half[1][x];
    for (int y = 0; y < 4; ++y) {
      for (int x = 0; x < 8; ++x) sums[v & 1][y][x] += cosine.at[v][y] * row[x];
    }
  }
  const auto round_row = [&](int y, const float* even, const float* odd, float sign) {
    std::int16_t sixteenths[8];
    for (int x = 0; x < 8; ++x) {
      const float level = std::min(std::max(even[x] + sign * odd[x], -1000.0f), 1000.0f);
      // Shifted to be positive, so that cutting off the fraction is rounding down.
      sixteenths[x] = static_cast<std::int16_t>(static_cast<std::int32_t>(level * 16.0f + 16384.5f) - 16384);
    }
    for (int x = 0; x < 8; ++x) {
      const auto level = static_cast<std::int16_t>((sixteenths[x] + 128 * 16 + 8) >> 4);
      out[8 * y + x] =
          static_cast<std::uint8_t>(std::min<std::int16_t>(std::max<std::int16_t>(level, 0), 255));
    }
  };
  for (int y = 0; y < 4; ++y) {
    round_row(y, sums[0][y], sums[1][y], 1.0f);
    round_row(7 - y, sums[0][y], sums[1][y], -1.0f);
  }
}

// The part between setjmp and longjmp: no object with a destructor lives here.
bool decode_grey_into(jpeg_decompress_struct* info, ErrorHandler* handler, std::string_view bytes,
                      const CosineTable* cosine, Samples* out, bool* too_large) {
  if (setjmp(handler->jump) != 0) return false;
  if (!open_jpeg(info, bytes)) {
    *too_large = true;
    return false;
  }
  if (info->num_components != 1) {
    std::snprintf(handler->message, sizeof handler->message, "%d components, not 1", info->num_components);
    return false;
  }
  jvirt_barray_ptr* coefficients = jpeg_read_coefficients(info);
  jpeg_component_info* component = info->comp_info;
  out->width = static_cast<int>(info->image_width);
  out->height = static_cast<int>(info->image_height);
  out->allocate();
  const auto width = static_cast<std::size_t>(info->image_width);
  std::uint8_t levels[64];
  for (JDIMENSION block_y = 0; block_y < component->height_in_blocks; ++block_y) {
    JBLOCKARRAY blocks = info->mem->access_virt_barray(reinterpret_cast<j_common_ptr>(info), coefficients[0],
                                                       block_y, 1, FALSE);
    const std::size_t rows = std::min<std::size_t>(8, info->image_height - std::size_t{8} * block_y);
    for (JDIMENSION block_x = 0; block_x < component->width_in_blocks; ++block_x) {
      inverse_transform(blocks[0][block_x], component->quant_table->quantval, *cosine, levels);
      const std::size_t left = std::size_t{8} * block_x;
      const std::size_t columns = std::min<std::size_t>(8, width - left);
      for (std::size_t y = 0; y < rows; ++y) {
        std::memcpy(out->owned.get() + (std::size_t{8} * block_y + y) * width + left, levels + 8 * y,
                    columns);
      }
    }
  }
  jpeg_finish_decompress(info);
  return true;
}

// Runs `decode` with a decompressor that is always destroyed.
template <typename Decode>
Result<Samples> with_decompressor(Decode&& decode) {
  jpeg_decompress_struct info = {};
  ErrorHandler handler = {};
  info.err = jpeg_std_error(&handler.base);
  handler.base.error_exit = on_error;
  handler.base.emit_message = on_message;
  Samples samples;
  bool too_large = false;
  const bool good = decode(&info, &handler, &samples, &too_large);
  const std::string size =
      std::to_string(info.image_width) + " x " + std::to_string(info.image_height) + " pixels";
  jpeg_destroy_decompress(&info);
  if (too_large) return Status(ErrorCode::kTooLarge, size);
  if (!good) return Status(ErrorCode::kImageUnreadable, std::string("JPEG: ") + handler.message);
  return samples;
}

}  // namespace

Result<Samples> decode_jpeg(std::string_view bytes, JpegColour colour) {
  return with_decompressor(
      [&](jpeg_decompress_struct* info, ErrorHandler* handler, Samples* out, bool* too_large) {
        return decode_into(info, handler, bytes, colour, out, too_large);
      });
}

Result<Samples> decode_grey_jpeg_precisely(std::string_view bytes) {
  static const CosineTable cosine;
  return with_decompressor(
      [&](jpeg_decompress_struct* info, ErrorHandler* handler, Samples* out, bool* too_large) {
        return decode_grey_into(info, handler, bytes, &cosine, out, too_large);
      });
}

}  // namespace hilum::io
