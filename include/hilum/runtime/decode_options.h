// How tokens are chosen: a bundle's defaults (`decode` in its manifest), which the command line may override.
// Values.
#pragma once

#include <cstdint>
#include <vector>

#include "hilum/core/status.h"
#include "hilum/record/json.h"

namespace hilum::runtime {

enum class Strategy { kGreedy, kBeam, kSample };

// kSum: the sum of log-probabilities (the rule of the R2Gen family). kLengthNormalised: that sum divided by
// length^length_penalty, the end token counted (the rule of Hugging Face's beam search).
enum class Scoring { kSum, kLengthNormalised };

// When a length-normalised beam search is over. kPublished stops as Hugging Face's default does, a heuristic
// that may miss a longer and better hypothesis; kExact only when nothing that is still alive can win. The sum
// rule needs no choice: its stop is always exact, because sums only fall.
enum class EarlyStop { kPublished, kExact, kNever };

struct DecodeOptions {
  Strategy strategy = Strategy::kBeam;
  int beam = 3;
  int max_tokens = 100;  // generated tokens, the end token among them
  int min_tokens = 0;    // before the end token may come
  Scoring scoring = Scoring::kSum;
  double length_penalty = 1.0;
  EarlyStop early_stop = EarlyStop::kPublished;
  int no_repeat_ngram = 0;  // no n-gram of this length twice; 0: off
  double temperature = 1.0;
  int top_k = 0;              // sample among the k likeliest; 0: all
  double top_p = 1.0;         // sample among the likeliest that make up this probability
  std::vector<int> suppress;  // ids that are never generated
  // Greedy only: what a token's log-probability loses for each time it would repeat a run of three tokens
  // (the R2Gen family's rule). 0: off.
  double trigram_penalty = 0.0;
};

// `base` with the fields that `object` has. kBundleInvalid names the field.
Result<DecodeOptions> decode_options_from_json(const Json& object, const DecodeOptions& base = {});

// kUsage names the first impossible value.
Status check(const DecodeOptions& options);

}  // namespace hilum::runtime
