// Matrix products for few rows: y = x wᵀ + b, where w is read once, in one piece, as fast as memory gives it.
//
// BLAS copies w into its own layout in every call, which for a decoder's step (a row a beam) costs several times the
// product. Here w is laid out once, in panels of kPanelBytes of outputs: panel p holds, for each input k, the weights of
// its outputs side by side. Each output is the sum over k in order, then the bias, whatever the number of rows or
// threads: a beam gets the same numbers in any company. Kernels are compiled for several instruction sets.
#pragma once

#include <cstdint>

namespace hilum::dense {

constexpr std::int64_t kPanelBytes = 128;

template <typename T>
constexpr std::int64_t kPanel = kPanelBytes / static_cast<std::int64_t>(sizeof(T));  // outputs of a panel

template <typename T>
constexpr std::int64_t panels(std::int64_t outputs) {
  return (outputs + kPanel<T> - 1) / kPanel<T>;
}

template <typename T>
struct Product {
  const T* x;       // rows x inputs
  const T* packed;  // panels(outputs) x inputs x kPanel
  const T* bias;    // outputs, or null
  T* y;             // rows x outputs
  std::int64_t rows, inputs, outputs;
};

// Computes the outputs of panels [begin, end). Ranges may run at the same time.
using Run32 = void (*)(const Product<float>&, std::int64_t begin, std::int64_t end);
using Run64 = void (*)(const Product<double>&, std::int64_t begin, std::int64_t end);

struct Kernels {
  Run32 f32;
  Run64 f64;
};

extern const Kernels kBaseline;
extern const Kernels kAvx2;
extern const Kernels kAvx512;

}  // namespace hilum::dense
