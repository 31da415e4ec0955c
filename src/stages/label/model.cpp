#include <atomic>

#include "runtime/models/report_label_model.h"
#include "stages/common/text_stage.h"
#include "stages/label/ways.h"

namespace hilum {
namespace {

class ModelLabels : public TextStage {
 public:
  ModelLabels(const LabelOptions& options, nlp::UncertainPolicy policy,
              std::shared_ptr<const runtime::ReportLabelModel> model)
      : TextStage(options.text, with_tables(label_info(), {})), policy_(policy), model_(std::move(model)) {}

  std::vector<std::string> warnings() const override {
    std::vector<std::string> said = TextStage::warnings();
    if (cut_ > 0) {
      said.push_back(std::to_string(cut_) +
                     " reports were longer than the model reads; their ends did not count "
                     "(provenance.text_cut)");
    }
    return said;
  }

 protected:
  Status process_text(Item& item, const std::string& text) override {
    bool cut = false;
    HILUM_ASSIGN(const std::vector<std::size_t> classes, model_->run(text, cut));
    Json labels = Json::object();
    for (std::size_t i = 0; i < classes.size(); ++i) {
      const runtime::ReportLabel& label = model_->spec().labels[i];
      const std::string& said = label.classes[classes[i]];
      labels[label.name] =
          said == "uncertain"
              ? std::string(nlp::assertion_name(nlp::apply_policy(nlp::Assertion::kUncertain, policy_)))
              : said;
    }
    item.record()["labels"] = std::move(labels);
    if (cut) {
      item.notes()["text_cut"] = true;
      ++cut_;
    }
    return Status::ok();
  }

 private:
  nlp::UncertainPolicy policy_;
  std::shared_ptr<const runtime::ReportLabelModel> model_;
  std::atomic<std::size_t> cut_{0};
};

}  // namespace

Result<std::unique_ptr<Stage>> make_model_labels(const LabelOptions& options, nlp::UncertainPolicy policy) {
  HILUM_ASSIGN(const std::string folder, runtime::find_bundle(options.bundle));
  HILUM_ASSIGN(const runtime::Bundle bundle, runtime::Bundle::open(folder));
  runtime::ModelOptions model_options;
  model_options.device = options.device;
  HILUM_ASSIGN(auto model, runtime::ReportLabelModel::open(bundle, model_options));
  model->use_threads(options.threads);
  const Json details = {{"bundle", bundle.identity()}, {"engine", model->engine()}};
  return described(std::make_unique<ModelLabels>(options, policy, std::move(model)),
                   {{"policy", options.policy}, {"bundle", bundle.identity()}}, details);
}

}  // namespace hilum
