// The searches behind decode(), and what they share.
#pragma once

#include <memory>
#include <vector>

#include "runtime/decoding/decoding.h"

namespace hilum::runtime {

Result<std::vector<std::vector<Hypothesis>>> search_beams(Session& session, const DecodeRequest& request);

// Greedy and sampling: each sequence goes its own way.
Result<std::vector<std::vector<Hypothesis>>> follow_paths(Session& session, const DecodeRequest& request);

// Sets to minus infinity what the options and constraints bar after `tokens`.
void bar_tokens(const DecodeRequest& request, const std::vector<int>& tokens, int position,
                ConstraintState& state, std::vector<float>& logprobs);

// The attention of one beam of a step, or null.
std::shared_ptr<const std::vector<float>> attention_row(const StepOutput& output, std::size_t row);

// Adds a chosen token to a text, or what the constraints make of it.
void add_token(const DecodeRequest& request, const StepOutput& output, std::size_t row, int id, float logprob,
               Hypothesis& text, ConstraintState& state);

}  // namespace hilum::runtime
