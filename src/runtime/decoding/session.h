// A decoder at work on one batch of studies: what the search drives, whatever runs behind it (LibTorch, or a
// scripted fake in tests). Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "hilum/status.h"

namespace hilum::runtime {

// One token for each of N beams. All beams are at the same position.
struct StepInput {
  int position = 0;               // 0 is where the begin token goes in
  std::vector<std::int64_t> ids;  // [N]
  std::vector<std::int64_t>
      parents;  // [N] row of the step before that this beam continues; the study at position 0
  std::vector<std::int64_t> studies;  // [N] the study of the batch this beam belongs to
};

struct StepOutput {
  std::size_t vocabulary = 0;
  std::vector<float> logprobs;   // [N, vocabulary], normalised
  std::size_t memory = 0;        // 0: no attention
  std::vector<float> attention;  // [N, memory], over the rows of the study's memory
};

class Session {
 public:
  virtual ~Session() = default;
  virtual std::size_t studies() const = 0;
  // Goes back to the state after prefill.
  virtual Status restart() = 0;
  // `attention` says whether it is wanted. kInferenceFailed.
  virtual Status step(const StepInput& input, bool attention, StepOutput& output) = 0;
};

}  // namespace hilum::runtime
