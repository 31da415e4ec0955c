#include "stages/common/text_stage.h"
#include "stages/label/ways.h"

namespace hilum {
namespace {

class RuleLabels : public TextStage {
 public:
  RuleLabels(const LabelOptions& options, nlp::UncertainPolicy policy, nlp::Labeler labeler)
      : TextStage(options.text, with_tables(label_info(), label_tables(options.scheme))),
        explain_(options.explain),
        policy_(policy),
        labeler_(std::move(labeler)) {}

 protected:
  Status process_text(Item& item, const std::string& text) override {
    const nlp::ReportLabels found = labeler_.label(text, policy_);
    Json labels = Json::object();
    for (std::size_t i = 0; i < found.labels.size(); ++i)
      labels[labeler_.labels()[i]] = nlp::assertion_name(found.labels[i]);
    item.record()["labels"] = std::move(labels);
    if (!explain_) return Status::ok();
    Json evidence = Json::array();
    for (const nlp::LabelEvidence& mention : found.evidence) evidence.push_back(explanation(mention, text));
    item.record()["label_evidence"] = std::move(evidence);
    return Status::ok();
  }

 private:
  Json explanation(const nlp::LabelEvidence& mention, std::string_view text) const {
    const bool has_label = mention.label != nlp::LabelEvidence::npos;
    Json out = {{"label", has_label ? Json(labeler_.labels()[mention.label]) : Json()},
                {"status", nlp::assertion_name(mention.assertion)},
                {"phrase", text.substr(mention.begin, mention.end - mention.begin)},
                {"begin", mention.begin},
                {"end", mention.end},
                {"rule", mention.rule}};
    if (mention.cue_end > mention.cue_begin) {
      out["cue"] = text.substr(mention.cue_begin, mention.cue_end - mention.cue_begin);
      out["cue_begin"] = mention.cue_begin;
    }
    return out;
  }

  bool explain_;
  nlp::UncertainPolicy policy_;
  nlp::Labeler labeler_;
};

}  // namespace

Result<std::unique_ptr<Stage>> make_rule_labels(const LabelOptions& options, nlp::UncertainPolicy policy) {
  HILUM_ASSIGN(nlp::Labeler labeler, nlp::Labeler::load(options.scheme));
  return described(std::make_unique<RuleLabels>(options, policy, std::move(labeler)),
                   {{"scheme", options.scheme}, {"policy", options.policy}, {"explain", options.explain}});
}

}  // namespace hilum
