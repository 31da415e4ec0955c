// Replaces the matrix products with fixed weights in a loaded TorchScript module by those of dense_kernel.h.
#pragma once

#include "modules/torch/libtorch.h"

namespace hilum::dense {

// For a module on the CPU that has not run yet. Weights that nothing else uses are let go.
void use_dense_kernels(torch::jit::Module& module);

}  // namespace hilum::dense
