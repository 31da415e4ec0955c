// Matrix products for few rows: y = x wᵀ + b, where w is read once, in one piece, as fast as memory gives it.
//
// BLAS copies w into its own layout in every call, which for a decoder's step (a row a beam) costs several
// times the product. Here w is laid out once, in panels of kPanel outputs: panel p holds, for each input k,
// the weights of its outputs side by side.
//
// The order of the additions is that of MKL in PyTorch's wheels, so that a model whose text hangs on the last
// digits gives the published one: in blocks of 192 inputs, each summed up with fused multiply-adds and then
// added to the bias; with two or three rows, four sums side by side without fusing. It does not depend on
// threads or, from four rows on, on their number. Compiled for several instruction sets, with and without
// wide registers to the same result.
#pragma once

#include <cstdint>

namespace hilum::dense {

constexpr std::int64_t kPanel = 32;

constexpr std::int64_t panels(std::int64_t outputs) { return (outputs + kPanel - 1) / kPanel; }

struct Product {
  const float* x;       // rows x inputs
  const float* packed;  // panels(outputs) x inputs x kPanel
  const float* bias;    // outputs, or null
  float* y;             // rows x outputs
  std::int64_t rows, inputs, outputs;
};

// Computes the outputs of panels [begin, end). Ranges may run at the same time.
using Run = void (*)(const Product&, std::int64_t begin, std::int64_t end);

void run_baseline(const Product& p, std::int64_t begin, std::int64_t end);
void run_avx2(const Product& p, std::int64_t begin, std::int64_t end);
void run_avx512(const Product& p, std::int64_t begin, std::int64_t end);

}  // namespace hilum::dense
