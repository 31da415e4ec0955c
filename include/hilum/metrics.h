// Metrics as sums, what can be computed from them, and the table of all metrics that evaluate.h knows.
//
// Every metric keeps a few numbers per report (its sufficient statistics) and a formula from their sums to
// the score. A report's own score is the formula on its row, the corpus score the formula on the column sums,
// and a resampled score the formula on weighted sums, so intervals and tests never score a text again. A
// metric of your own goes into the same table: add a block, fill its rows, add a Metric that reads it (or
// add_mean).
//
// Threads: a ScoreTable is not thread-safe while metrics are added; read-only use is. The functions are pure
// and deterministic for a seed; random numbers are MT19937's as NumPy (bootstrap) and Python (test) draw
// them, so both can be replayed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "hilum/status.h"

namespace hilum {

enum class Direction { kHigher, kLower, kNone };  // kNone: descriptive, neither is better
const char* direction_name(Direction direction);  // "higher", "lower", "none"

struct Metric {
  std::string name;           // "BLEU-4"
  std::string variant;        // whose definition, exactly
  std::string preprocessing;  // name of the preparation, "" where none applies
  std::string policy;         // label or matching policy, "" where none applies
  Direction direction = Direction::kHigher;
  std::size_t block = 0;                            // which statistics it reads
  std::function<double(const double* sums)> value;  // NaN: there is no such score
  double scale = 1;                                 // scores run from 0 to this, for pictures
  bool per_sample = true;                           // false: a single report has no such score
  bool resampled = true;  // false: not a function of sums (distinct n-grams), so it has no interval
  std::string detail_of;  // "Edema": one of many parts of a score, which are neither tested nor ranked; or ""
};

// Statistics several metrics share: `width` numbers a report, row after row.
struct StatBlock {
  std::size_t width = 0;
  std::vector<double> data;
};

class ScoreTable {
 public:
  explicit ScoreTable(std::size_t rows) : rows_(rows) {}
  std::size_t rows() const { return rows_; }  // reports
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
  const Metric* find(const std::string& name) const;  // null: not there

  double corpus_value(const Metric& metric) const;
  double sample_value(const Metric& metric, std::size_t row_index) const {
    return metric.value(row(metric.block, row_index));
  }

 private:
  std::size_t rows_;
  std::vector<StatBlock> blocks_;
  std::vector<Metric> metrics_;
};

struct Interval {
  double low = 0, high = 0;  // NaN where no resample has a value
};

struct BootstrapOptions {
  std::size_t resamples = 1000;  // 0: no intervals
  double confidence = 0.95;
  std::uint32_t seed = 0;
  int threads = 1;  // 0: the processors there are
};

// Percentile intervals of every metric of the table, in its order. `clusters` gives each row's patient (any
// label); whole patients are drawn then. Empty: reports are drawn. kUsage when its size differs from the
// rows.
Result<std::vector<Interval>> bootstrap(const ScoreTable& table, const BootstrapOptions& options,
                                        const std::vector<std::string>& clusters = {});

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
  double a = 0, b = 0;  // corpus scores
  double p = 1;
};

// Compares the metrics both tables have, by name; rows must be the same reports (kUsage when their numbers
// differ). One stream of random numbers: metric after metric, one draw a report (Python's
// random.Random(seed).random()).
Result<std::vector<Comparison>> paired_randomisation(const ScoreTable& a, const ScoreTable& b,
                                                     const std::vector<std::string>& metrics,
                                                     const RandomisationOptions& options);

// A group of metrics that is computed together and asked for by one name: a row of the table.
struct MetricGroup {
  std::string name;        // "bleu", what EvaluateOptions::metrics takes
  std::string needs;       // in words: "both texts", "stored values of both sides (hypothesis_graph, …)"
  bool by_default = true;  // among those computed when none is named and what it needs is there
  std::vector<std::string> settings;  // options that only it reads ("paraphrases")
  std::vector<std::string> shown;     // its scores that a short table shows
  std::vector<std::string> others;    // its other scores; '*' stands for any text
};

// All of them, in the order of their scores in an evaluation.
const std::vector<MetricGroup>& metric_groups();

}  // namespace hilum
