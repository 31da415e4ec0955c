// How sure the classifier is, finding by finding, sentence by sentence and for the study: what `--abstain`
// uses.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hilum/bundle.h"
#include "hilum/json.h"
#include "hilum/status.h"

#include "nlp/labels/labels.h"

namespace hilum {

// How far a calibrated probability lies from its threshold, .5 (on it) to 1 (at 0 or 1); each side is scaled
// to its own length, so that a rare finding with a low threshold can be excluded with confidence.
double confidence_of(double probability, double threshold);

// Immutable; threads may share one.
class Confidence {
 public:
  // `below`: what is less sure than this counts as uncertain. kFileNotFound and kConfig for the label tables.
  static Result<Confidence> make(double below);

  // Adds `confidence` to the findings of `predictions`, and `uncertain` where it is too low; to the sentences
  // of `report` that state such a finding, the confidence that they are right, of several findings the
  // lowest. A study whose findings are on average too uncertain loses its text: `abstained` and the reason.
  // Without findings among the predictions nothing changes.
  void apply(Json& record) const;

 private:
  Confidence(double below, std::vector<nlp::Labeler> labelers)
      : below_(below), labelers_(std::move(labelers)) {}
  std::optional<double> of_sentence(const std::string& text, const Json& predictions) const;
  double below_;
  std::vector<nlp::Labeler> labelers_;
};

}  // namespace hilum
