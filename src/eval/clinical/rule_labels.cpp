#include <array>

#include "eval/clinical/rule_scores.h"
#include "nlp/labels/labels.h"

namespace hilum::eval {

struct RuleLabels::State {
  nlp::Labeler labeler;
  std::array<std::size_t, kFindings> index{};  // of our findings in the labeler's list
};

Result<RuleLabels> RuleLabels::load() {
  HILUM_ASSIGN(nlp::Labeler labeler, nlp::Labeler::load("chexpert14"));
  auto state = std::make_shared<State>(State{std::move(labeler), {}});
  const std::vector<std::string>& names = state->labeler.labels();
  for (std::size_t f = 0; f < kFindings; ++f) {
    bool found = false;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (names[i] != finding_names()[f]) continue;
      state->index[f] = i;
      found = true;
    }
    if (!found)
      return Status(ErrorCode::kConfig,
                    "configs/labels/chexpert14.json lacks " + std::string(finding_names()[f]));
  }
  RuleLabels out;
  out.state_ = std::move(state);
  return out;
}

FindingRow RuleLabels::labels(std::string_view report) const {
  const nlp::ReportLabels found = state_->labeler.label(report);
  FindingRow row{};
  for (std::size_t f = 0; f < kFindings; ++f) {
    switch (found.labels[state_->index[f]]) {
      case nlp::Assertion::kUnmentioned:
        row[f] = Finding::kBlank;
        break;
      case nlp::Assertion::kNegative:
        row[f] = Finding::kNegative;
        break;
      case nlp::Assertion::kUncertain:
        row[f] = Finding::kUncertain;
        break;
      case nlp::Assertion::kPositive:
        row[f] = Finding::kPositive;
        break;
    }
  }
  return row;
}

}  // namespace hilum::eval
