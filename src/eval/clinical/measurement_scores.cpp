#include "eval/clinical/measurement_scores.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

#include <nlohmann/json.hpp>

#include "core/files/file.h"
#include "core/text/text.h"
#include "nlp/entities/entities.h"
#include "nlp/measurements/measurements.h"

namespace hilum::eval {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
constexpr const char* kTube = "endotracheal_tube";

double ratio(double part, double whole) { return whole > 0 ? part / whole : kMissing; }
double f1(double hits, double said, double is) { return ratio(2 * hits, said + is); }

bool opposite(const std::string& a, const std::string& b) {
  return (a == "left" && b == "right") || (a == "right" && b == "left");
}

bool comparable(const MeasuredLength& a, const MeasuredLength& b) {
  return a.finding == b.finding && a.kind == b.kind && a.target == b.target &&
         !opposite(a.laterality, b.laterality);
}

// Differences in cm of the one-to-one pairs, the nearest values first.
std::vector<double> paired_differences(const std::vector<MeasuredLength>& a,
                                       const std::vector<MeasuredLength>& b) {
  std::vector<std::tuple<double, std::size_t, std::size_t>> pairs;
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = 0; j < b.size(); ++j) {
      if (comparable(a[i], b[j])) pairs.emplace_back(std::fabs(a[i].mm - b[j].mm), i, j);
    }
  }
  std::sort(pairs.begin(), pairs.end());
  std::vector<bool> used_a(a.size(), false), used_b(b.size(), false);
  std::vector<double> out;
  for (const auto& [difference, i, j] : pairs) {
    if (used_a[i] || used_b[j]) continue;
    used_a[i] = used_b[j] = true;
    out.push_back(difference / 10);
  }
  return out;
}

}  // namespace

struct MeasurementReader::State {
  nlp::MeasurementParser parser;
  nlp::EntityExtractor extractor;
  std::vector<std::string> names;
  double from_cm = 0, to_cm = 0;

  bool correct(double cm) const {
    const double rounded = std::round(cm * 100) / 100;
    return rounded >= from_cm && rounded <= to_cm;
  }
  bool is_name(const std::string& text) const {
    return std::find(names.begin(), names.end(), to_lower(text)) != names.end();
  }
  // Most reports name no tube, and finding entities costs far more than looking for a name.
  bool may_name(std::string_view report) const {
    const std::string lower = to_lower(report);
    return std::any_of(names.begin(), names.end(),
                       [&](const std::string& name) { return contains(lower, name); });
  }
  bool names_tube(std::string_view report) const {
    if (!may_name(report)) return false;
    const nlp::ExtractedReport found = extractor.extract(report);
    return std::any_of(found.graph.entities.begin(), found.graph.entities.end(),
                       [&](const nlp::GraphEntity& entity) {
                         return entity.assertion != nlp::EntityAssertion::kAbsent &&
                                is_name(nlp::entity_text(found.graph, entity));
                       });
  }
};

Result<MeasurementReader> MeasurementReader::load() {
  HILUM_ASSIGN(const std::string path, find_data("configs/eval/endotracheal_tube.json"));
  HILUM_ASSIGN(const Json json, read_json_file(path, 1u << 20));
  HILUM_ASSIGN(nlp::MeasurementParser parser, nlp::MeasurementParser::load());
  HILUM_ASSIGN(nlp::EntityExtractor extractor, nlp::EntityExtractor::load());
  auto state = std::make_shared<State>(State{std::move(parser), std::move(extractor), {}, 0, 0});
  const Json* names = find_path(json, "names");
  const Json* from = find_path(json, "correct_cm.from");
  const Json* to = find_path(json, "correct_cm.to");
  if (names == nullptr || !names->is_array() || from == nullptr || !from->is_number() || to == nullptr ||
      !to->is_number())
    return Status(ErrorCode::kConfig, path + ": 'names' and 'correct_cm' {from, to} are needed");
  for (const Json& name : *names) {
    if (!name.is_string()) return Status(ErrorCode::kConfig, path + ": a name should be text");
    state->names.push_back(to_lower(name.get<std::string>()));
  }
  state->from_cm = from->get<double>();
  state->to_cm = to->get<double>();
  MeasurementReader out;
  out.state_ = std::move(state);
  return out;
}

ReportMeasurements MeasurementReader::read(std::string_view report) const {
  ReportMeasurements out;
  for (const nlp::Measurement& m : state_->parser.parse(report)) {
    if (m.negated || m.prior || m.advice || m.unit != "mm" || m.values.empty()) continue;
    if (m.kind != "distance" && m.kind != "size") continue;
    const double value = *std::max_element(m.values.begin(), m.values.end());
    const double signed_value = m.kind == "distance" && m.relation == "below" ? -value : value;
    out.lengths.push_back({m.finding, m.laterality, m.kind, m.target, signed_value});
    if (m.finding != kTube || m.kind != "distance" || m.target != "carina") continue;
    out.tube.present = true;
    if (!out.tube.cm) out.tube.cm = signed_value / 10;
  }
  if (out.tube.cm) out.tube.correct = state_->correct(*out.tube.cm);
  if (!out.tube.present) out.tube.present = state_->names_tube(report);
  return out;
}

