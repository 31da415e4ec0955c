#include <algorithm>
#include <charconv>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "core/files/file.h"
#include "core/system/cpu.h"
#include "core/text/text.h"
#include "eval/output/render_html.h"
#include "evaluate/options.h"

namespace hilum::cli {
namespace {

Result<eval::Preset> preset_of(const EvaluateCommandOptions& options) {
  HILUM_ASSIGN(eval::Preset preset, eval::preset_from_name(options.preset));
  if (!options.preprocessing.empty()) {
    HILUM_ASSIGN(preset.preprocessing, eval::preprocess_from_name(options.preprocessing));
  }
  if (!options.label_policy.empty()) {
    HILUM_ASSIGN(preset.labels, eval::finding_policy_from_name(options.label_policy));
  }
  if (options.cut_hypothesis > 0) preset.cut_hypothesis = options.cut_hypothesis;
  if (options.cut_reference > 0) preset.cut_reference = options.cut_reference;
  return preset;
}

// "BLEU-4=0.1"
struct Bound {
  std::string metric;
  double value = 0;
};

Result<Bound> bound_of(const std::string& text, const char* flag) {
  const std::size_t equals = text.rfind('=');
  Bound bound;
  const char* end = text.data() + text.size();
  if (equals != std::string::npos && equals > 0) {
    bound.metric = text.substr(0, equals);
    const auto parsed = std::from_chars(text.data() + equals + 1, end, bound.value);
    if (parsed.ec == std::errc() && parsed.ptr == end) return bound;
  }
  return Status(ErrorCode::kUsage, std::string(flag) + " should be METRIC=NUMBER, not '" + text + "'");
}

Status check_bounds(const EvaluateCommandOptions& options, const std::vector<eval::SystemScores>& systems) {
  std::string missed;
  for (const bool lower : {true, false}) {
    for (const std::string& text : lower ? options.minimum : options.maximum) {
      HILUM_ASSIGN(const Bound bound, bound_of(text, lower ? "--min" : "--max"));
      for (const eval::SystemScores& system : systems) {
        const eval::Metric* metric = system.table.find(bound.metric);
        if (metric == nullptr) return {ErrorCode::kUsage, "no score '" + bound.metric + "' was computed"};
        const double value = system.table.corpus_value(*metric);
        if (lower ? value >= bound.value : value <= bound.value) continue;
        missed += (missed.empty() ? "" : "; ") + system.name + ": " + bound.metric + " is " +
                  std::to_string(value) + (lower ? ", below " : ", above ") + std::to_string(bound.value);
      }
    }
  }
  return missed.empty() ? Status::ok() : Status(ErrorCode::kNegativeAnswer, missed);
}

Status compare(const EvaluateCommandOptions& options, eval::Evaluation& evaluation) {
  eval::RandomisationOptions test;
  test.trials = options.trials;
  test.seed = options.bootstrap.seed;
  test.variant = options.test == "uncorrected" ? eval::RandomisationVariant::kUncorrected
                                               : eval::RandomisationVariant::kPlusOne;
  for (std::size_t a = 0; a < evaluation.systems.size(); ++a) {
    for (std::size_t b = a + 1; b < evaluation.systems.size(); ++b) {
      std::vector<std::string> names;
      for (const eval::Metric& metric : evaluation.systems[a].table.metrics()) {
        if (metric.resampled && metric.direction != eval::Direction::kNone &&
            !starts_with(metric.name, "F1 "))
          names.push_back(metric.name);
      }
      HILUM_ASSIGN(const auto found, eval::paired_randomisation(evaluation.systems[a].table,
                                                                evaluation.systems[b].table, names, test));
      for (const eval::Comparison& comparison : found) {
        evaluation.comparisons.push_back(comparison);
        evaluation.compared.emplace_back(evaluation.systems[a].name, evaluation.systems[b].name);
      }
    }
  }
  if (evaluation.systems.size() > 1) {
    evaluation.stamp.entries.emplace_back("test", "paired approximate randomisation, " + options.test + ", " +
                                                      std::to_string(options.trials) + " trials, seed " +
                                                      std::to_string(test.seed));
  }
  return Status::ok();
}

Status write_samples(const EvaluateCommandOptions& options, const eval::Evaluation& evaluation) {
  HILUM_ASSIGN(const std::string text,
               eval::render_samples(evaluation, ends_with(options.per_sample, ".csv")));
  return write_file(options.per_sample, text);
}

Result<std::string> rendered(const EvaluateCommandOptions& options, const eval::Evaluation& evaluation,
                             bool color) {
  if (options.format == "csv") return eval::render_csv(evaluation);
  if (options.format == "latex") return eval::render_latex(evaluation);
  if (options.format == "table") return eval::render_table(evaluation, color);
  HILUM_ASSIGN(std::string json, eval::render_json(evaluation));
  return json + "\n";
}

Status write_scores(Context& context, const EvaluateCommandOptions& options,
                    const eval::Evaluation& evaluation, const std::string& text) {
  HILUM_RETURN_IF_ERROR(options.output.empty() ? context.streams.out->write(text)
                                               : write_file(options.output, text));
  return options.per_sample.empty() ? Status::ok() : write_samples(options, evaluation);
}

void add_models(const EvaluateCommandOptions& options, eval::Stamp& stamp) {
  if (!options.scoring.models) return;
  for (auto& entry : options.scoring.models->stamp()) stamp.entries.push_back(std::move(entry));
}

// Scores without texts: no preset, so nothing of one in the stamp, and no page of reports.
Status run_lines(Context& context, const EvaluateCommandOptions& options, Result<LineScores> scored) {
  if (!scored) return scored.status();
  if (!options.html.empty())
    return {ErrorCode::kUsage, "--html shows reports; --structured and --radmatch have none"};
  eval::Evaluation evaluation;
  evaluation.stamp = eval::make_stamp(options.bootstrap, false);
  for (auto& entry : scored->stamp) evaluation.stamp.entries.push_back(std::move(entry));
  add_models(options, evaluation.stamp);
  if (options.bootstrap.resamples > 0) {
    HILUM_ASSIGN(scored->system.intervals, eval::bootstrap(scored->system.table, options.bootstrap));
  }
  evaluation.systems.push_back(std::move(scored->system));
  HILUM_ASSIGN(std::string text, rendered(options, evaluation, context.streams.color_out));
  if (options.format == "json") {
    HILUM_ASSIGN(Json out, parse_json(text));
    HILUM_ASSIGN(out["per_sample"], parse_json(scored->samples));
    HILUM_ASSIGN(text, dump_json(out));
    text += "\n";
  }
  HILUM_RETURN_IF_ERROR(write_scores(context, options, evaluation, text));
  return check_bounds(options, evaluation.systems);
}

Status run(Context& context, EvaluateCommandOptions options) {
  HILUM_ASSIGN(const eval::Preset preset, preset_of(options));
  HILUM_ASSIGN(options.scoring.similarity, eval::text_similarity_from_name(options.similarity));
  options.scoring.preset = preset;
  if (options.bootstrap.threads <= 0) options.bootstrap.threads = usable_cpus();
  if (!options.bundles.empty() && (!options.one.empty() || !options.radmatch.empty()))
    return {ErrorCode::kUsage, "--model is for scores; --one and --radmatch use rules"};
  if (!options.bundles.empty()) {
    runtime::ModelOptions opening;
    opening.device = options.device;
    HILUM_ASSIGN(eval::TextModels models,
                 eval::TextModels::open(options.bundles, opening, options.bootstrap.threads));
    options.scoring.models = std::make_shared<const eval::TextModels>(std::move(models));
  }
  if (!options.one.empty()) {
    HILUM_ASSIGN(const std::string text, evaluate_one(options));
    return context.streams.out->write(text);
  }
  if (!options.structured.empty()) return run_lines(context, options, evaluate_structured(options));
  if (!options.radmatch.empty()) return run_lines(context, options, evaluate_radmatch(options));
  HILUM_ASSIGN(const std::vector<eval::EvaluationSet> sets, read_systems(context, options));
  eval::Evaluation evaluation;
  evaluation.stamp = eval::make_stamp(preset, options.bootstrap, options.by_patient);
  if (!options.scoring.paraphrases.empty())
    evaluation.stamp.entries.emplace_back("paraphrases", options.scoring.paraphrases);
  add_models(options, evaluation.stamp);
  for (const eval::EvaluationSet& set : sets) {
    HILUM_ASSIGN(eval::SystemScores scores, eval::evaluate(set, options.scoring));
    if (options.bootstrap.resamples > 0) {
      std::vector<std::string> patients;
      for (std::size_t i = 0; options.by_patient && i < set.items.size(); ++i) {
        if (set.items[i].patient.empty()) {
          return Status(ErrorCode::kUsage, "--by-patient needs a patient for every report; " +
                                               set.items[i].id + " has none (--patient FIELD)");
        }
        patients.push_back(set.items[i].patient);
      }
      HILUM_ASSIGN(scores.intervals, eval::bootstrap(scores.table, options.bootstrap, patients));
    }
    evaluation.systems.push_back(std::move(scores));
  }
  HILUM_RETURN_IF_ERROR(compare(options, evaluation));
  HILUM_ASSIGN(const std::string text, rendered(options, evaluation, context.streams.color_out));
  HILUM_RETURN_IF_ERROR(write_scores(context, options, evaluation, text));
  if (!options.html.empty())
    HILUM_RETURN_IF_ERROR(write_file(options.html, eval::render_html(evaluation, sets)));
  return check_bounds(options, evaluation.systems);
}

}  // namespace

Command make_evaluate_command() {
  return {
      "evaluate", "Score reports against references, with intervals", "Reports", [](CLI::App& app) -> Run {
        auto options = std::make_shared<EvaluateCommandOptions>();
        options->bootstrap.threads = 0;
        add_evaluate_options(app, *options);
        app.footer(
            "Every line of the output says how its number was made; docs/metrics.md has the definitions.\n\n"
            "  hilum evaluate --csv results.csv --id images_id --hypothesis pred_report --reference "
            "ground_truth --preset sei\n"
            "  hilum generate < studies.jsonl | hilum evaluate --format json --min BLEU-4=0.1\n"
            "  hilum evaluate --csv a.csv --csv b.csv --name ours --name theirs --preset mlrg\n"
            "  hilum evaluate --json captions.json --references annotations.json --preset coco\n"
            "  hilum evaluate --text mine.tok --references truth.tok --preset radeval\n"
            "  hilum evaluate --csv results.csv --metrics measurement,srrg,lunguage,consistency\n"
            "  hilum evaluate --csv results.csv --model models/chexbert --model models/distilbert\n"
            "  hilum evaluate --radmatch radmatch_results --format json\n"
            "  hilum evaluate --one mine.txt reference.txt\n"
            "  hilum evaluate --structured pairs.jsonl --metrics lunguage --similarity exact --format "
            "json\n");
        return [options](Context& context) { return run(context, *options); };
      }};
}

}  // namespace hilum::cli
