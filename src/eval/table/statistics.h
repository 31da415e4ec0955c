// Intervals and tests from stored sufficient statistics (score_table.h): 10,000 resamples take seconds.
// Deterministic for a seed; the random numbers are MT19937's as NumPy and Python draw them, so both can be
// replayed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "hilum/status.h"

#include "eval/table/score_table.h"

namespace hilum::eval {

struct Interval {
  double low = 0, high = 0;  // NaN where no resample has a value
};

struct BootstrapOptions {
  std::size_t resamples = 1000;
  double confidence = 0.95;
  std::uint32_t seed = 0;
  int threads = 1;
};

// Percentile intervals of every metric of the table, in its order. `clusters` gives each row's patient (any
// label); whole patients are drawn then. Empty: reports are drawn. kUsage when its size differs from the
// rows.
Result<std::vector<Interval>> bootstrap(const ScoreTable& table, const BootstrapOptions& options,
                                        const std::vector<std::string>& clusters = {});

// Percentile with linear interpolation at (n - 1) q of sorted values.
double percentile(const std::vector<double>& sorted, double q);

// Paired approximate randomisation (Noreen 1989): each report of A and B changes sides with probability 1/2.
enum class RandomisationVariant {
  kPlusOne,     // p = (1 + trials at least as far apart) / (1 + trials)
  kUncorrected  // p = share of such trials, as RadEval prints it; can be 0
};

struct RandomisationOptions {
  std::size_t trials = 10000;
  std::uint32_t seed = 0;
  RandomisationVariant variant = RandomisationVariant::kPlusOne;
};

struct Comparison {
  std::string metric;
  double a = 0, b = 0;
  double p = 1;
};

// Compares the metrics both tables have, by name; rows must be the same reports (kUsage when their numbers
// differ). One stream of random numbers: metric after metric, one draw a report (Python's
// random.Random(seed).random()).
Result<std::vector<Comparison>> paired_randomisation(const ScoreTable& a, const ScoreTable& b,
                                                     const std::vector<std::string>& metrics,
                                                     const RandomisationOptions& options);

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
