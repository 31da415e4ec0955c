// The options of `hilum evaluate`.
#pragma once

#include <string>
#include <vector>

#include "hilum/evaluate.h"

#include "app/command.h"

namespace hilum::cli {

struct EvaluateCommandOptions {
  EvaluateOptions scoring;
  PairFields fields;
  std::vector<std::string> csv, json, records, text, names, references, minimum, maximum, one;
  std::string structured, radmatch;
  std::string format = "table", per_sample, html, output;
  bool all = false;
};

void add_evaluate_options(CLI::App& app, EvaluateCommandOptions& options);

// The files in the order their systems are named. kUsage for a bound that is no METRIC=NUMBER.
PairSources pair_sources(const EvaluateCommandOptions& options);
Result<std::vector<Bound>> bounds_of(const EvaluateCommandOptions& options);

// `--one`: what is wrong with one report beside a reference, in words.
Result<std::string> evaluate_one(const EvaluateCommandOptions& options);

}  // namespace hilum::cli
