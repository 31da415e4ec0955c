#include "app/command.h"

#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "hilum/record.h"

#include "core/log.h"
#include "nlp/labels/labels.h"
#include "options/report_model_options.h"
#include "options/text_input.h"
#include "stages/report_models.h"

namespace hilum::cli {
namespace {

constexpr const char* kStage = "label";

struct Options {
  TextInputOptions input;
  ReportModelOptions model;
  std::string scheme = "chexpert14";
  std::string policy = "keep";
  bool explain = false;
};

Json explanation(const nlp::Labeler& labeler, const nlp::LabelEvidence& item, std::string_view text) {
  Json out = {{"label", item.label == nlp::LabelEvidence::npos ? Json() : Json(labeler.labels()[item.label])},
              {"status", nlp::assertion_name(item.assertion)},
              {"phrase", text.substr(item.begin, item.end - item.begin)},
              {"begin", item.begin},
              {"end", item.end},
              {"rule", item.rule}};
  if (item.cue_end > item.cue_begin) {
    out["cue"] = text.substr(item.cue_begin, item.cue_end - item.cue_begin);
    out["cue_begin"] = item.cue_begin;
  }
  return out;
}

Status run_rules(Context& context, const Options& options, nlp::UncertainPolicy policy) {
  HILUM_ASSIGN(const nlp::Labeler labeler, nlp::Labeler::load(options.scheme));
  return run_text_command(context, options.input, kStage,
                          [&](Json& record, const std::string& text) -> Status {
                            const nlp::ReportLabels result = labeler.label(text, policy);
                            Json labels = Json::object();
                            for (std::size_t i = 0; i < result.labels.size(); ++i) {
                              labels[labeler.labels()[i]] = nlp::assertion_name(result.labels[i]);
                            }
                            record["labels"] = std::move(labels);
                            if (options.explain) {
                              Json evidence = Json::array();
                              for (const nlp::LabelEvidence& item : result.evidence)
                                evidence.push_back(explanation(labeler, item, text));
                              record["label_evidence"] = std::move(evidence);
                            }
                            return Status::ok();
                          });
}

Status run_model(Context& context, const Options& options, nlp::UncertainPolicy policy) {
  HILUM_ASSIGN(const ModelLabels model,
               ModelLabels::open(options.model.bundle, model_options(options.model), options.model.threads));
  std::size_t cut_reports = 0;
  const Status status =
      run_text_command(context, options.input, kStage, [&](Json& record, const std::string& text) -> Status {
        bool cut = false;
        HILUM_ASSIGN(Json labels, model.label(text, policy, cut));
        record["labels"] = std::move(labels);
        Json provenance = model.provenance();
        if (cut) provenance["text_cut"] = true;
        add_provenance(record, kStage, provenance);
        cut_reports += cut ? 1 : 0;
        return Status::ok();
      });
  if (cut_reports > 0) {
    log_warn("label: " + std::to_string(cut_reports) +
             " reports were longer than the model reads; their ends did not count (provenance.text_cut)");
  }
  return status;
}

Status run(Context& context, const Options& options) {
  HILUM_ASSIGN(const nlp::UncertainPolicy policy, nlp::uncertain_policy_from_name(options.policy));
  return options.model.bundle.empty() ? run_rules(context, options, policy)
                                      : run_model(context, options, policy);
}

}  // namespace

Command make_label_command() {
  return {"label", "Label reports with the 14 CheXpert or ChestX-ray14 findings", "Text",
          [](CLI::App& app) -> Run {
            auto options = std::make_shared<Options>();
            add_text_input_options(app, options->input);
            CLI::Option* model = add_report_model_options(app, options->model, "report labeler (CheXbert)");
            app.add_option(
                   "--scheme", options->scheme,
                   "chexpert14 (Pleural Effusion, …) or nih14 (Effusion, …); a model has its own names")
                ->check(CLI::IsMember({"chexpert14", "nih14"}))
                ->capture_default_str()
                ->excludes(model);
            app.add_option("--policy", options->policy,
                           "What uncertain becomes: keep, positive, negative or ignore")
                ->check(CLI::IsMember({"keep", "positive", "negative", "ignore"}))
                ->capture_default_str();
            app.add_flag("--explain", options->explain,
                         "Also \"label_evidence\": the phrase, its place and the rule behind each label")
                ->excludes(model);
            app.footer(
                "Adds \"labels\": {\"Cardiomegaly\": \"positive\" | \"negative\" | \"uncertain\" | "
                "\"unmentioned\", …},\nby rules, or with --model by the model of a bundle (docs/labels.md "
                "says which keys and rules).\n\n"
                "Examples:\n"
                "  echo 'Heart size is normal. Possible small effusion.' | hilum label --explain\n"
                "  hilum label --scheme nih14 --text-key findings,impression < reports.jsonl\n"
                "  hilum label --csv predictions.csv --column report --policy positive > labels.jsonl\n"
                "  hilum label --model models/chexbert --text-key reference.impression < studies.jsonl");
            return [options](Context& context) { return run(context, *options); };
          }};
}

}  // namespace hilum::cli
