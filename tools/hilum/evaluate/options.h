// The options of `hilum evaluate` and the parts of its work.
#pragma once

#include <string>
#include <vector>

#include "app/command.h"
#include "eval/evaluate.h"
#include "eval/output/render.h"

namespace hilum::cli {

struct EvaluateCommandOptions {
  std::vector<std::string> csv, json, records, text, names, references_files, reference, minimum, maximum,
      one;
  std::string id, patient, hypothesis, preset = "default", preprocessing, label_policy, structured, radmatch,
                                       similarity = "jaccard";
  std::string format = "table", per_sample, html, output;
  std::string test = "plus-one";
  std::size_t cut_hypothesis = 0, cut_reference = 0;
  std::vector<std::string> bundles;
  std::string device = "cpu";  // of the bundles' models
  bool by_patient = false;
  eval::BootstrapOptions bootstrap;
  eval::EvaluateOptions scoring;  // its preset comes from the names above
  std::size_t trials = 10000;
};

void add_evaluate_options(CLI::App& app, EvaluateCommandOptions& options);

// Reads every system that was asked for, joined and ready to score.
Result<std::vector<eval::EvaluationSet>> read_systems(Context& context,
                                                      const EvaluateCommandOptions& options);

// Scores of inputs that are no pairs of texts, and what the JSON output says of each line.
struct LineScores {
  eval::SystemScores system;
  std::vector<std::pair<std::string, std::string>> stamp;  // entries of their own
  std::string samples;                                     // a JSON array
};

// `--structured`: LunguageScore of JSON lines {"id","mode","candidate","reference"}.
Result<LineScores> evaluate_structured(const EvaluateCommandOptions& options);

// `--radmatch`: a folder of radmatch's files, or JSON lines {"id","findings_gt","findings_pred","matching",
// "attribute_errors"}.
Result<LineScores> evaluate_radmatch(const EvaluateCommandOptions& options);

// `--one`: what is wrong with one report beside a reference, in words.
Result<std::string> evaluate_one(const EvaluateCommandOptions& options);

}  // namespace hilum::cli
