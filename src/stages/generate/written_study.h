// What `generate` says of a study, before it becomes keys of a record. Numbers are rounded already, as
// records give them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "hilum/bundle.h"
#include "hilum/json.h"
#include "hilum/model.h"

#include "io/heat_overlay.h"
#include "runtime/decoding/constraints.h"
#include "runtime/models/conditioner_inputs.h"
#include "stages/common/study_input.h"

namespace hilum::stages {

// A label of the classifier, or another name of one.
struct WrittenPrediction {
  std::string label;
  double probability = 0.0;
  double threshold = 0.5;
  std::string same_as = {};  // the label this is another name of; "": none
  std::string kind = "finding";
  std::optional<double> confidence = {};
  bool uncertain = false;
};

struct WrittenSentence {
  std::string text, section;
  double logprob = 0.0;
  std::optional<double> support = {};      // share of the samples that hold it
  std::optional<HeatGrid> attention = {};  // over the cells of the first image
  std::string picture = {};                // file that shows it
  std::optional<double> confidence = {};
  bool uncertain = false;
};

struct WrittenSample {
  std::string findings, impression;
  double logprob = 0.0;
};

struct WrittenReport {
  std::string findings, impression;
  bool has_impression = false;  // whether the bundle tells the two apart
  std::vector<WrittenSentence> sentences;
  double logprob = 0.0;
  std::vector<WrittenSample> samples;
  std::optional<double> agreement;  // of the samples
  runtime::ListedInputs inputs;
  std::vector<std::string> warnings;
  std::optional<double> confidence;
  std::string abstained;  // why there is no text; "": there is
};

struct WrittenStudy {
  std::vector<WrittenPrediction> predictions;  // a label's other names follow it
  std::optional<WrittenReport> report;
};

// What the model's output says. `constraints` may be null.
WrittenStudy written_study(const StudyOutput& output, const StudyNotes& notes, const Model& model,
                           const runtime::Constraints* constraints);

// As records have them (docs/records.md). `image` is the path of the first image; `prior_references` as
// prior_rule.h makes it.
Json predictions_json(const std::vector<WrittenPrediction>& predictions);
Json report_json(const WrittenReport& report, const StudyNotes& notes, const std::string& image,
                 Json prior_references);

}  // namespace hilum::stages
