// Any bytes as a DICOM file: an image or a status, never a crash, and an image whose sizes agree.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "hilum/image.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (!hilum::looks_like_dicom(bytes)) return 0;
  const auto image = hilum::load_image_bytes(bytes, "fuzz");
  if (image && image->pixels.pixels.size() != static_cast<std::size_t>(image->pixels.width) *
                                                  static_cast<std::size_t>(image->pixels.height)) {
    std::abort();
  }
  return 0;
}
