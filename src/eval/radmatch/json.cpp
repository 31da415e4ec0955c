#include <algorithm>
#include <cmath>
#include <set>
#include <unordered_map>

#include <nlohmann/json.hpp>

#include "core/text/text.h"
#include "eval/radmatch/radmatch.h"

namespace hilum::eval {
namespace {

using Tier = RadmatchFinding::Tier;

Status bad(const std::string& what) { return {ErrorCode::kRecordInvalid, what}; }

// Text under a key, "" where it is something else: invalid values have a default, as in the original.
std::string word_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? to_lower(trim(found->get<std::string>())) : "";
}

Tier tier_of(const std::string& name) {
  if (name == "critical") return Tier::kCritical;
  if (name == "urgent") return Tier::kUrgent;
  return name == "notable" ? Tier::kNotable : Tier::kRoutine;
}

Result<RadmatchMeasurement> measurement_of(const Json& json) {
  RadmatchMeasurement out;
  if (!json.is_object() || !json.contains("value") || !json["value"].is_number())
    return bad("a measurement should be an object with a number 'value'");
  out.value = json["value"].get<double>();
  const auto unit = json.find("unit");
  if (unit != json.end() && unit->is_string()) out.unit = unit->get<std::string>();
  out.category = word_at(json, "category");
  static const std::set<std::string> known = {"size", "count", "attenuation", "ratio", "other"};
  if (known.count(out.category) == 0) out.category = "other";
  return out;
}

Result<RadmatchFinding> finding_of(const Json& json) {
  if (!json.is_object()) return bad("a finding should be an object");
  RadmatchFinding out;
  HILUM_ASSIGN(out.id, text_at(json, "finding_id"));
  HILUM_ASSIGN(out.text, text_at(json, "text"));
  if (out.id.empty()) return bad("a finding has no 'finding_id'");
  out.abnormal = word_at(json, "clinical_status") != "normal";
  out.tier = tier_of(word_at(json, "clinical_significance"));
  out.comparison = word_at(json, "comparison");
  static const std::set<std::string> known = {"stable", "improving", "worsening", "new", "resolved"};
  if (known.count(out.comparison) == 0) out.comparison.clear();
  const auto measurements = json.find("measurements");
  if (measurements == json.end() || measurements->is_null()) return out;
  if (!measurements->is_array()) return bad("'measurements' should be an array").at(out.id);
  for (const Json& entry : *measurements) {
    auto measurement = measurement_of(entry);
    if (!measurement) return measurement.status().at(out.id);
    out.measurements.push_back(measurement.take());
  }
  return out;
}

using Places = std::unordered_map<std::string, std::size_t>;

Status read_findings(const Json& json, const char* name, std::vector<RadmatchFinding>& out, Places& places) {
  if (!json.is_array()) return bad("should be a list of findings").at(name);
  for (const Json& entry : json) {
    auto finding = finding_of(entry);
    if (!finding) return finding.status().at(name);
    if (!places.emplace(finding->id, out.size()).second)
      return bad("finding '" + finding->id + "' comes twice").at(name);
    out.push_back(finding.take());
  }
  return Status::ok();
}

// {"pred_id","gt_id"} or [pred, gt].
Result<std::pair<std::size_t, std::size_t>> pair_of(const Json& json, const Places& predicted,
                                                    const Places& reference) {
  const bool list = json.is_array() && json.size() == 2 && json[0].is_string() && json[1].is_string();
  if (!list && !json.is_object()) return bad("a match should be an object with pred_id and gt_id");
  std::string p, r;
  if (list) {
    p = json[0].get<std::string>();
    r = json[1].get<std::string>();
  } else {
    HILUM_ASSIGN(p, text_at(json, "pred_id"));
    HILUM_ASSIGN(r, text_at(json, "gt_id"));
  }
  const auto at_p = predicted.find(p), at_r = reference.find(r);
  if (at_p == predicted.end()) return bad("no predicted finding '" + p + "'");
  if (at_r == reference.end()) return bad("no reference finding '" + r + "'");
  return std::pair(at_p->second, at_r->second);
}

Result<std::vector<std::pair<std::size_t, std::size_t>>> pairs_of(const Json& matching, const char* name,
                                                                  const Places& predicted,
                                                                  const Places& reference) {
  const auto matches = matching.is_object() ? matching.find("matches") : matching.end();
  if (!matching.is_object() || matches == matching.end() || !matches->is_array())
    return bad("should be an object with a list 'matches'").at(name);
  std::vector<std::pair<std::size_t, std::size_t>> out;
  for (const Json& entry : *matches) {
    auto pair = pair_of(entry, predicted, reference);
    if (!pair) return pair.status().at(name);
    if (std::find(out.begin(), out.end(), *pair) != out.end()) return bad("a pair comes twice").at(name);
    out.push_back(*pair);
  }
  return out;
}

// {"dimension","severity"} or [dimension, severity].
Result<RadmatchError> error_of(const Json& json) {
  RadmatchError out;
  std::string severity;
  if (json.is_array() && json.size() == 2 && json[0].is_string() && json[1].is_string()) {
    out.dimension = to_lower(json[0].get<std::string>());
    severity = to_lower(json[1].get<std::string>());
  } else if (json.is_object()) {
    out.dimension = word_at(json, "dimension");
    severity = word_at(json, "severity");
  }
  const auto* const end = kRadmatchDimensionNames + kRadmatchDimensions;
  if (std::find(kRadmatchDimensionNames, end, out.dimension) == end)
    return bad("no dimension '" + out.dimension + "' of an error");
  if (severity != "major" && severity != "minor")
    return bad("the severity of an error should be major or minor");
  out.major = severity == "major";
  return out;
}

Status read_text_errors(const Json& json, const Places& predicted, const Places& reference,
                        RadmatchReport& report) {
  constexpr const char* kName = "attribute_errors";
  if (json.is_null()) return Status::ok();
  std::vector<std::pair<std::size_t, std::size_t>> order = report.pairs;
  if (json.is_object() && json.contains("matches")) {
    HILUM_ASSIGN(order, pairs_of(json, kName, predicted, reference));
  }
  const Json* lists = json.is_array() ? &json : find_path(json, "text_errors_per_pair");
  if (lists == nullptr || !lists->is_array() || lists->size() != order.size())
    return bad("'text_errors_per_pair' should be a list with one entry a match").at(kName);
  for (std::size_t k = 0; k < order.size(); ++k) {
    const auto pair = std::find(report.pairs.begin(), report.pairs.end(), order[k]);
    if (pair == report.pairs.end()) return bad("has a pair that the matching lacks").at(kName);
    if (!(*lists)[k].is_array()) return bad("the errors of a pair should be a list").at(kName);
    for (const Json& entry : (*lists)[k]) {
      auto error = error_of(entry);
      if (!error) return error.status().at(kName);
      report.text_errors[static_cast<std::size_t>(pair - report.pairs.begin())].push_back(error.take());
    }
  }
  return Status::ok();
}

}  // namespace

Result<RadmatchReport> radmatch_from_json(const Json& findings_gt, const Json& findings_pred,
                                          const Json& matching, const Json& attribute_errors) {
  RadmatchReport out;
  Places predicted, reference;
  HILUM_RETURN_IF_ERROR(read_findings(findings_gt, "findings_gt", out.reference, reference));
  HILUM_RETURN_IF_ERROR(read_findings(findings_pred, "findings_pred", out.predicted, predicted));
  HILUM_ASSIGN(out.pairs, pairs_of(matching, "matching", predicted, reference));
  out.text_errors.resize(out.pairs.size());
  HILUM_RETURN_IF_ERROR(read_text_errors(attribute_errors, predicted, reference, out));
  return out;
}

}  // namespace hilum::eval
