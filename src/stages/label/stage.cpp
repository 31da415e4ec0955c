#include "hilum/label.h"

#include "stages/label/ways.h"

namespace hilum {

const StageInfo& label_info() {
  static const StageInfo info = {
      "label",
      "The 14 CheXpert or ChestX-ray14 findings of a report",
      {{"report.findings", "the report; without it `text`, or the keys asked for"}},
      {{"labels", "by name: positive, negative, uncertain or unmentioned"},
       {"label_evidence", "the phrase, its place and the rule behind each label (if asked)"}},
      {"labels"}};
  return info;
}

Result<std::unique_ptr<Stage>> make_label_stage(const LabelOptions& options) {
  HILUM_ASSIGN(const nlp::UncertainPolicy policy, nlp::uncertain_policy_from_name(options.policy));
  if (options.bundle.empty()) return make_rule_labels(options, policy);
  if (options.explain)
    return Status(ErrorCode::kUsage, "setting 'explain' goes with rules, a model cannot say why");
  return make_model_labels(options, policy);
}

}  // namespace hilum
