// Compiled once for each instruction set; HILUM_DENSE_KERNELS is the name of the result. No inline function of another
// header may be used here: the linker could give its version for the newest processors to everybody.
#include "modules/torch/dense_kernel.h"

namespace hilum::dense {
namespace {

#if defined(__AVX512F__)
constexpr int kVectorBytes = 64;
constexpr int kRows = 12;  // of x at a time: as many as there are registers for their sums
#elif defined(__AVX2__)
constexpr int kVectorBytes = 32;
constexpr int kRows = 3;
#else
constexpr int kVectorBytes = 16;
constexpr int kRows = 1;
#endif
constexpr int kVectors = kPanelBytes / kVectorBytes;
constexpr std::int64_t kRowsInCache = 96;  // the rows that go through all panels before the next ones do

template <typename T>
struct Lanes {
  typedef T Vector __attribute__((vector_size(kVectorBytes), aligned(alignof(T)), may_alias));
  static constexpr int kCount = kVectorBytes / static_cast<int>(sizeof(T));
};

template <typename T, int R>
void few_rows(const Product<T>& p, std::int64_t row, std::int64_t panel) {
  using Vector = typename Lanes<T>::Vector;
  const T* x = p.x + row * p.inputs;
  const T* w = p.packed + panel * p.inputs * kPanel<T>;
  Vector sums[R][kVectors] = {};
  for (std::int64_t k = 0; k < p.inputs; ++k, w += kPanel<T>) {
    Vector weights[kVectors];
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v)
      weights[v] = *reinterpret_cast<const Vector*>(w + v * Lanes<T>::kCount);
#pragma GCC unroll 12
    for (int r = 0; r < R; ++r) {
      const T value = x[r * p.inputs + k];
#pragma GCC unroll 8
      for (int v = 0; v < kVectors; ++v) sums[r][v] += value * weights[v];
    }
  }
  const std::int64_t first = panel * kPanel<T>;
  const std::int64_t count = p.outputs - first < kPanel<T> ? p.outputs - first : kPanel<T>;
  for (int r = 0; r < R; ++r) {
    T* y = p.y + (row + r) * p.outputs + first;
    const T* sum = reinterpret_cast<const T*>(&sums[r][0]);
    for (std::int64_t i = 0; i < count; ++i) y[i] = p.bias == nullptr ? sum[i] : sum[i] + p.bias[first + i];
  }
}

// few_rows for `left` rows, 1 to R.
template <typename T, int R>
void some_rows(const Product<T>& p, std::int64_t row, std::int64_t left, std::int64_t panel) {
  if (left == R) {
    few_rows<T, R>(p, row, panel);
  } else if constexpr (R > 1) {
    some_rows<T, R - 1>(p, row, left, panel);
  }
}

template <typename T>
void run(const Product<T>& p, std::int64_t begin, std::int64_t end) {
  for (std::int64_t start = 0; start < p.rows; start += kRowsInCache) {
    const std::int64_t stop = p.rows < start + kRowsInCache ? p.rows : start + kRowsInCache;
    for (std::int64_t panel = begin; panel < end; ++panel) {
      for (std::int64_t row = start; row < stop; row += kRows)
        some_rows<T, kRows>(p, row, stop - row < kRows ? stop - row : kRows, panel);
    }
  }
}

}  // namespace

extern const Kernels HILUM_DENSE_KERNELS = {run<float>, run<double>};

}  // namespace hilum::dense
