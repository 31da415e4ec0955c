// F1 over the 14 CheXpert observations with a named policy for "uncertain": CheXbert's evaluators count it as
// positive
// ("rrg"), R2Gen's as negative, and papers differ by that alone. Averages follow scikit-learn with
// zero_division 0. Pure functions; safe from any thread.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "hilum/evaluate.h"

#include "eval/input/context.h"

namespace hilum::eval {

// What counts as the positive class.
enum class FindingPolicy {
  kUncertainPositive,  // positive and uncertain ("rrg")
  kUncertainNegative,  // positive only
  kMention,            // anything but blank
  kNegation,           // negative
  kUncertainty         // uncertain
};
Result<FindingPolicy> finding_policy_from_name(std::string_view name);
std::string_view finding_policy_name(FindingPolicy policy);
bool counts(Finding finding, FindingPolicy policy);

// Adds CheXpert-14 and CheXpert-5 micro, macro, weighted and example-based precision, recall and F1, the
// share of reports with all labels right, and the F1 of each finding. `source` says where the labels come
// from. Rows are the table's; a row without labels on one side is an all-blank row.
void add_chexpert(const std::vector<FindingRow>& hypotheses, const std::vector<FindingRow>& references,
                  FindingPolicy policy, std::string_view source, ScoreTable& table);
// Of the labels of this run (label_source.h).
Status add_chexpert(Context& context);

// How often reference class r met hypothesis class h, for one finding: counts[r][h] in the order of Finding.
using Confusion = std::array<std::array<std::size_t, 4>, 4>;
std::array<Confusion, kFindings> chexpert_confusion(const std::vector<FindingRow>& hypotheses,
                                                    const std::vector<FindingRow>& references);

}  // namespace hilum::eval
