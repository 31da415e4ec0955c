#include "modules/torch/dense_vectors.h"

namespace hilum::dense::HILUM_DENSE_SET {
namespace {

constexpr int kSums = 4;
constexpr int kTogether = kVectorBytes == 64 ? 2 : 1;  // vectors whose sums fit into the registers

template <int R>
void few_rows(const Product& p, std::int64_t first, const float* w) {
  Vector sums[R][kTogether][kSums] = {};
  for (std::int64_t k = 0; k < p.inputs; k += kSums) {
#pragma GCC unroll 4
    for (int s = 0; s < kSums; ++s) {
      if (k + s >= p.inputs) break;
#pragma GCC unroll 2
      for (int v = 0; v < kTogether; ++v) {
        const Vector weights = *reinterpret_cast<const Vector*>(w + (k + s) * kPanel + v * kLanes);
#pragma GCC unroll 3
        for (int r = 0; r < R; ++r) sums[r][v][s] += p.x[r * p.inputs + k + s] * weights;
      }
    }
  }
  for (int r = 0; r < R; ++r) {
    for (int v = 0; v < kTogether; ++v) {
      const Vector sum = (sums[r][v][0] + sums[r][v][2]) + (sums[r][v][1] + sums[r][v][3]);
      for (int lane = 0; lane < kLanes; ++lane) {
        const std::int64_t output = first + v * kLanes + lane;
        if (output >= p.outputs) break;
        p.y[r * p.outputs + output] = p.bias == nullptr ? sum[lane] : p.bias[output] + sum[lane];
      }
    }
  }
}

}  // namespace

void run_lanes(const Product& p, std::int64_t begin, std::int64_t end) {
  for (std::int64_t panel = begin; panel < end; ++panel) {
    const float* w = p.packed + panel * p.inputs * kPanel;
    for (int at = 0; at < kPanel; at += kTogether * kLanes) {
      if (p.rows == 2) {
        few_rows<2>(p, panel * kPanel + at, w + at);
      } else {
        few_rows<3>(p, panel * kPanel + at, w + at);
      }
    }
  }
}

}  // namespace hilum::dense::HILUM_DENSE_SET
