// Where the 14 observations of a run's reports come from, chosen once: values stored in the rows, a bundle's
// report labeler, or the rules of `hilum label`.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "hilum/evaluate.h"

#include "eval/input/context.h"

namespace hilum::eval {

enum class LabelSource { kStored, kModel, kRules };

struct Labels {
  std::vector<FindingRow> hypotheses, references;  // one a row; of several references the first
  std::string source;                              // for the score's line
};

LabelSource label_source(const EvaluateOptions& options, const TextModels& models);

// From the run's source. kRecordInvalid names the row; kBundleInvalid; kInferenceFailed.
Result<std::shared_ptr<const Labels>> labels_of(Context& context);
// By rules whatever the source, as scores need that have the rules in their definition.
Result<std::shared_ptr<const Labels>> rule_labels_of(Context& context);

}  // namespace hilum::eval
