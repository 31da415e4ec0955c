// The host's side of the module image_codecs.
#include <array>
#include <cstring>

#include "core/system/module.h"
#include "io/raster/samples.h"
#include "modules/image_codecs/abi.h"

namespace hilum::io {
namespace {

unsigned big_endian(std::string_view bytes, std::size_t at, std::size_t count) {
  unsigned value = 0;
  for (std::size_t i = 0; i < count; ++i) value = (value << 8) | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

// Looks at the codestream's SIZ marker before anything is allocated for it (ISO/IEC 15444-1, A.5.1).
Status check_size(std::string_view bytes, int width, int height) {
  const std::string_view start("\xff\x4f\xff\x51", 4);
  const std::size_t soc = bytes.substr(0, 4096).find(start);
  if (soc == std::string_view::npos || bytes.size() < soc + 43) {
    return {ErrorCode::kDicomUnreadable, "JPEG 2000: no codestream"};
  }
  const std::size_t siz = soc + 8;  // past SOC, SIZ, Lsiz, Rsiz
  const unsigned columns = big_endian(bytes, siz, 4) - big_endian(bytes, siz + 8, 4);
  const unsigned rows = big_endian(bytes, siz + 4, 4) - big_endian(bytes, siz + 12, 4);
  if (columns != static_cast<unsigned>(width) || rows != static_cast<unsigned>(height)) {
    return {ErrorCode::kDicomUnreadable, "JPEG 2000: the codestream has " + std::to_string(columns) + " x " +
                                             std::to_string(rows) + " pixels"};
  }
  const unsigned depth = big_endian(bytes, siz + 34, 1);
  if ((depth & 0x80u) != 0) return {ErrorCode::kDicomUnsupported, "JPEG 2000 with signed samples"};
  if ((depth & 0x7fu) + 1 > 16)
    return {ErrorCode::kDicomUnsupported, "JPEG 2000 with more than 16 bits a sample"};
  return Status::ok();
}

}  // namespace

Result<Samples> decode_jpeg2000(std::string_view bytes, int width, int height) {
  HILUM_RETURN_IF_ERROR(check_size(bytes, width, height));
  HILUM_ASSIGN(const void* table, open_module("image_codecs", HILUM_IMAGE_CODECS_ABI));
  const auto* codecs = static_cast<const HilumImageCodecs*>(table);
  HilumSamples decoded = {};
  std::array<char, 256> error{};
  const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  if (codecs->decode(data, bytes.size(), &decoded, error.data(), error.size()) != 0) {
    return Status(ErrorCode::kDicomUnreadable, std::string("JPEG 2000: ") + error.data());
  }
  Samples samples;
  samples.width = decoded.width;
  samples.height = decoded.height;
  samples.channels = decoded.channels;
  samples.bytes_per_sample = decoded.bytes_per_sample;
  samples.allocate();
  std::memcpy(samples.owned.get(), decoded.data, samples.bytes());
  codecs->release(&decoded);
  return samples;
}

}  // namespace hilum::io
