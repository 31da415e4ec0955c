// Which finding a fact is and how much it matters: configs/eval/finding_weights.json.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "hilum/status.h"

#include "eval/clinical/rule_scores.h"

namespace hilum::eval {

class FindingConcepts {
 public:
  static Result<FindingConcepts> load();
  // Sets the fact's concept, family and weight. False when no phrase fits; the weight is that of others then.
  bool annotate(ReportFact& fact) const;

 private:
  struct Concept {
    std::string name, family;
    double weight = 0;
  };
  struct Phrase {
    std::set<std::string> stems;
    std::size_t concept_index = 0;
  };
  std::vector<Concept> concepts_;
  std::vector<Phrase> phrases_;  // the longest first
  double other_ = 0;
};

}  // namespace hilum::eval
