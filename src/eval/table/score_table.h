// Metrics as sums: every metric keeps a few numbers per report (its sufficient statistics) and a formula from
// their sums to the score. A report's own score is the formula on its row, the corpus score the formula on
// the column sums, and a resampled score the formula on weighted sums, so intervals and tests never score a
// text again. Not thread-safe while metrics are added; read-only use is.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace hilum::eval {

enum class Direction { kHigher, kLower, kNone };
const char* direction_name(Direction direction);  // "higher is better", "lower is better", "descriptive"

struct Metric {
  std::string name;           // "BLEU-4"
  std::string variant;        // whose definition, exactly
  std::string preprocessing;  // name of the preparation, "" where none applies
  std::string policy;         // label or matching policy, "" where none applies
  Direction direction = Direction::kHigher;
  std::size_t block = 0;  // which statistics it reads
  std::function<double(const double* sums)> value;
  bool per_sample = true;  // false: a single report has no such score
  bool resampled = true;   // false: not a function of sums (distinct n-grams), so it has no interval
};

// Statistics several metrics share: `width` numbers a report, row after row.
struct StatBlock {
  std::size_t width = 0;
  std::vector<double> data;
};

class ScoreTable {
 public:
  explicit ScoreTable(std::size_t rows) : rows_(rows) {}
  std::size_t rows() const { return rows_; }
  // A block of zeros; fill it through row().
  std::size_t add_block(std::size_t width);
  double* row(std::size_t block, std::size_t row) {
    return blocks_[block].data.data() + row * blocks_[block].width;
  }
  const double* row(std::size_t block, std::size_t row) const {
    return blocks_[block].data.data() + row * blocks_[block].width;
  }
  void add_metric(Metric metric) { metrics_.push_back(std::move(metric)); }
  // A mean of one value a report; NaN marks a report that has none.
  void add_mean(Metric metric, const std::vector<double>& values);

  const std::vector<Metric>& metrics() const { return metrics_; }
  const std::vector<StatBlock>& blocks() const { return blocks_; }
  const Metric* find(const std::string& name) const;

  double corpus_value(const Metric& metric) const;
  double sample_value(const Metric& metric, std::size_t row_index) const {
    return metric.value(row(metric.block, row_index));
  }

 private:
  std::size_t rows_;
  std::vector<StatBlock> blocks_;
  std::vector<Metric> metrics_;
};

}  // namespace hilum::eval
