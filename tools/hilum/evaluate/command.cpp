#include <memory>

#include <CLI/CLI.hpp>

#include "core/files/file.h"
#include "core/text/text.h"
#include "evaluate/options.h"
#include "options/need_input.h"

namespace hilum::cli {
namespace {

Result<std::string> rendered(const EvaluateCommandOptions& options, const Evaluation& evaluation,
                             const std::vector<std::string>& only, bool color) {
  if (options.format == "csv") return render_csv(evaluation);
  if (options.format == "latex") return render_latex(evaluation);
  if (options.format == "json") {
    HILUM_ASSIGN(std::string json, render_json(evaluation));
    return json + "\n";
  }
  std::string table = render_table(evaluation, color, only);
  if (only.empty()) return table;
  std::size_t hidden = 0;
  for (const SystemScores& system : evaluation.systems)
    hidden = std::max(hidden, system.table.metrics().size());
  hidden -= std::min(hidden, only.size());
  if (hidden == 0) return table;
  return table + "\n" + std::to_string(hidden) +
         " more scores: --all shows them here, --metrics NAME,… all of some, --format json keeps every one\n";
}

Status write(Context& context, const EvaluateCommandOptions& options, const Evaluation& evaluation,
             const std::vector<std::string>& only) {
  HILUM_ASSIGN(const std::string text, rendered(options, evaluation, only, context.streams.color_out));
  HILUM_RETURN_IF_ERROR(options.output.empty() ? context.streams.out->write(text)
                                               : write_file(options.output, text));
  if (options.per_sample.empty()) return Status::ok();
  HILUM_ASSIGN(const std::string samples, render_samples(evaluation, ends_with(options.per_sample, ".csv")));
  return write_file(options.per_sample, samples);
}

Status check_combination(const EvaluateCommandOptions& options) {
  const bool lines = !options.structured.empty() || !options.radmatch.empty();
  if (!options.scoring.bundles.empty() && (!options.one.empty() || !options.radmatch.empty()))
    return {ErrorCode::kUsage, "--bundle is for scores; --one and --radmatch use rules"};
  if (lines && !options.html.empty())
    return {ErrorCode::kUsage, "--html shows reports; --structured-pairs and --radmatch have none"};
  return Status::ok();
}

Status run_lines(Context& context, const EvaluateCommandOptions& options, const Evaluator& evaluator) {
  HILUM_ASSIGN(const Evaluation evaluation, !options.structured.empty()
                                                ? evaluator.evaluate_structured(options.structured)
                                                : evaluator.evaluate_radmatch(options.radmatch));
  HILUM_RETURN_IF_ERROR(write(context, options, evaluation, {}));
  return check_bounds(evaluation, options.scoring.bounds);
}

Status run_pairs(Context& context, const EvaluateCommandOptions& options, const Evaluator& evaluator) {
  const PairSources sources = pair_sources(options);
  HILUM_RETURN_IF_ERROR(need_input(context, !sources.systems.empty(),
                                   "what should be scored? Pipe records in, or give --csv, --json, "
                                   "--records, --lines, --structured-pairs or --radmatch"));
  HILUM_ASSIGN(std::vector<EvaluationSet> sets, evaluator.read(sources, context.streams.in));
  HILUM_ASSIGN(const Evaluation evaluation, evaluator.evaluate(sets));
  const bool every = options.all || !options.scoring.metrics.empty();
  HILUM_RETURN_IF_ERROR(
      write(context, options, evaluation, every ? std::vector<std::string>() : shown_scores(evaluation)));
  if (!options.html.empty()) HILUM_RETURN_IF_ERROR(write_file(options.html, render_html(evaluation, sets)));
  return check_bounds(evaluation, options.scoring.bounds);
}

Status run(Context& context, EvaluateCommandOptions options) {
  HILUM_RETURN_IF_ERROR(check_combination(options));
  HILUM_ASSIGN(options.scoring.bounds, bounds_of(options));
  if (!options.one.empty()) {
    HILUM_ASSIGN(const std::string text, evaluate_one(options));
    return context.streams.out->write(text);
  }
  HILUM_ASSIGN(const Evaluator evaluator, Evaluator::open(options.scoring));
  const bool lines = !options.structured.empty() || !options.radmatch.empty();
  return lines ? run_lines(context, options, evaluator) : run_pairs(context, options, evaluator);
}

}  // namespace

Command make_evaluate_command() {
  return {
      "evaluate", "Score reports against references, with intervals", "Reports", [](CLI::App& app) -> Run {
        auto options = std::make_shared<EvaluateCommandOptions>();
        add_evaluate_options(app, *options);
        app.footer(
            "The table has the scores people look at most; --all shows every one. Every line says how its "
            "number was made; docs/metrics.md has the definitions.\n\n"
            "  hilum evaluate --csv results.csv --id images_id --hypothesis pred_report --reference "
            "ground_truth --preset sei\n"
            "  hilum generate < studies.jsonl | hilum evaluate --format json --min BLEU-4=0.1\n"
            "  hilum evaluate --csv a.csv --csv b.csv --name ours --name theirs --preset mlrg\n"
            "  hilum evaluate --json captions.json --references annotations.json --preset coco\n"
            "  hilum evaluate --lines mine.tok --references truth.tok --preset radeval\n"
            "  hilum evaluate --csv results.csv --metrics measurement,srrg,lunguage,consistency\n"
            "  hilum evaluate --csv results.csv --bundle models/chexbert --bundle models/distilbert\n"
            "  hilum evaluate --radmatch radmatch_results --format json\n"
            "  hilum evaluate --one mine.txt reference.txt\n"
            "  hilum evaluate --structured-pairs pairs.jsonl --metrics lunguage --similarity exact --format "
            "json\n");
        return [options](Context& context) { return run(context, *options); };
      }};
}

}  // namespace hilum::cli
