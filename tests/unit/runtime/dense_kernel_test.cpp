// The matrix products of the LibTorch module, every instruction set against sums written out.
#include "modules/torch/dense_kernel.h"

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace hilum::dense {
namespace {

struct Kernel {
  const char* name;
  Run run;
  bool fused;
};

std::vector<Kernel> kernels_here() {
  std::vector<Kernel> out{{"baseline", run_baseline, false}};
#if defined(HILUM_DENSE_X86)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    out.push_back({"avx2", run_avx2, true});
  if (__builtin_cpu_supports("avx512f")) out.push_back({"avx512", run_avx512, true});
#endif
  return out;
}

struct Example {
  std::int64_t rows, inputs, outputs;
  std::vector<float> x, w, bias;

  Example(std::int64_t r, std::int64_t i, std::int64_t o) : rows(r), inputs(i), outputs(o) {
    std::mt19937 random(7);
    std::normal_distribution<float> normal;
    for (auto [values, count] : {std::pair{&x, r * i}, std::pair{&w, o * i}, std::pair{&bias, o}}) {
      for (std::int64_t n = 0; n < count; ++n) values->push_back(normal(random));
    }
  }

  std::vector<float> packed() const {
    std::vector<float> out(static_cast<std::size_t>(panels(outputs) * inputs * kPanel));
    for (std::int64_t o = 0; o < outputs; ++o) {
      for (std::int64_t k = 0; k < inputs; ++k)
        out[static_cast<std::size_t>((o / kPanel * inputs + k) * kPanel + o % kPanel)] = weight(o, k);
    }
    return out;
  }

  float value(std::int64_t row, std::int64_t k) const {
    return x[static_cast<std::size_t>(row * inputs + k)];
  }
  float weight(std::int64_t o, std::int64_t k) const { return w[static_cast<std::size_t>(o * inputs + k)]; }

  // In the order that the header promises.
  float in_order(std::int64_t row, std::int64_t o, bool with_bias) const {
    float y = with_bias ? bias[static_cast<std::size_t>(o)] : 0.0F;
    if (rows == 2 || rows == 3) {
      float sums[4] = {};
      for (std::int64_t k = 0; k < inputs; ++k) {
        const volatile float product = value(row, k) * weight(o, k);
        sums[k % 4] += product;
      }
      return y + ((sums[0] + sums[2]) + (sums[1] + sums[3]));
    }
    for (std::int64_t block = 0; block < inputs; block += 192) {
      float sum = 0.0F;
      for (std::int64_t k = block; k < std::min(inputs, block + 192); ++k)
        sum = std::fma(value(row, k), weight(o, k), sum);
      y += sum;
    }
    return y;
  }

  double exact(std::int64_t row, std::int64_t o, bool with_bias) const {
    double y = with_bias ? static_cast<double>(bias[static_cast<std::size_t>(o)]) : 0.0;
    for (std::int64_t k = 0; k < inputs; ++k)
      y += static_cast<double>(value(row, k)) * static_cast<double>(weight(o, k));
    return y;
  }

  std::vector<float> run(Run kernel, bool with_bias, std::int64_t ranges) const {
    const std::vector<float> weights = packed();
    std::vector<float> y(static_cast<std::size_t>(rows * outputs), -1000.0F);
    const Product product{x.data(), weights.data(), with_bias ? bias.data() : nullptr, y.data(), rows,
                          inputs,   outputs};
    const std::int64_t all = panels(outputs);
    for (std::int64_t i = 0; i < ranges; ++i) kernel(product, all * i / ranges, all * (i + 1) / ranges);
    return y;
  }
};

TEST(DenseKernel, AddsUpInTheOrderItPromises) {
  for (const std::int64_t rows : {1, 2, 3, 4, 5, 12, 13, 100}) {
    for (const auto& [inputs, outputs] :
         {std::pair<std::int64_t, std::int64_t>{1, 1}, {7, 33}, {192, 32}, {450, 70}}) {
      const Example example(rows, inputs, outputs);
      for (const Kernel& kernel : kernels_here()) {
        for (const bool with_bias : {false, true}) {
          const std::vector<float> y = example.run(kernel.run, with_bias, 1);
          for (std::int64_t row = 0; row < rows; ++row) {
            for (std::int64_t o = 0; o < outputs; ++o) {
              const float got = y[static_cast<std::size_t>(row * outputs + o)];
              ASSERT_NEAR(got, example.exact(row, o, with_bias), 1e-4) << kernel.name << " rows " << rows;
              if (kernel.fused || rows == 2 || rows == 3) {
                ASSERT_EQ(got, example.in_order(row, o, with_bias))
                    << kernel.name << " rows " << rows << " inputs " << inputs;
              }
            }
          }
        }
      }
    }
  }
}

TEST(DenseKernel, ARangeOfPanelsLeavesTheOthersAlone) {
  const Example example(5, 40, 100);
  for (const Kernel& kernel : kernels_here()) {
    EXPECT_EQ(example.run(kernel.run, true, 1), example.run(kernel.run, true, 3)) << kernel.name;
    const std::vector<float> weights = example.packed();
    std::vector<float> y(500, -1000.0F);
    kernel.run({example.x.data(), weights.data(), nullptr, y.data(), 5, 40, 100}, 1, 2);
    for (std::size_t i = 0; i < y.size(); ++i)
      EXPECT_EQ(y[i] == -1000.0F, i % 100 < 32 || i % 100 >= 64) << i;
  }
}

}  // namespace
}  // namespace hilum::dense
