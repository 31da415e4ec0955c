// From a Session to token sequences: greedy, beam search by both published scoring rules, seeded sampling.
// Studies share the batch; one that is finished leaves it. The same studies give the same tokens in any
// batch, up to the rounding of the model itself.
//
// Sources of the rules: beam search of the R2Gen family (sum of log-probabilities, end tokens leave the beam)
// and of Hugging Face transformers 4.43 (length-normalised, the best 2 x beam candidates a step).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "hilum/model.h"
#include "hilum/status.h"

#include "runtime/decoding/constraints.h"
#include "runtime/decoding/session.h"

namespace hilum::runtime {

struct DecodeRequest {
  DecodeOptions options;
  int bos = 1, eos = 2;
  const Constraints* constraints = nullptr;  // may be null
  bool attention = false;
  // For sampling: a seed for each study, and how many sequences for each.
  std::vector<std::uint64_t> seeds;
  int samples = 1;
};

// For each study its hypotheses, best first: one for greedy, up to `beam` for a beam search (of the sum rule
// only the first is exact), `samples` in the order drawn for sampling.
Result<std::vector<std::vector<Hypothesis>>> decode(Session& session, const DecodeRequest& request);

}  // namespace hilum::runtime
