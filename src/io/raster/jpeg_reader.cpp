#include <algorithm>
#include <cmath>
#include <csetjmp>
#include <cstdio>
#include <cstring>

#include <jpeglib.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "hilum/image.h"

#include "io/raster/samples.h"

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

// Eight levels from the sums over even and odd frequencies: rounded to sixteenths, then to whole levels.
void round_row(const float* even, const float* odd, float sign, std::uint8_t* out) {
#if defined(__SSE2__)
  const auto sixteenths = [&](int x) {
    const __m128 sum =
        _mm_add_ps(_mm_loadu_ps(even + x), _mm_mul_ps(_mm_set1_ps(sign), _mm_loadu_ps(odd + x)));
    const __m128 level = _mm_add_ps(sum, _mm_set1_ps(128.0f));
    const __m128 clamped = _mm_min_ps(_mm_max_ps(level, _mm_setzero_ps()), _mm_set1_ps(255.0f));
    return _mm_cvttps_epi32(_mm_add_ps(_mm_mul_ps(clamped, _mm_set1_ps(16.0f)), _mm_set1_ps(0.5f)));
  };
  const __m128i row = _mm_add_epi16(_mm_packs_epi32(sixteenths(0), sixteenths(4)), _mm_set1_epi16(8));
  const __m128i levels = _mm_srai_epi16(row, 4);
  _mm_storel_epi64(reinterpret_cast<__m128i*>(out), _mm_packus_epi16(levels, levels));
#else
  for (int x = 0; x < 8; ++x) {
    const float level = std::min(255.0f, std::max(0.0f, even[x] + sign * odd[x] + 128.0f));
    out[x] = static_cast<std::uint8_t>((static_cast<std::int32_t>(level * 16.0f + 0.5f) + 8) >> 4);
  }
#endif
}

// One block, 8 x 8 levels; vertical frequencies without a coefficient are passed over. Sums over even and
// over odd frequencies are kept apart, because the first half of a row or column needs their sum and the
// second their difference. Loops are of fixed length and without branches, so that they become vector
// instructions.
void inverse_transform(const JCOEF* coefficients, const float* quantizers, const CosineTable& cosine,
                       std::uint8_t* out) {
  float even_rows[4][8] = {};
  float odd_rows[4][8] = {};
  for (int v = 0; v < 8; ++v) {
    const JCOEF* in = coefficients + 8 * v;
    if (all_zero(in)) continue;
    float value[8];
    for (int u = 0; u < 8; ++u) value[u] = static_cast<float>(in[u]) * quantizers[8 * v + u];
    float even[4] = {};
    float odd[4] = {};
    for (int k = 0; k < 4; ++k) {
      for (int x = 0; x < 4; ++x) even[x] += value[2 * k] * cosine.at[2 * k][x];
      for (int x = 0; x < 4; ++x) odd[x] += value[2 * k + 1] * cosine.at[2 * k + 1][x];
    }
    float row[8];
    for (int x = 0; x < 4; ++x) row[x] = even[x] + odd[x];
    for (int x = 0; x < 4; ++x) row[7 - x] = even[x] - odd[x];
    auto& sums = v % 2 == 0 ? even_rows : odd_rows;
    for (int y = 0; y < 4; ++y) {
      for (int x = 0; x < 8; ++x) sums[y][x] += cosine.at[v][y] * row[x];
    }
  }
  for (int y = 0; y < 4; ++y) {
    round_row(even_rows[y], odd_rows[y], 1.0f, out + 8 * y);
    round_row(even_rows[y], odd_rows[y], -1.0f, out + 8 * (7 - y));
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
  float quantizers[64];
  for (int i = 0; i < 64; ++i) quantizers[i] = component->quant_table->quantval[i];
  std::uint8_t levels[64];
  for (JDIMENSION block_y = 0; block_y < component->height_in_blocks; ++block_y) {
    JBLOCKARRAY blocks = info->mem->access_virt_barray(reinterpret_cast<j_common_ptr>(info), coefficients[0],
                                                       block_y, 1, FALSE);
    const std::size_t rows = std::min<std::size_t>(8, info->image_height - std::size_t{8} * block_y);
    for (JDIMENSION block_x = 0; block_x < component->width_in_blocks; ++block_x) {
      inverse_transform(blocks[0][block_x], quantizers, *cosine, levels);
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