void add_tube_metrics(const std::vector<TubeStatement>& hypotheses,
                      const std::vector<TubeStatement>& references, std::string_view source,
                      ScoreTable& table) {
  // Sums: tubes in both, in the hypothesis, in the reference; pairs of distances and their error; placements
  // correct in both, in the hypothesis, in the reference, placements that agree, placements compared.
  enum : std::size_t {
    kBoth,
    kSaid,
    kIs,
    kPairs,
    kError,
    kPlaceBoth,
    kPlaceSaid,
    kPlaceIs,
    kPlaceAgree,
    kPlaces,
    kWidth
  };
  const std::size_t block = table.add_block(kWidth);
  for (std::size_t i = 0; i < table.rows(); ++i) {
    const TubeStatement &h = hypotheses[i], &r = references[i];
    double* row = table.row(block, i);
    row[kBoth] = h.present && r.present ? 1 : 0;
    row[kSaid] = h.present ? 1 : 0;
    row[kIs] = r.present ? 1 : 0;
    if (!h.cm || !r.cm) continue;
    row[kPairs] = 1;
    row[kError] = std::fabs(*h.cm - *r.cm);
    if (!h.correct || !r.correct) continue;
    row[kPlaceBoth] = *h.correct && *r.correct ? 1 : 0;
    row[kPlaceSaid] = *h.correct ? 1 : 0;
    row[kPlaceIs] = *r.correct ? 1 : 0;
    row[kPlaceAgree] = *h.correct == *r.correct ? 1 : 0;
    row[kPlaces] = 1;
  }
  const auto add = [&](const char* name, const char* what, Direction direction,
                       double (*value)(const double*)) {
    Metric metric;
    metric.name = name;
    metric.variant = std::string("after FactCheXcker, ") + what;
    metric.policy = source;
    metric.direction = direction;
    metric.block = block;
    metric.value = value;
    table.add_metric(std::move(metric));
  };
  constexpr Direction kUp = Direction::kHigher, kDown = Direction::kLower;
  add("ETT-presence-precision", "tubes named that the reference names", kUp,
      [](const double* s) { return ratio(s[kBoth], s[kSaid]); });
  add("ETT-presence-recall", "tubes of the reference that are named", kUp,
      [](const double* s) { return ratio(s[kBoth], s[kIs]); });
  add("ETT-presence-F1", "tubes named", kUp, [](const double* s) { return f1(s[kBoth], s[kSaid], s[kIs]); });
  add("ETT-MAE-cm", "mean error of the distance to the carina where both give one", kDown,
      [](const double* s) { return ratio(s[kError], s[kPairs]); });
  add("ETT-composite", "ETT-MAE-cm / ETT-presence-F1", kDown,
      [](const double* s) { return ratio(ratio(s[kError], s[kPairs]), f1(s[kBoth], s[kSaid], s[kIs])); });
  add("ETT-placement-precision", "3 to 7 cm is correct; of those called correct", kUp,
      [](const double* s) { return ratio(s[kPlaceBoth], s[kPlaceSaid]); });
  add("ETT-placement-recall", "3 to 7 cm is correct; of those that are correct", kUp,
      [](const double* s) { return ratio(s[kPlaceBoth], s[kPlaceIs]); });
  add("ETT-placement-accuracy", "3 to 7 cm is correct; of all with two distances", kUp,
      [](const double* s) { return ratio(s[kPlaceAgree], s[kPlaces]); });
  add("ETT-measured-pairs", "reports where both give a distance", Direction::kNone,
      [](const double* s) { return s[kPairs]; });
}

void add_length_metrics(const std::vector<ReportMeasurements>& hypotheses,
                        const std::vector<ReportMeasurements>& references, ScoreTable& table) {
  enum : std::size_t { kBoth, kSaid, kIs, kError, kWidth };
  const std::size_t block = table.add_block(kWidth);
  for (std::size_t i = 0; i < table.rows(); ++i) {
    double* row = table.row(block, i);
    const std::vector<double> pairs = paired_differences(hypotheses[i].lengths, references[i].lengths);
    row[kBoth] = static_cast<double>(pairs.size());
    row[kSaid] = static_cast<double>(hypotheses[i].lengths.size());
    row[kIs] = static_cast<double>(references[i].lengths.size());
    for (const double difference : pairs) row[kError] += difference;
  }
  const auto add = [&](const char* name, const char* what, Direction direction,
                       double (*value)(const double*)) {
    Metric metric;
    metric.name = name;
    metric.variant = what;
    metric.policy = "lengths read by rules; same finding, measure and landmark, no opposite side";
    metric.direction = direction;
    metric.block = block;
    metric.value = value;
    table.add_metric(std::move(metric));
  };
  add("measured-precision", "measured lengths that the reference measures too", Direction::kHigher,
      [](const double* s) { return ratio(s[kBoth], s[kSaid]); });
  add("measured-recall", "measured lengths of the reference that are measured", Direction::kHigher,
      [](const double* s) { return ratio(s[kBoth], s[kIs]); });
  add("measured-F1", "measured lengths", Direction::kHigher,
      [](const double* s) { return f1(s[kBoth], s[kSaid], s[kIs]); });
  add("measured-MAE-cm", "mean error of lengths that both measure", Direction::kLower,
      [](const double* s) { return ratio(s[kError], s[kBoth]); });
}

}  // namespace hilum::eval
