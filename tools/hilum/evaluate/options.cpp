#include "evaluate/options.h"

#include <CLI/CLI.hpp>

#include "core/text/text.h"

namespace hilum::cli {
namespace {

void add_inputs(CLI::App& app, EvaluateCommandOptions& o) {
  const auto list = [&app](const char* name, std::vector<std::string>& target, const char* help) {
    return app.add_option(name, target, help)->allow_extra_args(false)->take_all()->group("Input");
  };
  const auto one = [&app](const char* name, std::string& target, const char* help) {
    app.add_option(name, target, help)->group("Input");
  };
  list("--csv", o.csv, "A CSV file of one system; repeat for several systems");
  list("--json", o.json,
       "A JSON file of one system: ReXrank, RadEval, COCO results, {id: {hyp, ref}}, [{…}]");
  list("--records", o.records,
       "A file of records; without any input option records are read from standard input");
  list("--text", o.text,
       "A text file of one system, one report a line; with --references FILE.txt of as many lines");
  list("--references", o.references_files,
       "References in a file of their own (CSV, JSON, records, COCO annotations, .txt or .tok lines), joined "
       "on the id");
  list("--name", o.names, "A system's name, in the order of the files");
  one("--id", o.id, "Column or path of the id");
  one("--hypothesis", o.hypothesis, "Column or path of the scored text (records: report.findings)");
  list("--reference", o.reference,
       "Column or path of the reference (records: reference.findings); repeat for several references");
  one("--patient", o.patient, "Column or path of the patient (records: patient_id)");
  one("--structured", o.structured, "Score structured reports: JSON lines of id, mode, candidate, reference");
  one("--radmatch", o.radmatch,
      "Score radmatch's findings and matching by its rules: its result folder, or JSON lines of "
      "id, findings_gt, "
      "findings_pred, matching, attribute_errors");
  app.add_option("--one", o.one, "Feedback on one report: its file and the reference's")
      ->expected(2)
      ->group("Input");
  one("--hypothesis-labels", o.scoring.stored.hypothesis_labels,
      "Path of given CheXpert labels of the hypothesis");
  one("--reference-labels", o.scoring.stored.reference_labels,
      "Path of given CheXpert labels of the reference");
  one("--hypothesis-graph", o.scoring.stored.hypothesis_graph,
      "Path of a given RadGraph annotation of the hypothesis");
  one("--reference-graph", o.scoring.stored.reference_graph,
      "Path of a given RadGraph annotation of the reference");
  one("--hypothesis-entities", o.scoring.stored.hypothesis_entities,
      "Path of RaTEScore's entities of the hypothesis: types with vectors or texts");
  one("--reference-entities", o.scoring.stored.reference_entities,
      "Path of RaTEScore's entities of the reference");
  one("--hypothesis-structured", o.scoring.stored.hypothesis_structured,
      "Path of SRRG sections (hilum structure) or text of the hypothesis; with --metrics srrg and "
      "without it, "
      "the text is structured by rules");
  one("--reference-structured", o.scoring.stored.reference_structured,
      "Path of SRRG sections or text of the reference");
  one("--hypothesis-lunguage", o.scoring.stored.hypothesis_lunguage,
      "Path of structured entities (hilum entities --structured) of the hypothesis; with "
      "--metrics lunguage or "
      "extraction and without it, they are made of the text");
  one("--reference-lunguage", o.scoring.stored.reference_lunguage,
      "Path of structured entities of the reference");
  one("--green", o.scoring.stored.green, "Path of a GREEN judge's text");
  one("--crimson", o.scoring.stored.crimson, "Path of a CRIMSON judge's JSON");
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
  app.add_option("--similarity", o.similarity,
                 "Text similarity of LunguageScore, and of RaTEScore where no vectors are stored: exact, "
                 "jaccard, or encoder "
                 "(a bundle's text_encoder)")
      ->check(CLI::IsMember({"exact", "jaccard", "encoder"}))
      ->group("Scoring");
  app.add_flag_callback(
         "--any-sentence", [&o] { o.scoring.sentences = false; },
         "Extracted triplets may stand in different sentences (for reports of different wording)")
      ->group("Scoring");
  app.add_option(
         "--attributes", o.scoring.attributes,
         "Attribute words of the consistency, as ICON's triples.json; without it those of the references")
      ->group("Scoring");
  app.add_option("--rate-matrix", o.scoring.rate_matrix, "RaTEScore's affinity matrix: long or short")
      ->check(CLI::IsMember({"long", "short"}))
      ->group("Scoring");
  app.add_option(
         "--paraphrases", o.scoring.paraphrases,
         "METEOR's paraphrase table (paraphrase-en.gz of METEOR 1.5); without it the score is named so")
      ->group("Scoring");
  CLI::Option* model =
      app.add_option("--model", o.bundles,
                     "Use this bundle's models (repeat for several): a report_labeler (CheXbert) labels in "
                     "place of the rules, a text_encoder gives BERTScore and --similarity encoder, a "
                     "sentence_labeler gives SRR-BERT; a name (see hilum model list) or a folder")
          ->allow_extra_args(false)
          ->take_all()
          ->group("Scoring");
  app.add_option("--device", o.device, "Of the models: cpu, or cuda if LibTorch has it")
      ->check(CLI::IsMember({"cpu", "cuda"}))
      ->capture_default_str()
      ->needs(model)
      ->group("Scoring");
  app.add_flag("--bertscore-idf", o.scoring.bertscore_idf,
               "BERTScore's tokens weigh by their inverse document frequency in the references")
      ->needs(model)
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
  app.add_option("--threads", o.bootstrap.threads,
                 "For the resampling and the models; 0: the processors there are")
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

void add_evaluate_options(CLI::App& app, EvaluateCommandOptions& options) {
  add_inputs(app, options);
  add_scoring(app, options);
  add_statistics(app, options);
  add_output(app, options);
}

}  // namespace hilum::cli
