#include <cmath>
#include <limits>

#include "hilum/metrics.h"

namespace hilum {

const char* direction_name(Direction direction) {
  switch (direction) {
    case Direction::kHigher:
      return "higher";
    case Direction::kLower:
      return "lower";
    case Direction::kNone:
      return "none";
  }
  return "";
}

std::size_t ScoreTable::add_block(std::size_t width) {
  blocks_.push_back({width, std::vector<double>(width * rows_, 0.0)});
  return blocks_.size() - 1;
}

void ScoreTable::add_mean(Metric metric, const std::vector<double>& values) {
  metric.block = add_block(2);
  for (std::size_t i = 0; i < rows_; ++i) {
    if (std::isnan(values[i])) continue;
    row(metric.block, i)[0] = values[i];
    row(metric.block, i)[1] = 1;
  }
  metric.value = [](const double* sums) {
    return sums[1] > 0 ? sums[0] / sums[1] : std::numeric_limits<double>::quiet_NaN();
  };
  add_metric(std::move(metric));
}

const Metric* ScoreTable::find(const std::string& name) const {
  for (const Metric& metric : metrics_) {
    if (metric.name == name) return &metric;
  }
  return nullptr;
}

double ScoreTable::corpus_value(const Metric& metric) const {
  const StatBlock& block = blocks_[metric.block];
  std::vector<double> sums(block.width, 0.0);
  for (std::size_t i = 0; i < rows_; ++i) {
    for (std::size_t c = 0; c < block.width; ++c) sums[c] += block.data[i * block.width + c];
  }
  return metric.value(sums.data());
}

}  // namespace hilum
