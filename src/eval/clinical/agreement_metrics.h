// Scores of what two reports say by rules: RadGraph F1 of rule-based graphs, and Hilum's own agreement.
#pragma once

#include <memory>
#include <vector>

#include "eval/clinical/rule_scores.h"
#include "eval/input/context.h"

namespace hilum::eval {

// One value a row; of several references the best. Facts, findings and clinical are empty where no metric of
// the run needs facts.
struct AgreementScores {
  std::vector<double> simple, partial, complete;  // RadGraph F1
  std::vector<double> fact, findings, clinical;
};

// Graphs are read once for all metrics that need them.
Result<std::shared_ptr<const RuleGraphs>> rule_graphs_of(Context& context);
Result<std::shared_ptr<const AgreementScores>> agreement_of(Context& context);

Status add_entity_f1(Context& context);
Status add_clinical(Context& context);

}  // namespace hilum::eval
