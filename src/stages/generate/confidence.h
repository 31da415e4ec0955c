// How sure the classifier is, finding by finding, sentence by sentence and for the study: what `--abstain`
// uses.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hilum/status.h"

#include "nlp/labels/labels.h"
#include "stages/generate/written_study.h"

namespace hilum::stages {

// How far a calibrated probability lies from its threshold, .5 (on it) to 1 (at 0 or 1); each side is scaled
// to its own length, so that a rare finding with a low threshold can be excluded with confidence.
double confidence_of(double probability, double threshold);

// Immutable; threads may share one.
class Confidence {
 public:
  // `below`: what is less sure than this counts as uncertain. kFileNotFound and kConfig for the label tables.
  static Result<Confidence> make(double below);

  // Gives the findings among the predictions their confidence, and marks those where it is too low; likewise
  // the sentences of the report that state such a finding, with the confidence that they are right, of
  // several findings the lowest. A study whose findings are on average too uncertain loses its text and gets
  // the reason. Without findings among the predictions nothing changes.
  void apply(WrittenStudy& study) const;

 private:
  Confidence(double below, std::vector<nlp::Labeler> labelers)
      : below_(below), labelers_(std::move(labelers)) {}
  std::optional<double> of_sentence(const std::string& text,
                                    const std::vector<WrittenPrediction>& predictions) const;
  double below_;
  std::vector<nlp::Labeler> labelers_;
};

}  // namespace hilum::stages
