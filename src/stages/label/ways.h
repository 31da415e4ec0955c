// The two ways to label. Each stage declares the tables that it loaded.
#pragma once

#include "hilum/label.h"

#include "nlp/labels/labels.h"

namespace hilum {

Result<std::unique_ptr<Stage>> make_rule_labels(const LabelOptions& options, nlp::UncertainPolicy policy);
Result<std::unique_ptr<Stage>> make_model_labels(const LabelOptions& options, nlp::UncertainPolicy policy);

}  // namespace hilum
