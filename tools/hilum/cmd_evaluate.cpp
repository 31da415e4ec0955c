#include <algorithm>
#include <charconv>
#include <memory>

#include <CLI/CLI.hpp>

#include "hilum/core/cpu.h"
#include "hilum/core/file.h"
#include "hilum/core/text.h"
#include "hilum/eval/render_html.h"

#include "evaluate_options.h"

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
  const bool csv = ends_with(options.per_sample, ".csv");
  std::string text;
  for (const eval::SystemScores& system : evaluation.systems) {
    HILUM_ASSIGN(const std::string lines, eval::render_samples(system, evaluation.stamp, csv));
    text += lines;
  }
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

Status run(Context& context, EvaluateCommandOptions options) {
  HILUM_ASSIGN(const eval::Preset preset, preset_of(options));
  HILUM_ASSIGN(options.scoring.similarity, eval::text_similarity_from_name(options.similarity));
  options.scoring.preset = preset;
  if (options.bootstrap.threads <= 0) options.bootstrap.threads = usable_cpus();
  if (!options.one.empty()) {
    HILUM_ASSIGN(const std::string text, evaluate_one(options));
    return context.streams.out->write(text);
  }
  if (!options.structured.empty()) {
    HILUM_ASSIGN(const std::string text,
                 evaluate_structured(options, eval::make_stamp(preset, options.bootstrap, false)));
    return context.streams.out->write(text);
  }
  HILUM_ASSIGN(const std::vector<eval::EvaluationSet> sets, read_systems(context, options));
  eval::Evaluation evaluation;
  evaluation.stamp = eval::make_stamp(preset, options.bootstrap, options.by_patient);
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
  HILUM_RETURN_IF_ERROR(options.output.empty() ? context.streams.out->write(text)
                                               : write_file(options.output, text));
  if (!options.per_sample.empty()) HILUM_RETURN_IF_ERROR(write_samples(options, evaluation));
  if (!options.html.empty())
    HILUM_RETURN_IF_ERROR(write_file(options.html, eval::render_html(evaluation, sets)));
  return check_bounds(options, evaluation.systems);
}

void add_inputs(CLI::App& app, EvaluateCommandOptions& o) {
  const auto list = [&app](const char* name, std::vector<std::string>& target, const char* help) {
    return app.add_option(name, target, help)->allow_extra_args(false)->take_all()->group("Input");
  };
  list("--csv", o.csv, "A CSV file of one system; repeat for several systems");
  list("--json", o.json,
       "A JSON file of one system: ReXrank, RadEval, COCO results, {id: {hyp, ref}}, [{…}]");
  list("--records", o.records,
       "A file of records; without any input option records are read from standard input");
  list("--references", o.references_files,
       "References in a file of their own (CSV, JSON, records, COCO annotations), joined on the id");
  list("--name", o.names, "A system's name, in the order of the files");
  app.add_option("--id", o.id, "Column or path of the id")->group("Input");
  app.add_option("--hypothesis", o.hypothesis, "Column or path of the scored text (records: report.findings)")
      ->group("Input");
  list("--reference", o.reference,
       "Column or path of the reference (records: reference.findings); repeat for several references");
  app.add_option("--patient", o.patient, "Column or path of the patient (records: patient_id)")
      ->group("Input");
  app.add_option("--structured", o.structured,
                 "Score structured reports: JSON lines of id, mode, candidate, reference")
      ->group("Input");
  app.add_option("--one", o.one, "Feedback on one report: its file and the reference's")
      ->expected(2)
      ->group("Input");
  app.add_option("--hypothesis-labels", o.scoring.stored.hypothesis_labels,
                 "Path of given CheXpert labels of the hypothesis")
      ->group("Input");
  app.add_option("--reference-labels", o.scoring.stored.reference_labels,
                 "Path of given CheXpert labels of the reference")
      ->group("Input");
  app.add_option("--hypothesis-graph", o.scoring.stored.hypothesis_graph,
                 "Path of a given RadGraph annotation of the hypothesis")
      ->group("Input");
  app.add_option("--reference-graph", o.scoring.stored.reference_graph,
                 "Path of a given RadGraph annotation of the reference")
      ->group("Input");
  app.add_option("--hypothesis-entities", o.scoring.stored.hypothesis_entities,
                 "Path of RaTEScore's entities of the hypothesis: types with vectors or texts")
      ->group("Input");
  app.add_option("--reference-entities", o.scoring.stored.reference_entities,
                 "Path of RaTEScore's entities of the reference")
      ->group("Input");
  app.add_option("--hypothesis-structured", o.scoring.stored.hypothesis_structured,
                 "Path of SRRG sections (hilum structure) or text of the hypothesis; with --metrics srrg and "
                 "without it, "
                 "the text is structured by rules")
      ->group("Input");
  app.add_option("--reference-structured", o.scoring.stored.reference_structured,
                 "Path of SRRG sections or text of the reference")
      ->group("Input");
  app.add_option("--hypothesis-lunguage", o.scoring.stored.hypothesis_lunguage,
                 "Path of structured entities (hilum entities --structured) of the hypothesis; with "
                 "--metrics lunguage or "
                 "extraction and without it, they are made of the text")
      ->group("Input");
  app.add_option("--reference-lunguage", o.scoring.stored.reference_lunguage,
                 "Path of structured entities of the reference")
      ->group("Input");
  app.add_option("--green", o.scoring.stored.green, "Path of a GREEN judge's text")->group("Input");
  app.add_option("--crimson", o.scoring.stored.crimson, "Path of a CRIMSON judge's JSON")->group("Input");
}

