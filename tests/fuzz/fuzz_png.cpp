// Any bytes as a PNG or JPEG picture, read and made a model's input.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "hilum/image.h"
#include "hilum/preprocess.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (hilum::looks_like_dicom(bytes)) return 0;
  const auto image = hilum::load_image_bytes(bytes, "fuzz");
  // Large pictures, and long ones that are padded to a square, only slow the search down.
  if (!image || image->pixels.width > 1000 || image->pixels.height > 1000) return 0;
  hilum::Preprocess how = hilum::default_preprocess();
  how.steps = {hilum::PadSquareStep{},
               hilum::ResizeStep{hilum::ResizeMode::kStretch, 8, 8, hilum::ResizeFilter::kBicubic, true}};
  const auto input = hilum::preprocess(image->pixels, how);
  if (input && input->values.size() != 3u * 8u * 8u) std::abort();
  return 0;
}
