// The arithmetic of metrics whose judgement was made elsewhere and stored: GREEN's and CRIMSON's judge
// output. Pure functions; safe from any thread.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "hilum/json.h"
#include "hilum/status.h"

#include "eval/input/context.h"

namespace hilum::eval {

// GREEN (Ostmeier 2024) from the judge's text. As the original: a count written in words counts nothing.
struct Green {
  std::array<int, 6> significant{}, insignificant{};
  int matched = 0;
  double score = 0;  // matched / (matched + significant errors), 0 when nothing matched
};
Green green_from_text(std::string_view judge_text);

// CRIMSON's score from its evaluation JSON; kRecordInvalid names the missing part.
struct Crimson {
  double score = 0;  // rounded to four digits, as published
  double reference_weight = 0, false_weight = 0, correct = 0, raw = 0;  // N_G, E_penalty, correct, S
};
Result<Crimson> crimson_from_json(const Json& evaluation);

// From the judgement stored at the path the options name; a missing text is left out.
Status add_green(Context& context);
Status add_crimson(Context& context);

}  // namespace hilum::eval
