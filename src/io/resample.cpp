// Pillow's 8-bit resampling (its Resample.c): two passes, columns first, filter weights in 22-bit fixed
// point, each pass rounded to whole grey levels. Written anew from its description; the tests hold Pillow's
// own results.
#include <algorithm>
#include <cmath>
#include <cstdint>

#include "hilum/io/preprocess.h"

namespace hilum {
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

std::uint8_t to_level(std::int32_t sum) {
  return static_cast<std::uint8_t>(std::clamp(sum >> kPrecisionBits, 0, 255));
}

Gray8 resize_columns(const Gray8& image, const Weights& w, int width) {
  Gray8 out{
      width, image.height,
      std::vector<std::uint8_t>(static_cast<std::size_t>(width) * static_cast<std::size_t>(image.height))};
  std::uint8_t* to = out.pixels.data();
  for (int y = 0; y < image.height; ++y) {
    const std::uint8_t* row =
        image.pixels.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(image.width);
    for (std::size_t x = 0; x < static_cast<std::size_t>(width); ++x) {
      const std::uint8_t* from = row + w.first[x];
      const std::int32_t* weight = w.weights.data() + x * static_cast<std::size_t>(w.taps);
      std::int32_t sum = kHalf;
      for (int i = 0; i < w.count[x]; ++i) sum += from[i] * weight[i];
      *to++ = to_level(sum);
    }
  }
  return out;
}

Gray8 resize_rows(const Gray8& image, const Weights& w, int height) {
  const auto width = static_cast<std::size_t>(image.width);
  Gray8 out{image.width, height, std::vector<std::uint8_t>(width * static_cast<std::size_t>(height))};
  std::vector<std::int32_t> sums(width);
  for (std::size_t y = 0; y < static_cast<std::size_t>(height); ++y) {
    std::fill(sums.begin(), sums.end(), kHalf);
    for (int i = 0; i < w.count[y]; ++i) {
      const std::uint8_t* row = image.pixels.data() + static_cast<std::size_t>(w.first[y] + i) * width;
      const std::int32_t weight =
          w.weights[y * static_cast<std::size_t>(w.taps) + static_cast<std::size_t>(i)];
      for (std::size_t x = 0; x < width; ++x) sums[x] += row[x] * weight;
    }
    for (std::size_t x = 0; x < width; ++x) out.pixels[y * width + x] = to_level(sums[x]);
  }
  return out;
}

}  // namespace

Gray8 resize(const Gray8& image, int width, int height, ResizeFilter filter, bool antialias) {
  Gray8 columns;
  const Gray8* at = &image;
  if (width != image.width) {
    columns = resize_columns(image, make_weights(image.width, width, filter, antialias), width);
    at = &columns;
  }
  if (height == at->height) return *at;
  return resize_rows(*at, make_weights(image.height, height, filter, antialias), height);
}

}  // namespace hilum
