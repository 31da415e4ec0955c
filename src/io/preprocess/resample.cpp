// Pillow's 8-bit resampling (its Resample.c): two passes, columns first, filter weights in 22-bit fixed
// point, each pass rounded to whole grey levels. Written anew from its description; the tests hold Pillow's
// own results.
#include "io/preprocess/resample.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace hilum {
namespace io {
namespace {

constexpr int kPrecisionBits = 32 - 8 - 2;
constexpr std::int32_t kHalf = 1 << (kPrecisionBits - 1);

double bilinear(double x) {
  x = std::abs(x);
  return x < 1.0 ? 1.0 - x : 0.0;
}

double bicubic(double x) {
  constexpr double a = -0.5;
  x = std::abs(x);
  if (x < 1.0) return ((a + 2.0) * x - (a + 3.0)) * x * x + 1.0;
  if (x < 2.0) return (((x - 5.0) * x + 8.0) * x - 4.0) * a;
  return 0.0;
}

// For each output place, the inputs it is made of: `count` from `first`, weights at `weights[place * taps]`.
struct Weights {
  int taps = 0;
  std::vector<int> first, count;
  std::vector<std::int32_t> weights;
};

Weights make_weights(int in_size, int out_size, ResizeFilter filter, bool antialias) {
  const double scale = static_cast<double>(in_size) / out_size;
  const double filter_scale = antialias ? std::max(scale, 1.0) : 1.0;
  const double support = (filter == ResizeFilter::kBilinear ? 1.0 : 2.0) * filter_scale;
  Weights w;
  w.taps = static_cast<int>(std::ceil(support)) * 2 + 1;
  w.first.resize(static_cast<std::size_t>(out_size));
  w.count.resize(static_cast<std::size_t>(out_size));
  w.weights.assign(static_cast<std::size_t>(out_size) * static_cast<std::size_t>(w.taps), 0);
  std::vector<double> exact(static_cast<std::size_t>(w.taps));
  for (int place = 0; place < out_size; ++place) {
    const double center = (place + 0.5) * scale;
    const int first = std::max(static_cast<int>(center - support + 0.5), 0);
    const int count = std::min(static_cast<int>(center + support + 0.5), in_size) - first;
    double sum = 0.0;
    for (int i = 0; i < count; ++i) {
      const double at = (i + first - center + 0.5) * (1.0 / filter_scale);
      exact[static_cast<std::size_t>(i)] = filter == ResizeFilter::kBilinear ? bilinear(at) : bicubic(at);
      sum += exact[static_cast<std::size_t>(i)];
    }
    std::int32_t* out = w.weights.data() + static_cast<std::size_t>(place) * static_cast<std::size_t>(w.taps);
    for (int i = 0; i < count; ++i) {
      const double weight =
          (sum != 0.0 ? exact[static_cast<std::size_t>(i)] / sum : exact[static_cast<std::size_t>(i)]) *
          (1 << kPrecisionBits);
      out[i] = static_cast<std::int32_t>(weight < 0 ? weight - 0.5 : weight + 0.5);
    }
    w.first[static_cast<std::size_t>(place)] = first;
    w.count[static_cast<std::size_t>(place)] = count;
  }
  return w;
}

std::uint8_t rounded(std::int32_t sum) {
  return static_cast<std::uint8_t>(std::clamp(sum >> kPrecisionBits, 0, 255));
}

// A weight has 22 bits and a sign. Split into two halves of at most 12 bits, it is multiplied exactly by the
// processor's 16-bit multiply-and-add, which is several times faster than 32-bit products.
constexpr int kSplitBits = 11;
constexpr int kLane = 8;

struct SplitWeights {
  int taps = 0;  // a multiple of kLane; the rest are zeros
  std::vector<std::int16_t> high, low;
};

SplitWeights split(const Weights& w) {
  SplitWeights halves;
  halves.taps = (w.taps + kLane - 1) / kLane * kLane;
  const std::size_t places = w.first.size();
  halves.high.assign(places * static_cast<std::size_t>(halves.taps), 0);
  halves.low = halves.high;
  for (std::size_t place = 0; place < places; ++place) {
    for (std::size_t i = 0; i < static_cast<std::size_t>(w.count[place]); ++i) {
      const std::int32_t weight = w.weights[place * static_cast<std::size_t>(w.taps) + i];
      const std::size_t to = place * static_cast<std::size_t>(halves.taps) + i;
      halves.high[to] = static_cast<std::int16_t>(weight >> kSplitBits);
      halves.low[to] = static_cast<std::int16_t>(weight & ((1 << kSplitBits) - 1));
    }
  }
  return halves;
}

// The sum of `taps` products (a multiple of kLane) of levels and split weights, with the rounding half added.
std::int32_t weighted_sum(const std::int16_t* from, const std::int16_t* high, const std::int16_t* low,
                          int taps) {
#if defined(__SSE2__)
  __m128i high_sum = _mm_setzero_si128();
  __m128i low_sum = _mm_setzero_si128();
  const auto load = [](const std::int16_t* at) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  };
  for (int i = 0; i < taps; i += kLane) {
    const __m128i levels = load(from + i);
    high_sum = _mm_add_epi32(high_sum, _mm_madd_epi16(levels, load(high + i)));
    low_sum = _mm_add_epi32(low_sum, _mm_madd_epi16(levels, load(low + i)));
  }
  __m128i sum = _mm_add_epi32(_mm_slli_epi32(high_sum, kSplitBits), low_sum);
  sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, _MM_SHUFFLE(1, 0, 3, 2)));
  sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, _MM_SHUFFLE(2, 3, 0, 1)));
  return kHalf + _mm_cvtsi128_si32(sum);
