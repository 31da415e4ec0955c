#include "runtime/decoding/decoding.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "runtime/decoding/search.h"

namespace hilum::runtime {

Result<std::vector<std::vector<Hypothesis>>> decode(Session& session, const DecodeRequest& request) {
  HILUM_RETURN_IF_ERROR(check(request.options));
  HILUM_RETURN_IF_ERROR(session.restart());
  return request.options.strategy == Strategy::kBeam ? search_beams(session, request)
                                                     : follow_paths(session, request);
}

void bar_tokens(const DecodeRequest& request, const std::vector<int>& tokens, int position,
                ConstraintState& state, std::vector<float>& logprobs) {
  constexpr float kBarred = -std::numeric_limits<float>::infinity();
  const DecodeOptions& options = request.options;
  const auto bar = [&](int id) {
    if (id >= 0 && static_cast<std::size_t>(id) < logprobs.size())
      logprobs[static_cast<std::size_t>(id)] = kBarred;
  };
  if (position < options.min_tokens) bar(request.eos);
  if (request.constraints != nullptr && !request.constraints->empty()) {
    request.constraints->apply(tokens, options.max_tokens - position, state, logprobs);
    if (state.phrase >= 0) return;  // a required phrase is put in as it is
  }
  for (const int id : options.suppress) bar(id);
  const auto n = static_cast<std::size_t>(options.no_repeat_ngram);
  if (n > 0 && tokens.size() + 1 >= n) {
    const auto tail = tokens.end() - static_cast<std::ptrdiff_t>(n - 1);
    for (auto at = tokens.begin(); static_cast<std::size_t>(tokens.end() - at) >= n; ++at) {
      if (std::equal(tail, tokens.end(), at)) bar(*(at + static_cast<std::ptrdiff_t>(n - 1)));
    }
  }
}

std::shared_ptr<const std::vector<float>> attention_row(const StepOutput& output, std::size_t row) {
  if (output.memory == 0) return nullptr;
  const auto begin = output.attention.begin() + static_cast<std::ptrdiff_t>(row * output.memory);
  return std::make_shared<const std::vector<float>>(begin,
                                                    begin + static_cast<std::ptrdiff_t>(output.memory));
}

void add_token(const DecodeRequest& request, const StepOutput& output, std::size_t row, int id, float logprob,
               Hypothesis& text, ConstraintState& state) {
  TokenEffect effect;
  if (request.constraints != nullptr)
    effect = request.constraints->take(text.tokens, id, output.logprobs.data() + row * output.vocabulary,
                                       output.vocabulary, state);
  for (std::size_t i = 0; i < effect.taken_back; ++i) {
    text.tokens.pop_back();
    text.logprobs.pop_back();
    if (!text.attention.empty()) text.attention.pop_back();
  }
  while (!text.capitals.empty() && text.capitals.back() >= text.tokens.size()) text.capitals.pop_back();
  if (!effect.kept) return;
  if (id == request.eos) {
    text.logprobs.push_back(logprob);
    text.ended = true;
    return;
  }
  if (effect.capital) text.capitals.push_back(text.tokens.size());
  text.tokens.push_back(id);
  text.logprobs.push_back(logprob);
  if (auto map = attention_row(output, row)) text.attention.push_back(std::move(map));
}

}  // namespace hilum::runtime
