// How measured values of a report agree with those of its reference: presence, distance and placement of the
// endotracheal tube as FactCheXcker (2024) scores them, and all measured lengths. Values come from the text
// (hilum/nlp/measurements.h) or from FactCheXcker's result columns. Distances of the tube in cm, positive
// above the carina; other lengths in mm. A MeasurementReader is immutable once loaded; safe from any thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hilum/metrics.h"
#include "hilum/status.h"

#include "eval/input/context.h"

namespace hilum::eval {

// What one report says of the endotracheal tube.
struct TubeStatement {
  bool present = false;
  std::optional<double> cm;     // of a range the higher value
  std::optional<bool> correct;  // placement; by the distance where a text is read
};

struct MeasuredLength {
  std::string finding, laterality, kind, target;  // as nlp::Measurement has them
  double mm = 0;                                  // of a range the higher value, of dimensions the largest
};

struct ReportMeasurements {
  TubeStatement tube;
  std::vector<MeasuredLength> lengths;  // neither denied, of an earlier study, nor advice
};

class MeasurementReader {
 public:
  // Reads configs/eval/endotracheal_tube.json and the word lists of the parsers.
  static Result<MeasurementReader> load();
  ReportMeasurements read(std::string_view report) const;

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

// ETT-presence-precision, -recall and -F1, ETT-MAE-cm and ETT-measured-pairs over reports where both sides
// have a distance, ETT-placement-precision, -recall and -accuracy over the same reports ("correct" is the
// positive class), and ETT-composite = MAE / presence F1. `source` says where the statements come from. A
// score without any case is NaN.
void add_tube_metrics(const std::vector<TubeStatement>& hypotheses,
                      const std::vector<TubeStatement>& references, std::string_view source,
                      ScoreTable& table);

// measured-precision, -recall and -F1: measured things that the other report measures too (same finding, kind
// of measure and landmark, no opposite side); measured-MAE-cm over those pairs.
void add_length_metrics(const std::vector<ReportMeasurements>& hypotheses,
                        const std::vector<ReportMeasurements>& references, ScoreTable& table);

// Both, read from the texts; of several references the first.
Status add_measurement(Context& context);
// The tube's scores from the columns of FactCheXcker's result files: present, measurement, placement,
// gt_present, gt_measurement, gt_placement.
Status add_factchexcker(Context& context);

}  // namespace hilum::eval
