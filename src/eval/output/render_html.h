// One self-contained HTML page of an evaluation: scores with intervals, F1 and confusion of each finding, and
// the best and worst reports beside their references with the differences marked. No script, no outside file:
// it works from a file:// address, in light and dark, on a phone. All text of reports is escaped. Pure
// function.
#pragma once

#include <string>
#include <vector>

#include "eval/input/evaluation_set.h"
#include "eval/output/render.h"

namespace hilum::eval {

struct HtmlOptions {
  std::string title = "Evaluation";
  std::size_t examples = 5;  // reports shown at each end
};

// `sets` are those the systems were scored on, in the same order.
std::string render_html(const Evaluation& evaluation, const std::vector<EvaluationSet>& sets,
                        const HtmlOptions& options = {});

// A word of one of two texts and whether the other text lacks it (by a longest common subsequence of words).
struct MarkedWord {
  std::string word;
  bool only_here = false;
};
struct MarkedTexts {
  std::vector<MarkedWord> a, b;
};
MarkedTexts mark_differences(const std::string& a, const std::string& b);

}  // namespace hilum::eval
