// PNG files out, and masks in. Rows from the top, no row padding. Thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hilum/status.h"

namespace hilum {

// Each writes beside the file and renames (kOutputFailed). kInternal when the sizes do not fit together.
Status write_png_gray8(const std::string& path, int width, int height,
                       const std::vector<std::uint8_t>& pixels);
Status write_png_gray16(const std::string& path, int width, int height,
                        const std::vector<std::uint16_t>& pixels);
Status write_png_rgb8(const std::string& path, int width, int height, const std::vector<std::uint8_t>& rgb);

// The same into memory.
Result<std::string> encode_png_gray8(int width, int height, const std::vector<std::uint8_t>& pixels);
Result<std::string> encode_png_rgb8(int width, int height, const std::vector<std::uint8_t>& rgb);

// A mask: values as stored, 8-bit grey or palette indices, never scaled (1-, 2- and 4-bit files keep 0, 1, 2,
// …).
struct Mask {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> values;
};
// kImageUnreadable for a damaged file and for colour or 16-bit pictures.
Result<Mask> read_mask_png(const std::string& path);

}  // namespace hilum
