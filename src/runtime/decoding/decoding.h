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

#include "hilum/bundle.h"
#include "hilum/status.h"

#include "runtime/decoding/constraints.h"
#include "runtime/decoding/session.h"

namespace hilum::runtime {

struct Hypothesis {
  std::vector<int> tokens;      // without begin and end token
  std::vector<float> logprobs;  // one a token, and one more for the end token when `ended`
  double score = 0.0;           // what the search ranked by
  bool ended = false;           // with an end token, not by the limit
  // One map a token over the rows of the memory; empty when it was not wanted or the decoder has none.
  std::vector<std::shared_ptr<const std::vector<float>>> attention;

  std::vector<std::size_t> capitals;  // tokens whose first letter the constraints want as a capital one

  double logprob() const;  // sum of logprobs
};

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
