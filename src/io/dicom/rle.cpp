#include <algorithm>
#include <cstring>

#include "io/raster/samples.h"

namespace hilum::io {
namespace {

Status damaged(const char* what) { return {ErrorCode::kDicomUnreadable, std::string("RLE data: ") + what}; }

std::uint32_t little_endian32(const unsigned char* at) {
  return at[0] | (std::uint32_t{at[1]} << 8) | (std::uint32_t{at[2]} << 16) | (std::uint32_t{at[3]} << 24);
}

// Unpacks one segment (TIFF's PackBits) into exactly `count` bytes; more in the segment is padding.
bool unpack(std::string_view segment, unsigned char* out, std::size_t count) {
  const auto* in = reinterpret_cast<const unsigned char*>(segment.data());
  const auto* end = in + segment.size();
  std::size_t done = 0;
  while (done < count && in < end) {
    const unsigned head = *in++;
    if (head == 128) continue;
    if (head < 128) {
      const std::size_t run = std::min<std::size_t>(head + 1u, count - done);
      if (static_cast<std::size_t>(end - in) < run) return false;
      std::memcpy(out + done, in, run);
      in += std::min<std::size_t>(head + 1u, static_cast<std::size_t>(end - in));
      done += run;
    } else {
      if (in == end) return false;
      const std::size_t run = std::min<std::size_t>(257u - head, count - done);
      std::memset(out + done, *in++, run);
      done += run;
    }
  }
  return done == count;
}

}  // namespace

Result<Samples> decode_rle(std::string_view frame, int width, int height, int channels,
                           int bytes_per_sample) {
  constexpr std::size_t kHeader = 64;
  if (frame.size() < kHeader) return damaged("no header");
  const auto* header = reinterpret_cast<const unsigned char*>(frame.data());
  const auto planes = static_cast<std::size_t>(channels * bytes_per_sample);
  if (little_endian32(header) != planes) return damaged("the number of segments does not fit the samples");

  Samples samples;
  samples.width = width;
  samples.height = height;
  samples.channels = channels;
  samples.bytes_per_sample = bytes_per_sample;
  samples.allocate();
  const std::size_t count = samples.count() / static_cast<std::size_t>(channels);
  const std::unique_ptr<unsigned char[]> plane(planes > 1 ? new unsigned char[count * planes] : nullptr);
  for (std::size_t i = 0; i < planes; ++i) {
    const std::size_t begin = little_endian32(header + 4 + 4 * i);
    const std::size_t end = i + 1 < planes ? little_endian32(header + 8 + 4 * i) : frame.size();
    if (begin < kHeader || begin > end || end > frame.size())
      return damaged("a segment lies outside the frame");
    unsigned char* out = planes == 1 ? samples.owned.get() : plane.get() + i * count;
    if (!unpack(frame.substr(begin, end - begin), out, count)) return damaged("a segment is too short");
  }
  if (planes == 1) return samples;
  // Segments run sample by sample, most significant byte first.
  if (bytes_per_sample == 2 && channels == 1) {
    auto* out = reinterpret_cast<std::uint16_t*>(samples.owned.get());
    const unsigned char* high = plane.get();
    const unsigned char* low = plane.get() + count;
    for (std::size_t p = 0; p < count; ++p) out[p] = static_cast<std::uint16_t>((high[p] << 8) | low[p]);
    return samples;
  }
  const auto width_of_sample = static_cast<std::size_t>(bytes_per_sample);
  for (std::size_t i = 0; i < planes; ++i) {
    const std::size_t channel = i / width_of_sample;
    const std::size_t byte = width_of_sample - 1 - i % width_of_sample;
    for (std::size_t p = 0; p < count; ++p)
      samples.owned[p * planes + channel * width_of_sample + byte] = plane[i * count + p];
  }
  return samples;
}

}  // namespace hilum::io
