#include "modules/torch/dense_vectors.h"

namespace hilum::dense {
namespace HILUM_DENSE_SET {
namespace {

#if defined(__AVX512F__)
constexpr int kRows = 12;  // of x at a time: as many as there are registers for their sums
#elif defined(__AVX2__)
constexpr int kRows = 3;
#else
constexpr int kRows = 1;
#endif
constexpr std::int64_t kBlock = 192;       // inputs summed up before they are added to the output
constexpr std::int64_t kRowsInCache = 96;  // the rows that go through all panels before the next ones do

template <int R>
void few_rows(const Product& p, std::int64_t row, std::int64_t panel) {
  const float* x = p.x + row * p.inputs;
  const float* w = p.packed + panel * p.inputs * kPanel;
  const std::int64_t first = panel * kPanel;
  const std::int64_t count = p.outputs - first < kPanel ? p.outputs - first : kPanel;
  for (std::int64_t block = 0; block < p.inputs; block += kBlock) {
    const std::int64_t stop = p.inputs < block + kBlock ? p.inputs : block + kBlock;
    Vector sums[R][kVectors] = {};
    for (std::int64_t k = block; k < stop; ++k, w += kPanel) {
      Vector weights[kVectors];
#pragma GCC unroll 8
      for (int v = 0; v < kVectors; ++v) weights[v] = *reinterpret_cast<const Vector*>(w + v * kLanes);
#pragma GCC unroll 12
      for (int r = 0; r < R; ++r) {
        const float value = x[r * p.inputs + k];
#pragma GCC unroll 8
        for (int v = 0; v < kVectors; ++v) sums[r][v] += value * weights[v];
      }
    }
    for (int r = 0; r < R; ++r) {
      float* y = p.y + (row + r) * p.outputs + first;
      const float* sum = reinterpret_cast<const float*>(&sums[r][0]);
      if (block > 0) {
        for (std::int64_t i = 0; i < count; ++i) y[i] += sum[i];
      } else if (p.bias != nullptr) {
        for (std::int64_t i = 0; i < count; ++i) y[i] = p.bias[first + i] + sum[i];
      } else {
        for (std::int64_t i = 0; i < count; ++i) y[i] = sum[i];
      }
    }
  }
}

// few_rows for `left` rows, 1 to R.
template <int R>
void some_rows(const Product& p, std::int64_t row, std::int64_t left, std::int64_t panel) {
  if (left == R) {
    few_rows<R>(p, row, panel);
  } else if constexpr (R > 1) {
    some_rows<R - 1>(p, row, left, panel);
  }
}

void run_blocks(const Product& p, std::int64_t begin, std::int64_t end) {
  for (std::int64_t start = 0; start < p.rows; start += kRowsInCache) {
    const std::int64_t stop = p.rows < start + kRowsInCache ? p.rows : start + kRowsInCache;
    for (std::int64_t panel = begin; panel < end; ++panel) {
      for (std::int64_t row = start; row < stop; row += kRows)
        some_rows<kRows>(p, row, stop - row < kRows ? stop - row : kRows, panel);
    }
  }
}

}  // namespace
}  // namespace HILUM_DENSE_SET

void HILUM_DENSE_RUN(const Product& p, std::int64_t begin, std::int64_t end) {
  if (p.rows == 2 || p.rows == 3) {
    HILUM_DENSE_SET::run_lanes(p, begin, end);
  } else {
    HILUM_DENSE_SET::run_blocks(p, begin, end);
  }
}

}  // namespace hilum::dense
