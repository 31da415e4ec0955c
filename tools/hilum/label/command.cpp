#include "app/command.h"

#include <memory>

#include <CLI/CLI.hpp>

#include "hilum/label.h"

#include "options/report_model_options.h"
#include "options/text_options.h"

namespace hilum::cli {
namespace {

struct Options {
  TextInputOptions input;
  ReportModelOptions model;
  LabelOptions stage;
};

Status run(Context& context, Options& options) {
  options.stage.text = text_place(options.input);
  options.stage.bundle = options.model.bundle;
  options.stage.device = options.model.device;
  options.stage.threads = options.model.threads;
  HILUM_ASSIGN(const auto stage, make_label_stage(options.stage));
  return run_text_stage(context, options.input, *stage);
}

}  // namespace

Command make_label_command() {
  return {"label", "Label reports with the 14 CheXpert or ChestX-ray14 findings", "Text",
          [](CLI::App& app) -> Run {
            auto options = std::make_shared<Options>();
            add_text_input_options(app, options->input);
            CLI::Option* model = add_report_model_options(app, options->model, "report labeler (CheXbert)");
            app.add_option(
                   "--scheme", options->stage.scheme,
                   "chexpert14 (Pleural Effusion, …) or nih14 (Effusion, …); a model has its own names")
                ->check(CLI::IsMember({"chexpert14", "nih14"}))
                ->capture_default_str()
                ->excludes(model);
            app.add_option("--policy", options->stage.policy,
                           "What uncertain becomes: keep, positive, negative or ignore")
                ->check(CLI::IsMember({"keep", "positive", "negative", "ignore"}))
                ->capture_default_str();
            app.add_flag("--explain", options->stage.explain,
                         "Also \"label_evidence\": the phrase, its place and the rule behind each label")
                ->excludes(model);
            app.footer(
                "Adds \"labels\": {\"Cardiomegaly\": \"positive\" | \"negative\" | \"uncertain\" | "
                "\"unmentioned\", …},\nby rules, or with --bundle by the model of a bundle (docs/labels.md "
                "says which keys and rules).\n\n"
                "Examples:\n"
                "  echo 'Heart size is normal. Possible small effusion.' | hilum label --explain\n"
                "  hilum label --scheme nih14 --text-key findings,impression < reports.jsonl\n"
                "  hilum label --csv predictions.csv --column report --policy positive > labels.jsonl\n"
                "  hilum label --bundle models/chexbert --text-key reference.impression < studies.jsonl");
            return [options](Context& context) { return run(context, *options); };
          }};
}

}  // namespace hilum::cli
