// What the kernels' two files share: vectors of the instruction set HILUM_DENSE_SET they are compiled for. No
// inline function of another header may be used there: the linker could give its version for the newest
// processors to everybody.
#pragma once

#include "modules/torch/dense_kernel.h"

namespace hilum::dense::HILUM_DENSE_SET {

#if defined(__AVX512F__)
constexpr int kVectorBytes = 64;
#elif defined(__AVX2__)
constexpr int kVectorBytes = 32;
#else
constexpr int kVectorBytes = 16;
#endif
constexpr int kLanes = kVectorBytes / 4;
constexpr int kVectors = static_cast<int>(kPanel) / kLanes;  // of a panel's outputs

typedef float Vector __attribute__((vector_size(kVectorBytes), aligned(alignof(float)), may_alias));

// Two or three rows: four sums side by side, for every fourth input each (dense_lanes.cpp, compiled without
// fusing).
void run_lanes(const Product& p, std::int64_t begin, std::int64_t end);

}  // namespace hilum::dense::HILUM_DENSE_SET
