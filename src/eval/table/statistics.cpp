#include "eval/table/statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <thread>
#include <unordered_map>

#include "core/system/cpu.h"

namespace hilum::eval {

double percentile(const std::vector<double>& sorted, double q) {
  if (sorted.empty()) return std::numeric_limits<double>::quiet_NaN();
  const double at = static_cast<double>(sorted.size() - 1) * q;
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  const double part = at - static_cast<double>(below);
  // NumPy's form: it runs from the nearer end, which keeps equal neighbours equal.
  const double step = sorted[above] - sorted[below];
  return part < 0.5 ? sorted[below] + step * part : sorted[above] - step * (1 - part);
}

PythonRandom::PythonRandom(std::uint32_t seed) {
  // MT19937's init_by_array with the one-word key {seed}.
  state_[0] = 19650218u;
  for (std::uint32_t i = 1; i < 624; ++i)
    state_[i] = 1812433253u * (state_[i - 1] ^ (state_[i - 1] >> 30)) + i;
  std::size_t i = 1;
  for (std::size_t k = 0; k < 624; ++k) {
    state_[i] = (state_[i] ^ ((state_[i - 1] ^ (state_[i - 1] >> 30)) * 1664525u)) + seed;
    if (++i >= 624) {
      state_[0] = state_[623];
      i = 1;
    }
  }
  for (std::size_t k = 0; k < 623; ++k) {
    state_[i] =
        (state_[i] ^ ((state_[i - 1] ^ (state_[i - 1] >> 30)) * 1566083941u)) - static_cast<std::uint32_t>(i);
    if (++i >= 624) {
      state_[0] = state_[623];
      i = 1;
    }
  }
  state_[0] = 0x80000000u;
}

std::uint32_t PythonRandom::next() {
  if (index_ == 624) {
    for (std::size_t k = 0; k < 624; ++k) {
      const std::uint32_t y = (state_[k] & 0x80000000u) | (state_[(k + 1) % 624] & 0x7fffffffu);
      state_[k] = state_[(k + 397) % 624] ^ (y >> 1) ^ ((y & 1u) != 0 ? 0x9908b0dfu : 0u);
    }
    index_ = 0;
  }
  std::uint32_t y = state_[index_++];
  y ^= y >> 11;
  y ^= y << 7 & 0x9d2c5680u;
  y ^= y << 15 & 0xefc60000u;
  return y ^ y >> 18;
}

double PythonRandom::random() {
  const std::uint32_t high = next() >> 5, low = next() >> 6;
  return (high * 67108864.0 + low) / 9007199254740992.0;
}

}  // namespace hilum::eval

namespace hilum {
namespace {

// Uniform index below n as NumPy's legacy RandomState draws it: masked bits, redrawn when too large.
class IndexDraw {
 public:
  IndexDraw(std::mt19937& engine, std::size_t n)
      : engine_(engine), last_(static_cast<std::uint32_t>(n - 1)), mask_(last_) {
    for (unsigned shift = 1; shift < 32; shift *= 2) mask_ |= mask_ >> shift;
  }
  std::size_t operator()() {
    if (last_ == 0) return 0;
    std::uint32_t value = 0;
    do {
      value = static_cast<std::uint32_t>(engine_()) & mask_;
    } while (value > last_);
    return value;
  }

