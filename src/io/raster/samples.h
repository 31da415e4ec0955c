// Decoded samples on their way from a decoder to grey levels; private to the layer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "hilum/status.h"

namespace hilum::io {

// Rows from the top, channels interleaved; 1 or 2 bytes a sample, the machine's byte order. `data` points
// into `owned` or into something that outlives the structure. Move-only, because of that pointer.
struct Samples {
  Samples() = default;
  Samples(const Samples&) = delete;
  Samples& operator=(const Samples&) = delete;
  Samples(Samples&&) = default;
  Samples& operator=(Samples&&) = default;

  int width = 0;
  int height = 0;
  int channels = 1;
  int bytes_per_sample = 1;
  std::unique_ptr<std::uint8_t[]> owned;  // not a vector: zeroing films costs as much as reading them
  const std::uint8_t* data = nullptr;

  std::size_t count() const {
    return static_cast<std::size_t>(width) * static_cast<std::size_t>(height) *
           static_cast<std::size_t>(channels);
  }
  std::size_t bytes() const { return count() * static_cast<std::size_t>(bytes_per_sample); }
  void allocate() {
    owned.reset(new std::uint8_t[bytes()]);
    data = owned.get();
  }
};

// What a JPEG's colours are to be taken for.
enum class JpegColour { kAsTheFileSays, kRgb };

// JPEG, 8 bits a sample; grey stays grey, everything else comes out as RGB. kImageUnreadable with the
// decoder's reason (a picture that is cut short is an error), kTooLarge.
Result<Samples> decode_jpeg(std::string_view bytes, JpegColour colour = JpegColour::kAsTheFileSays);

// A grey JPEG with the inverse cosine transform in floating point, rounded first to sixteenths of a grey
// level and then to whole ones: the pixels that the JPEG decoder of pydicom's plug-ins (pylibjpeg-libjpeg)
// gives. Where a film without window is stretched from minimum to maximum, one level of difference in one
// pixel shows in all of them.
Result<Samples> decode_grey_jpeg_precisely(std::string_view bytes);

// JPEG 2000 through the module `image_codecs`. kModuleMissing, kDicomUnreadable, kDicomUnsupported (signed
// samples, more than 16 bits); `width` and `height` are what the codestream must have.
Result<Samples> decode_jpeg2000(std::string_view bytes, int width, int height);

// One frame of DICOM's RLE (PS3.5 annex G): `channels` samples of `bytes_per_sample` a pixel.
// kDicomUnreadable.
Result<Samples> decode_rle(std::string_view frame, int width, int height, int channels, int bytes_per_sample);

// A PNG as grey (1 channel), grey and alpha (2), RGB (3) or RGB and alpha (4); 8 or 16 bits, low depths and
// palettes expanded. kImageUnreadable, kTooLarge. `bits` is the file's depth.
struct PngSamples {
  Samples samples;
  int bits = 8;
  bool palette = false;
};
Result<PngSamples> decode_png(std::string_view bytes);

}  // namespace hilum::io
