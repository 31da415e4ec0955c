#include "factcheck/factchexcker.h"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "factcheck/checks.h"

namespace hilum::factcheck {
namespace {

constexpr const char* kTube = "endotracheal_tube";
constexpr double kPlacementLowCm = 3, kPlacementHighCm = 7;  // theirs: 5 +/- 2 cm, ends included

Status bad(const std::string& what) { return {ErrorCode::kRecordInvalid, what}; }

// Two positive numbers under `key`.
Result<std::pair<double, double>> two_positive(const Json& entry, const char* key) {
  const auto found = entry.find(key);
  if (found == entry.end() || !found->is_array() || found->size() != 2 || !(*found)[0].is_number() ||
      !(*found)[1].is_number()) {
    return bad(std::string("'") + key + "' should be two numbers");
  }
  const double a = (*found)[0].get<double>(), b = (*found)[1].get<double>();
  if (!(a > 0) || !(b > 0) || !std::isfinite(a) || !std::isfinite(b))
    return bad(std::string("'") + key + "' should be positive");
  return std::pair(a, b);
}

std::optional<std::pair<double, double>> point(const Json& entry, const char* key) {
  const Json* at = find_path(entry, std::string("predictions.") + key + ".pred");
  if (at == nullptr || !at->is_array() || at->size() != 2 || !(*at)[0].is_number() || !(*at)[1].is_number())
    return std::nullopt;
  return std::pair((*at)[0].get<double>(), (*at)[1].get<double>());
}

std::optional<bool> tube_present(const Json& entry) {
  const Json* yes = find_path(entry, "predictions.ET_present");
  const Json* no = find_path(entry, "predictions.not_present");
  if (yes != nullptr && no != nullptr && yes->is_number() && no->is_number())
    return yes->get<double>() > no->get<double>();
  const Json* says = find_path(entry, "predictions.prediction");
  if (says != nullptr && says->is_string()) return says->get<std::string>() == "ET_present";
  return std::nullopt;
}

bool placement_correct(double cm) {
  const double rounded = std::round(std::fabs(cm) * 100) / 100;
  return rounded >= kPlacementLowCm && rounded <= kPlacementHighCm;
}

// What a report says of the tube: there or not, its distance (of a range the higher value).
struct Said {
  bool present = false;
  std::optional<double> cm;
};

Said said_in(const ClaimReader& reader, const std::string& text) {
  Said said;
  for (const Claim& c : reader.read(text)) {
    if (c.type == Claim::Type::kFinding) {
      said.present = said.present || (c.finding.finding == kTube &&
                                      c.finding.assertion != Assertion::kAbsent && !c.finding.old);
      continue;
    }
    const nlp::Measurement& m = c.measurement;
    if (m.finding != kTube || m.kind != "distance" || m.prior || m.negated || m.target != "carina") continue;
    said.present = true;
    if (!said.cm) said.cm = (m.relation == "below" ? -1 : 1) * m.values.back() / 10;
  }
  return said;
}

std::string cell(const std::optional<double>& value) {
  return value ? format_number(*value, 4) : std::string();
}
std::string cell(const std::optional<bool>& value, const char* yes, const char* no) {
  return value ? (*value ? yes : no) : "";
}

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

// What the presence model and the detector say of the tube.
Evidence evidence_of_tube(std::optional<bool> there, std::optional<double> measured_cm) {
  Evidence evidence;
  if (there) evidence.presence[kTube] = *there;
  // Without a presence answer the report's own word stands, and its distance is still checked.
  if (!there && measured_cm) evidence.presence[kTube] = true;
  if (measured_cm)
    evidence.measurements.push_back({"ett_tip_to_carina", *measured_cm * 10, "mm", 0.05, "detector points"});
  return evidence;
}

// Corrects the entry's report and adds `factcheck` to it.
Status update_entry(const FactChecker& checker, const Evidence& evidence, Json& entry) {
  CheckOptions options;
  options.cm_decimals = 2;
  const std::vector<Section> sections{{"report", entry["report"].get<std::string>()}};
  Outcome outcome = checker.check(sections, evidence, options);
  // Only what is about the tube: their updater changes nothing else.
  outcome.edits.erase(
      std::remove_if(outcome.edits.begin(), outcome.edits.end(),
                     [](const Edit& e) { return e.check != "measured" && e.check != "presence"; }),
      outcome.edits.end());
  HILUM_ASSIGN(const auto updated, apply_to_report(sections, outcome.edits));
  entry["report"] = updated[0].text;
  Json claims = Json::array(), edits = Json::array();
  for (const CheckedClaim& c : outcome.claims) claims.push_back(to_json(c));
  for (const Edit& e : outcome.edits) edits.push_back(to_json(e));
  entry["factcheck"] = Json{{"claims", std::move(claims)}, {"edits", std::move(edits)}};
  return Status::ok();
}

}  // namespace

Result<std::optional<double>> tube_distance_cm(const Json& report_entry, const Json& points_entry) {
  const auto carina = point(points_entry, "0"), tip = point(points_entry, "1");
  if (!carina || !tip) return std::optional<double>();
  HILUM_ASSIGN(const auto size, two_positive(report_entry, "original_size"));
  HILUM_ASSIGN(const auto spacing, two_positive(report_entry, "pixel_spacing"));
  const Json* resized = find_path(points_entry, "resized_dim");
  if (resized == nullptr || !resized->is_number() || !(resized->get<double>() > 0))
    return bad("'resized_dim' should be a positive number");
  const double side = resized->get<double>();
  const double dx = (carina->first - tip->first) * size.first / side * spacing.first;
  const double dy = (carina->second - tip->second) * size.second / side * spacing.second;
  return std::optional<double>(std::hypot(dx, dy) / 10);
}

Result<FactchexckerRow> check_entry(const FactChecker& checker, const std::string& id, Json& entry,
                                    const Json& points, const Json& presence, bool update) {
  if (!entry.is_object() || !entry.contains("report") || !entry["report"].is_string())
    return bad("reports: " + id + " has no 'report' text");
  FactchexckerRow row;
  row.rid = id;
  if (entry.contains("reference") && entry["reference"].is_string()) {
    const Said truth = said_in(checker.reader(), entry["reference"].get<std::string>());
    row.gt_present = truth.present;
    row.gt_measurement_cm = truth.cm;
    if (truth.cm) row.gt_placement_correct = placement_correct(*truth.cm);
  }
  std::optional<double> measured;
  if (!points.is_null()) {
    auto distance = tube_distance_cm(entry, points);
    if (!distance) return distance.status().at("reports: " + id);
    measured = *distance;
  }
  if (update && said_in(checker.reader(), entry["report"].get<std::string>()).present) {
    const std::optional<bool> there = presence.is_null() ? std::nullopt : tube_present(presence);
    HILUM_RETURN_IF_ERROR(update_entry(checker, evidence_of_tube(there, measured), entry));
  }
  const Said after = said_in(checker.reader(), entry["report"].get<std::string>());
  row.present = after.present;
  if (row.present) {
    row.measurement_cm = update && measured ? measured : after.cm;
    if (row.measurement_cm) row.placement_correct = placement_correct(*row.measurement_cm);
  }
  return row;
}

std::string to_csv(const std::vector<FactchexckerRow>& rows, const std::string& model) {
  std::string csv =
      "rid,model,object,present,measurement,placement,gt_present,gt_measurement,gt_placement,measurement_"
      "diff\n";
  for (const FactchexckerRow& r : rows) {
    std::optional<double> difference;
    if (r.measurement_cm && r.gt_measurement_cm)
      difference = std::fabs(*r.measurement_cm - *r.gt_measurement_cm);
    csv += quoted(r.rid) + "," + quoted(model) + "," + kTube + "," + (r.present ? "True" : "False") + "," +
           cell(r.measurement_cm) + "," + cell(r.placement_correct, "correct", "incorrect") + "," +
           cell(r.gt_present, "True", "False") + "," + cell(r.gt_measurement_cm) + "," +
           cell(r.gt_placement_correct, "correct", "incorrect") + "," + cell(difference) + "\n";
  }
  return csv;
}

}  // namespace hilum::factcheck
