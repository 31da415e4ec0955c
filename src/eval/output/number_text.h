// Scores as digits and words, the same in every text form.
#pragma once

#include <cmath>
#include <cstdio>
#include <string>

#include "hilum/evaluate.h"

namespace hilum::eval {

// For people: four decimals below 10, else two; "-" for no score.
inline std::string fixed(double value) {
  if (std::isnan(value)) return "-";
  char buffer[48];
  std::snprintf(buffer, sizeof buffer, std::fabs(value) < 10 ? "%.4f" : "%.2f", value);
  return buffer;
}

// For programs: every digit; "" for no score.
inline std::string exact(double value) {
  if (std::isnan(value)) return "";
  char buffer[48];
  std::snprintf(buffer, sizeof buffer, "%.17g", value);
  return buffer;
}

// NaN at both ends where the metric has none.
inline Interval interval_of(const SystemScores& system, std::size_t metric) {
  const double none = std::nan("");
  const bool has = metric < system.intervals.size() && system.table.metrics()[metric].resampled;
  return has ? system.intervals[metric] : Interval{none, none};
}

// Variant, preparation and policy of a score.
inline std::string how(const Metric& metric) {
  std::string out = metric.variant;
  if (!metric.preprocessing.empty()) out += "; text " + metric.preprocessing;
  if (!metric.policy.empty()) out += "; " + metric.policy;
  return out;
}

}  // namespace hilum::eval
