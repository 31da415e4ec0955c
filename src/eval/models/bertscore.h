// BERTScore (Zhang et al. 2020, the bert_score package): every token finds its most similar token in the
// other text by cosine; precision is the weighted mean over the hypothesis' tokens, recall over the
// reference's. Begin and end tokens weigh 0 but may be found. Pure functions; safe from any thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "hilum/status.h"

#include "eval/input/context.h"

namespace hilum::eval {

struct BertScore {
  double precision = 0, recall = 0, f1 = 0;
};

// Weights of tokens: 1, or the inverse document frequency ln((N + 1) / (n + 1)) in N references, n of which
// hold the token.
class TokenWeights {
 public:
  TokenWeights() = default;
  void count(const std::vector<std::int64_t>& reference);  // one reference; from now on weights are idf
  double of(std::int64_t id) const;

 private:
  std::map<std::int64_t, std::size_t> texts_with_;
  std::size_t texts_ = 0;
};

// All 0 when a side has no token but begin and end; NaN when all weights of a side are 0, f1 0 when precision
// and recall are.
BertScore bert_score(const runtime::TokenVectors& hypothesis, const runtime::TokenVectors& reference,
                     const runtime::TextEncoderModel& model, const TokenWeights& weights);

// BERTScore-precision, -recall, -F1, and BERTScore-rescaled-… where the bundle has a baseline. Several
// references: the best of each. Adds a note and logs a warning when texts were cut. kInferenceFailed.
Status add_bertscore(Context& context);

}  // namespace hilum::eval