void add_scoring(CLI::App& app, EvaluateCommandOptions& o) {
  std::vector<std::string> preset_names;
  for (const eval::Preset& preset : eval::presets()) preset_names.push_back(preset.name);
  app.add_option("--preset", o.preset, "How the papers of one family scored: " + join(preset_names, ", "))
      ->group("Scoring");
  app.add_option("--metrics", o.scoring.metrics, "Only these: " + join(eval::metric_groups(), ", ") + "")
      ->delimiter(',')
      ->take_all()
      ->group("Scoring");
  app.add_option("--preprocessing", o.preprocessing,
                 "Instead of the preset's: " + join(eval::preprocess_names(), ", "))
      ->group("Scoring");
  app.add_option(
         "--label-policy", o.label_policy,
         "Instead of the preset's: uncertain-positive, uncertain-negative, mention, negation, uncertainty")
      ->group("Scoring");
  app.add_option("--cut-hypothesis", o.cut_hypothesis, "Keep this many words of a hypothesis")
      ->group("Scoring");
  app.add_option("--cut-reference", o.cut_reference, "Keep this many words of a reference")->group("Scoring");
  app.add_option(
         "--similarity", o.similarity,
         "Text similarity of LunguageScore, and of RaTEScore where no vectors are stored: exact or jaccard")
      ->check(CLI::IsMember({"exact", "jaccard"}))
      ->group("Scoring");
  app.add_option(
         "--attributes", o.scoring.attributes,
         "Attribute words of the consistency, as ICON's triples.json; without it those of the references")
      ->group("Scoring");
  app.add_option("--rate-matrix", o.scoring.rate_matrix, "RaTEScore's affinity matrix: long or short")
      ->check(CLI::IsMember({"long", "short"}))
      ->group("Scoring");
  app.add_option("--wordnet", o.scoring.wordnet, "Folder of WordNet's files, for METEOR")->group("Scoring");
}

void add_statistics(CLI::App& app, EvaluateCommandOptions& o) {
  app.add_option("--resamples", o.bootstrap.resamples, "Bootstrap resamples; 0: no intervals")
      ->capture_default_str()
      ->group("Statistics");
  app.add_option("--confidence", o.bootstrap.confidence, "Of the intervals")
      ->check(CLI::Range(0.5, 0.9999))
      ->capture_default_str()
      ->group("Statistics");
  app.add_option("--seed", o.bootstrap.seed, "Of all random numbers")
      ->capture_default_str()
      ->group("Statistics");
  app.add_flag("--by-patient", o.by_patient, "Resample patients instead of reports")->group("Statistics");
  app.add_option("--test", o.test,
                 "Paired randomisation of several systems: plus-one, or uncorrected as RadEval prints it")
      ->check(CLI::IsMember({"plus-one", "uncorrected"}))
      ->group("Statistics");
  app.add_option("--trials", o.trials, "Of that test")->capture_default_str()->group("Statistics");
  app.add_option("--threads", o.bootstrap.threads, "For the resampling; 0: the processors there are")
      ->capture_default_str()
      ->group("Statistics");
}

void add_output(CLI::App& app, EvaluateCommandOptions& o) {
  app.add_option("--format", o.format, "table, json, csv or latex")
      ->check(CLI::IsMember({"table", "json", "csv", "latex"}))
      ->group("Output");
  app.add_option("-o,--output", o.output, "Write the scores to this file")->group("Output");
  app.add_option("--per-sample", o.per_sample,
                 "Write each report's own scores to this file (JSON lines, or CSV by its ending)")
      ->group("Output");
  app.add_option("--html", o.html,
                 "Write a page with scores, findings and the best and worst reports to this file")
      ->group("Output");
  app.add_option("--min", o.minimum, "METRIC=NUMBER: exit with 1 when the score is below")
      ->allow_extra_args(false)
      ->take_all()
      ->group("Output");
  app.add_option("--max", o.maximum, "METRIC=NUMBER: exit with 1 when the score is above")
      ->allow_extra_args(false)
      ->take_all()
      ->group("Output");
}

}  // namespace

Command make_evaluate_command() {
  return {
      "evaluate", "Score reports against references, with intervals", "Reports", [](CLI::App& app) -> Run {
        auto options = std::make_shared<EvaluateCommandOptions>();
        options->bootstrap.threads = 0;
        add_inputs(app, *options);
        add_scoring(app, *options);
        add_statistics(app, *options);
        add_output(app, *options);
        app.footer(
            "Every line of the output says how its number was made; docs/metrics.md has the definitions.\n\n"
            "  hilum evaluate --csv results.csv --id images_id --hypothesis pred_report --reference "
            "ground_truth --preset sei\n"
            "  hilum generate < studies.jsonl | hilum evaluate --format json --min BLEU-4=0.1\n"
            "  hilum evaluate --csv a.csv --csv b.csv --name ours --name theirs --preset mlrg\n"
            "  hilum evaluate --json captions.json --references annotations.json --preset coco\n"
            "  hilum evaluate --one mine.txt reference.txt\n"
            "  hilum evaluate --structured pairs.jsonl --metrics lunguage --similarity exact --format "
            "json\n");
        return [options](Context& context) { return run(context, *options); };
      }};
}

}  // namespace hilum::cli
