#include "io/raster/deflate_guard.h"

#include <string>
#include <vector>

#include <zlib.h>

namespace hilum::io {
namespace {

constexpr std::size_t kPreamble = 132;  // 128 bytes and "DICM"

}  // namespace

bool is_deflated_dicom(std::string_view start) {
  return start.substr(0, 1024).find("1.2.840.10008.1.2.1.99") != std::string_view::npos;
}

Status check_inflated_size(std::string_view bytes, std::size_t limit) {
  // (0002,0000) UL, 4 bytes: the length of the rest of the meta header.
  const std::string_view group_length("\x02\x00\x00\x00UL\x04\x00", 8);
  if (bytes.size() < kPreamble + 12 || bytes.substr(kPreamble, 8) != group_length) {
    return {ErrorCode::kDicomUnreadable, "the meta header does not begin with its length"};
  }
  std::size_t begin = kPreamble + 12;
  for (std::size_t i = 0; i < 4; ++i) {
    begin += static_cast<std::size_t>(static_cast<unsigned char>(bytes[kPreamble + 8 + i])) << (8 * i);
  }
  if (begin >= bytes.size()) return {ErrorCode::kDicomUnreadable, "the data set is missing"};

  z_stream stream = {};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return {ErrorCode::kDicomUnreadable, "out of memory"};
  // zlib's interface takes what it only reads without const.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data() + begin));
  stream.avail_in = static_cast<uInt>(bytes.size() - begin);
  std::vector<Bytef> out(1u << 16);
  std::size_t total = 0;
  int result = Z_OK;
  while (result == Z_OK && total <= limit) {
    stream.next_out = out.data();
    stream.avail_out = static_cast<uInt>(out.size());
    result = inflate(&stream, Z_NO_FLUSH);
    total += out.size() - stream.avail_out;
  }
  inflateEnd(&stream);
  if (total > limit)
    return {ErrorCode::kTooLarge, "unfolds to more than " + std::to_string(limit) + " bytes"};
  return Status::ok();
}

}  // namespace hilum::io