 private:
  std::mt19937& engine_;
  std::uint32_t last_, mask_;
};

// Rows of one patient.
std::vector<std::vector<std::uint32_t>> rows_by_cluster(std::size_t rows,
                                                        const std::vector<std::string>& clusters) {
  std::vector<std::vector<std::uint32_t>> out;
  std::unordered_map<std::string, std::size_t> index;
  for (std::size_t i = 0; i < rows; ++i) {
    std::size_t at = out.size();
    if (!clusters.empty()) at = index.emplace(clusters[i], out.size()).first->second;
    if (at == out.size()) out.emplace_back();
    out[at].push_back(static_cast<std::uint32_t>(i));
  }
  return out;
}

void weighted_sums(const StatBlock& block, const std::vector<std::uint32_t>& weights,
                   std::vector<double>& sums) {
  sums.assign(block.width, 0.0);
  const double* row = block.data.data();
  double* total = sums.data();
  for (std::size_t i = 0; i < weights.size(); ++i, row += block.width) {
    if (weights[i] == 0) continue;
    const double weight = weights[i];
    for (std::size_t c = 0; c < block.width; ++c) total[c] += weight * row[c];
  }
}

// Scores of the resamples whose weights are given; values[m][first + r].
void score_resamples(const ScoreTable& table, const std::vector<std::vector<std::uint32_t>>& weights,
                     std::size_t first, std::vector<std::vector<double>>& values) {
  std::vector<std::vector<double>> sums(table.blocks().size());
  for (std::size_t r = 0; r < weights.size(); ++r) {
    for (std::size_t b = 0; b < sums.size(); ++b) weighted_sums(table.blocks()[b], weights[r], sums[b]);
    for (std::size_t m = 0; m < table.metrics().size(); ++m) {
      values[m][first + r] = table.metrics()[m].value(sums[table.metrics()[m].block].data());
    }
  }
}

}  // namespace

Result<std::vector<Interval>> bootstrap(const ScoreTable& table, const BootstrapOptions& options,
                                        const std::vector<std::string>& clusters) {
  if (!clusters.empty() && clusters.size() != table.rows()) {
    return Status(ErrorCode::kUsage, "a patient for each of " + std::to_string(table.rows()) +
                                         " reports is needed, " + std::to_string(clusters.size()) +
                                         " are given");
  }
  const std::size_t metrics = table.metrics().size();
  std::vector<std::vector<double>> values(metrics, std::vector<double>(options.resamples));
  const auto groups = rows_by_cluster(table.rows(), clusters);
  std::mt19937 engine(options.seed);
  constexpr std::size_t kBatchWeights = 1u << 23;  // bounds the memory of drawn weights to 32 MB
  const std::size_t batch = std::max<std::size_t>(
      1, std::min(options.resamples, kBatchWeights / std::max<std::size_t>(1, table.rows())));
  for (std::size_t done = 0; done < options.resamples && table.rows() > 0; done += batch) {
    const std::size_t count = std::min(batch, options.resamples - done);
    std::vector<std::vector<std::uint32_t>> weights(count, std::vector<std::uint32_t>(table.rows(), 0));
    IndexDraw draw(engine, groups.size());
    for (auto& resample : weights) {
      for (std::size_t k = 0; k < groups.size(); ++k) {
        for (const std::uint32_t row : groups[draw()]) ++resample[row];
      }
    }
    const auto threads = static_cast<std::size_t>(options.threads > 0 ? options.threads : usable_cpus());
    std::vector<std::thread> workers;
    for (std::size_t t = 0; t < threads; ++t) {
      const std::size_t begin = count * t / threads, end = count * (t + 1) / threads;
      if (begin == end) continue;
      workers.emplace_back([&, begin, end] {
        const std::vector<std::vector<std::uint32_t>> part(
            std::make_move_iterator(weights.begin() + static_cast<std::ptrdiff_t>(begin)),
            std::make_move_iterator(weights.begin() + static_cast<std::ptrdiff_t>(end)));
        score_resamples(table, part, done + begin, values);
      });
    }
    for (std::thread& worker : workers) worker.join();
  }
  std::vector<Interval> out;
  for (std::vector<double>& column : values) {
    column.erase(std::remove_if(column.begin(), column.end(), [](double v) { return std::isnan(v); }),
                 column.end());
    if (table.rows() == 0) column.clear();
    std::sort(column.begin(), column.end());
    const double tail = (1 - options.confidence) / 2;
    out.push_back({eval::percentile(column, tail), eval::percentile(column, 1 - tail)});
  }
  return out;
}

Result<std::vector<Comparison>> paired_randomisation(const ScoreTable& a, const ScoreTable& b,
                                                     const std::vector<std::string>& metrics,
                                                     const RandomisationOptions& options) {
  if (a.rows() != b.rows()) {
    return Status(ErrorCode::kUsage, "paired systems need the same reports: " + std::to_string(a.rows()) +
                                         " and " + std::to_string(b.rows()));
  }
  eval::PythonRandom random(options.seed);
  std::vector<Comparison> out;
  for (const std::string& name : metrics) {
    const Metric* ma = a.find(name);
    const Metric* mb = b.find(name);
    if (ma == nullptr || mb == nullptr) continue;
    const std::size_t width = a.blocks()[ma->block].width;
    Comparison result;
    result.metric = name;
    result.a = a.corpus_value(*ma);
    result.b = b.corpus_value(*mb);
    const double observed = std::fabs(result.a - result.b);
    std::size_t as_far = 0;
    std::vector<double> left(width), right(width);
    for (std::size_t trial = 0; trial < options.trials; ++trial) {
      std::fill(left.begin(), left.end(), 0.0);
      std::fill(right.begin(), right.end(), 0.0);
      for (std::size_t i = 0; i < a.rows(); ++i) {
        const bool keep = random.random() < 0.5;
        const double* x = a.row(ma->block, i);
        const double* y = b.row(mb->block, i);
        if (!keep) std::swap(x, y);
        for (std::size_t c = 0; c < width; ++c) {
          left[c] += x[c];
          right[c] += y[c];
        }
      }
      // Ties count as at least as far; the margin is for the rounding of sums in another order.
      as_far += std::fabs(ma->value(left.data()) - mb->value(right.data())) >= observed - 1e-12 ? 1 : 0;
    }
    const auto trials = static_cast<double>(options.trials), far = static_cast<double>(as_far);
    result.p = options.variant == RandomisationVariant::kPlusOne ? (far + 1) / (trials + 1)
                                                                 : far / std::max(trials, 1.0);
    out.push_back(std::move(result));
  }
  return out;
}

}  // namespace hilum