#else
  std::int32_t high_sum = 0;
  std::int32_t low_sum = 0;
  for (int i = 0; i < taps; ++i) high_sum += from[i] * high[i];
  for (int i = 0; i < taps; ++i) low_sum += from[i] * low[i];
  return kHalf + high_sum * (1 << kSplitBits) + low_sum;
#endif
}

Gray8 blank(int width, int height) {
  return {width, height,
          std::vector<std::uint8_t>(static_cast<std::size_t>(width) * static_cast<std::size_t>(height))};
}

Gray8 resample_columns(int in_width, int height, const RowReader& read_row, const Weights& w, int width) {
  const SplitWeights halves = split(w);
  Gray8 out = blank(width, height);
  std::vector<std::int16_t> row(static_cast<std::size_t>(in_width + halves.taps), 0);
  std::uint8_t* to = out.pixels.data();
  for (int y = 0; y < height; ++y) {
    read_row(y, row.data());
    for (std::size_t x = 0; x < static_cast<std::size_t>(width); ++x) {
      const std::int16_t* from = row.data() + w.first[x];
      const std::int16_t* high = halves.high.data() + x * static_cast<std::size_t>(halves.taps);
      const std::int16_t* low = halves.low.data() + x * static_cast<std::size_t>(halves.taps);
      *to++ = rounded(weighted_sum(from, high, low, halves.taps));
    }
  }
  return out;
}

Gray8 resample_rows(const Gray8& image, const Weights& w, int height) {
  const auto width = static_cast<std::size_t>(image.width);
  Gray8 out = blank(image.width, height);
  std::vector<std::int32_t> sums(width);
  for (std::size_t y = 0; y < static_cast<std::size_t>(height); ++y) {
    std::fill(sums.begin(), sums.end(), kHalf);
    for (int i = 0; i < w.count[y]; ++i) {
      const std::uint8_t* row = image.pixels.data() + static_cast<std::size_t>(w.first[y] + i) * width;
      const std::int32_t weight =
          w.weights[y * static_cast<std::size_t>(w.taps) + static_cast<std::size_t>(i)];
      for (std::size_t x = 0; x < width; ++x) sums[x] += row[x] * weight;
    }
    for (std::size_t x = 0; x < width; ++x) out.pixels[y * width + x] = rounded(sums[x]);
  }
  return out;
}

Gray8 copy(int width, int height, const RowReader& read_row) {
  Gray8 out = blank(width, height);
  std::vector<std::int16_t> row(static_cast<std::size_t>(width));
  std::uint8_t* to = out.pixels.data();
  for (int y = 0; y < height; ++y) {
    read_row(y, row.data());
    for (const std::int16_t value : row) *to++ = static_cast<std::uint8_t>(value);
  }
  return out;
}

}  // namespace

Gray8 resample(int width, int height, const RowReader& read_row, int new_width, int new_height,
               ResizeFilter filter, bool antialias) {
  const Gray8 columns = new_width == width
                            ? copy(width, height, read_row)
                            : resample_columns(width, height, read_row,
                                               make_weights(width, new_width, filter, antialias), new_width);
  if (new_height == height) return columns;
  return resample_rows(columns, make_weights(height, new_height, filter, antialias), new_height);
}

}  // namespace io

Gray8 resize(const Gray8& image, int width, int height, ResizeFilter filter, bool antialias) {
  const auto read_row = [&](int y, std::int16_t* row) {
    const auto begin = image.pixels.begin() + static_cast<std::ptrdiff_t>(y) * image.width;
    std::copy(begin, begin + image.width, row);
  };
  return io::resample(image.width, image.height, read_row, width, height, filter, antialias);
}

}  // namespace hilum
