// RadCliQ (Yu 2023) from four scores that other programs computed. Pure functions; safe from any thread.
#pragma once

#include <array>

#include "eval/input/context.h"

namespace hilum::eval {

// RadCliQ (Yu 2023) of {radgraph_combined, bertscore, semb_score, bleu_score}; lower is better.
double radcliq_v0(const std::array<double, 4>& inputs);
double radcliq_v1(const std::array<double, 4>& inputs);

// From the columns radgraph_combined, bertscore, semb_score and bleu_score.
Status add_radcliq(Context& context);

}  // namespace hilum::eval
