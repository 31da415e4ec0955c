// What the intervals and tests of hilum/metrics.h are made of.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "hilum/metrics.h"

namespace hilum::eval {

// Percentile with linear interpolation at (n - 1) q of sorted values.
double percentile(const std::vector<double>& sorted, double q);

// Python's random.Random(seed): random() in [0, 1) with 53 bits.
class PythonRandom {
 public:
  explicit PythonRandom(std::uint32_t seed);
  double random();

 private:
  std::uint32_t next();
  std::uint32_t state_[624];
  std::size_t index_ = 624;
};

}  // namespace hilum::eval
