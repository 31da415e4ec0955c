// A decoder whose log-probabilities are a fixed pseudo-random function of the study and the tokens before.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "runtime/decoding/session.h"

namespace hilum::runtime {

class FakeSession : public Session {
 public:
  FakeSession(std::vector<std::uint64_t> seeds, std::size_t vocabulary, float eos_bonus = 0.0F)
      : seeds_(std::move(seeds)), vocabulary_(vocabulary), eos_bonus_(eos_bonus) {}

  std::size_t studies() const override { return seeds_.size(); }
  Status restart() override {
    prefixes_.assign(seeds_.size(), {});
    return Status::ok();
  }

  Status step(const StepInput& input, bool attention, StepOutput& output) override {
    ++steps;
    rows += input.ids.size();
    std::vector<std::vector<int>> next;
    output.vocabulary = vocabulary_;
    output.memory = attention ? 2 : 0;
    output.logprobs.clear();
    output.attention.clear();
    for (std::size_t n = 0; n < input.ids.size(); ++n) {
      std::vector<int> prefix = prefixes_[static_cast<std::size_t>(input.parents[n])];
      prefix.push_back(static_cast<int>(input.ids[n]));
      if (prefix.size() != static_cast<std::size_t>(input.position) + 1) {
        return {ErrorCode::kInternal, "a beam does not continue the step before"};
      }
      const auto values = logprobs(static_cast<std::size_t>(input.studies[n]), prefix);
      output.logprobs.insert(output.logprobs.end(), values.begin(), values.end());
      if (attention)
        output.attention.insert(output.attention.end(), {static_cast<float>(input.position), 1.0F});
      next.push_back(std::move(prefix));
    }
    prefixes_ = std::move(next);
    return Status::ok();
  }

  // Of the token behind `prefix` (the begin token included). Id 2 is the end token.
  std::vector<float> logprobs(std::size_t study, const std::vector<int>& prefix) const {
    std::vector<float> values(vocabulary_);
    std::uint64_t hash = seeds_[study];
    for (const int id : prefix) hash = mix(hash + static_cast<std::uint64_t>(id) + 1);
    double total = 0.0;
    for (std::size_t id = 0; id < vocabulary_; ++id) {
      values[id] =
          static_cast<float>(mix(hash ^ (id * 7919 + 13)) >> 40) / static_cast<float>(1 << 24) * 4.0F;
      if (id == 2) values[id] += eos_bonus_;
      total += std::exp(static_cast<double>(values[id]));
    }
    for (float& value : values) value -= static_cast<float>(std::log(total));
    return values;
  }

  std::size_t vocabulary() const { return vocabulary_; }
  std::size_t steps = 0;
  std::size_t rows = 0;

 private:
  static std::uint64_t mix(std::uint64_t x) {
    x += 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
  }
  std::vector<std::uint64_t> seeds_;
  std::size_t vocabulary_;
  float eos_bonus_;
  std::vector<std::vector<int>> prefixes_;
};

inline constexpr int kBos = 1;
inline constexpr int kEos = 2;

}  // namespace hilum::runtime
