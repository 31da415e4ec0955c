#include "evaluate/options.h"

#include <charconv>

#include <CLI/CLI.hpp>

#include "core/text/text.h"
#include "eval/presets.h"
#include "eval/words/preprocess.h"
#include "options/renamed_option.h"

namespace hilum::cli {
namespace {

// Groups in the order of the help: what most runs need first.
constexpr const char *kInput = "Reports", *kScores = "Scores", *kOutput = "Output",
                     *kBundles = "Models of bundles", *kStatistics = "Intervals and tests",
                     *kStored = "Stored judgements (columns or paths)", *kFine = "Settings of single metrics",
                     *kOther = "Other inputs";

CLI::Option* list(CLI::App& app, const char* name, std::vector<std::string>& target, const char* help,
                  const char* group) {
  return app.add_option(name, target, help)->allow_extra_args(false)->take_all()->group(group);
}

void add_inputs(CLI::App& app, EvaluateCommandOptions& o) {
  list(app, "--csv", o.csv, "A CSV file of one system; repeat for several systems", kInput);
  list(app, "--records", o.records,
       "A file of records; without any input option records are read from standard input", kInput);
  list(app, "--json", o.json,
       "A JSON file of one system: ReXrank, RadEval, COCO results, {id: {hyp, ref}}, [{…}]", kInput);
  renamed_option(app, "--text", "--lines");
  list(app, "--lines", o.text,
       "A text file of one system, one report a line; with --references FILE.txt of as many lines", kInput);
  app.add_option("--id", o.fields.id, "Column or path of the id")->group(kInput);
  app.add_option("--hypothesis", o.fields.hypothesis,
                 "Column or path of the scored text (records: report.findings)")
      ->group(kInput);
  list(app, "--reference", o.fields.references,
       "Column or path of the reference (records: reference.findings); repeat for several references",
       kInput);
  list(app, "--references", o.references,
       "References in a file of their own (CSV, JSON, records, COCO annotations, .txt or .tok lines), joined "
       "on the id",
       kInput);
  app.add_option("--patient", o.fields.patient, "Column or path of the patient (records: patient_id)")
      ->group(kInput);
  list(app, "--name", o.names, "A system's name, in the order of the files", kInput);
}

void add_scores(CLI::App& app, EvaluateCommandOptions& o) {
  std::vector<std::string> presets, groups;
  for (const eval::Preset& preset : eval::presets()) presets.push_back(preset.name);
  for (const MetricGroup& group : metric_groups()) groups.push_back(group.name);
  app.add_option("--preset", o.scoring.preset, "How the papers of one family scored: " + join(presets, ", "))
      ->group(kScores);
  app.add_option("--metrics", o.scoring.metrics, "Only these: " + join(groups, ", "))
      ->delimiter(',')
      ->take_all()
      ->group(kScores);
  app.add_flag("--all", o.all, "The table has every score, not only those people look at most")
      ->group(kScores);
}

void add_output(CLI::App& app, EvaluateCommandOptions& o) {
  app.add_option("--format", o.format, "table, or every score as json, csv or latex")
      ->check(CLI::IsMember({"table", "json", "csv", "latex"}))
      ->group(kOutput);
  app.add_option("-o,--output", o.output, "Write the scores to this file")->group(kOutput);
  app.add_option("--per-sample", o.per_sample,
                 "Write each report's own scores to this file (JSON lines, or CSV by its ending)")
      ->group(kOutput);
  app.add_option("--html", o.html,
                 "Write a page with scores, findings and the best and worst reports to this file")
      ->group(kOutput);
  list(app, "--min", o.minimum, "METRIC=NUMBER: exit with 1 when the score is below", kOutput);
  list(app, "--max", o.maximum, "METRIC=NUMBER: exit with 1 when the score is above", kOutput);
}

void add_statistics(CLI::App& app, EvaluateCommandOptions& o) {
  app.add_option("--resamples", o.scoring.bootstrap.resamples, "Bootstrap resamples; 0: no intervals")
      ->capture_default_str()
      ->group(kStatistics);
  app.add_option("--confidence", o.scoring.bootstrap.confidence, "Of the intervals")
      ->check(CLI::Range(0.5, 0.9999))
      ->capture_default_str()
      ->group(kStatistics);
  app.add_option("--seed", o.scoring.bootstrap.seed, "Of all random numbers")
      ->capture_default_str()
      ->group(kStatistics);
  app.add_flag("--by-patient", o.scoring.by_patient, "Resample patients instead of reports")
      ->group(kStatistics);
  app.add_option_function<std::string>(
         "--test",
         [&o](const std::string& name) {
           o.scoring.test.variant =
               name == "uncorrected" ? RandomisationVariant::kUncorrected : RandomisationVariant::kPlusOne;
         },
         "Paired randomisation of several systems: plus-one, or uncorrected as RadEval prints it")
      ->check(CLI::IsMember({"plus-one", "uncorrected"}))
      ->group(kStatistics);
  app.add_option("--trials", o.scoring.test.trials, "Of that test")
      ->capture_default_str()
      ->group(kStatistics);
  app.add_option("--threads", o.scoring.bootstrap.threads,
                 "For the resampling and the models; 0: the processors there are")
      ->capture_default_str()
      ->group(kStatistics);
}

void add_bundles(CLI::App& app, EvaluateCommandOptions& o) {
  list(app, "--bundle", o.scoring.bundles,
       "Use this bundle's models (repeat for several): a report_labeler (CheXbert) labels in place of the "
       "rules, a text_encoder gives BERTScore and --similarity encoder, a sentence_labeler gives SRR-BERT; a "
       "name (see hilum model list) or a folder",
       kBundles);
  renamed_option(app, "--model", "--bundle");
  app.add_option("--device", o.scoring.device, "Of the models: cpu, or cuda if LibTorch has it")
      ->check(CLI::IsMember({"cpu", "cuda"}))
      ->capture_default_str()
      ->group(kBundles);
}

void add_stored(CLI::App& app, EvaluateCommandOptions& o) {
  StoredFields& stored = o.scoring.stored;
  const auto both = [&app](const std::string& name, std::string& hypothesis, std::string& reference,
                           const std::string& what) {
    app.add_option("--hypothesis-" + name, hypothesis, what + " of the hypothesis")->group(kStored);
    app.add_option("--reference-" + name, reference, what + " of the reference")->group(kStored);
  };
  both("labels", stored.hypothesis_labels, stored.reference_labels, "Given CheXpert labels");
  both("graph", stored.hypothesis_graph, stored.reference_graph, "Given RadGraph annotation");
  both("entities", stored.hypothesis_entities, stored.reference_entities,
       "RaTEScore's entities (types with vectors or texts)");
  both("structured", stored.hypothesis_structured, stored.reference_structured,
       "SRRG sections (hilum structure) or text; with --metrics srrg and without it, the text is structured "
       "by rules:");
  both("lunguage", stored.hypothesis_lunguage, stored.reference_lunguage,
       "Structured entities (hilum entities --structured); with --metrics lunguage or extraction and without "
       "it, they are made of the text:");
  app.add_option("--green", stored.green, "A GREEN judge's text")->group(kStored);
  app.add_option("--crimson", stored.crimson, "A CRIMSON judge's JSON")->group(kStored);
}

void add_settings(CLI::App& app, EvaluateCommandOptions& o) {
  EvaluateOptions& s = o.scoring;
  app.add_option("--preprocessing", s.preprocessing,
                 "Instead of the preset's: " + join(eval::preprocess_names(), ", "))
      ->group(kFine);
  app.add_option(
         "--label-policy", s.label_policy,
         "Instead of the preset's: uncertain-positive, uncertain-negative, mention, negation, uncertainty")
      ->group(kFine);
  app.add_option("--cut-hypothesis", s.cut_hypothesis, "Keep this many words of a hypothesis")->group(kFine);
  app.add_option("--cut-reference", s.cut_reference, "Keep this many words of a reference")->group(kFine);
  app.add_option("--wordnet", s.wordnet, "meteor: folder of WordNet's files")->group(kFine);
  app.add_option(
         "--paraphrases", s.paraphrases,
         "meteor: paraphrase table (paraphrase-en.gz of METEOR 1.5); without it the score is named so")
      ->group(kFine);
  app.add_flag("--bertscore-idf", s.bertscore_idf,
               "bertscore: tokens weigh by their inverse document frequency in the references")
      ->group(kFine);
  app.add_option("--similarity", s.similarity,
                 "lunguage, and ratescore where no vectors are stored: text similarity exact, jaccard, or "
                 "encoder (a bundle's text_encoder)")
      ->check(CLI::IsMember({"exact", "jaccard", "encoder"}))
      ->group(kFine);
  app.add_option("--rate-matrix", s.rate_matrix, "ratescore: affinity matrix, long or short")
      ->check(CLI::IsMember({"long", "short"}))
      ->group(kFine);
  app.add_option("--attributes", s.attributes,
                 "consistency: attribute words as ICON's triples.json; without it those of the references")
      ->group(kFine);
  app.add_flag_callback(
         "--any-sentence", [&s] { s.same_sentence = false; },
         "extraction: triplets may stand in different sentences (for reports of different wording)")
      ->group(kFine);
}

void add_other_inputs(CLI::App& app, EvaluateCommandOptions& o) {
  app.add_option("--one", o.one, "Say what is wrong with one report: HYPOTHESIS.txt REFERENCE.txt")
      ->expected(2)
      ->group(kOther);
  renamed_option(app, "--structured", "--structured-pairs");
  app.add_option("--structured-pairs", o.structured,
                 "Score structured reports: JSON lines of id, mode, candidate, reference")
      ->group(kOther);
  app.add_option("--radmatch", o.radmatch,
                 "Score radmatch's findings and matching by its rules: its result folder, or JSON lines of "
                 "id, findings_gt, findings_pred, matching, attribute_errors")
      ->group(kOther);
}

// "BLEU-4=0.1"
Result<Bound> bound_of(const std::string& text, bool minimum) {
  const std::size_t equals = text.rfind('=');
  Bound bound;
  bound.minimum = minimum;
  const char* end = text.data() + text.size();
  if (equals != std::string::npos && equals > 0) {
    bound.metric = text.substr(0, equals);
    const auto parsed = std::from_chars(text.data() + equals + 1, end, bound.value);
    if (parsed.ec == std::errc() && parsed.ptr == end) return bound;
  }
  return Status(ErrorCode::kUsage,
                std::string(minimum ? "--min" : "--max") + " should be METRIC=NUMBER, not '" + text + "'");
}

}  // namespace

void add_evaluate_options(CLI::App& app, EvaluateCommandOptions& options) {
  options.scoring.bootstrap.threads = 0;
  add_inputs(app, options);
  add_scores(app, options);
  add_output(app, options);
  add_statistics(app, options);
  add_bundles(app, options);
  add_stored(app, options);
  add_settings(app, options);
  add_other_inputs(app, options);
}

PairSources pair_sources(const EvaluateCommandOptions& options) {
  PairSources out;
  for (const auto& [paths, format] :
       {std::pair(&options.csv, PairFormat::kCsv), std::pair(&options.json, PairFormat::kJson),
        std::pair(&options.text, PairFormat::kText), std::pair(&options.records, PairFormat::kRecords)}) {
    for (const std::string& path : *paths) out.systems.push_back({path, format});
  }
  out.references = options.references;
  out.names = options.names;
  out.fields = options.fields;
  return out;
}

Result<std::vector<Bound>> bounds_of(const EvaluateCommandOptions& options) {
  std::vector<Bound> out;
  for (const bool minimum : {true, false}) {
    for (const std::string& text : minimum ? options.minimum : options.maximum) {
      HILUM_ASSIGN(Bound bound, bound_of(text, minimum));
      out.push_back(std::move(bound));
    }
  }
  return out;
}

}  // namespace hilum::cli
