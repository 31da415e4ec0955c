#include "factcheck/factcheck.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/text/text.h"
#include "factcheck/checks.h"

namespace hilum::factcheck {
namespace {

Status bad(const std::string& what) { return {ErrorCode::kRecordInvalid, what}; }

}  // namespace

const char* verdict_name(Verdict v) {
  return v == Verdict::kSupported      ? "supported"
         : v == Verdict::kContradicted ? "contradicted"
                                       : "not_checkable";
}

bool Outcome::contradicted() const {
  return std::any_of(claims.begin(), claims.end(),
                     [](const CheckedClaim& c) { return c.verdict == Verdict::kContradicted; });
}

Result<FactChecker> FactChecker::load() {
  HILUM_ASSIGN(auto reader, ClaimReader::load());
  return FactChecker(std::move(reader));
}

Outcome FactChecker::check(const std::vector<Section>& report, const Evidence& evidence,
                           const CheckOptions& options) const {
  Workspace work{reader_.lexicon(), evidence, options, {}, {}, {}, {}};
  for (const Section& section : report) {
    work.names.push_back(section.name);
    work.fields.emplace_back(section.text, reader_.lexicon());
    for (Claim& claim : reader_.read(work.fields.back())) {
      CheckedClaim c;
      c.type = claim.type == Claim::Type::kMeasurement ? "measurement" : "finding";
      c.field = section.name;
      c.claim = std::move(claim);
      work.claims.push_back(std::move(c));
    }
  }
  check_possible_values(work);
  check_device_presence(work);
  check_measured(work);
  check_placement(work);
  check_size_words(work);
  check_heart(work);
  check_repeated_measurements(work);
  check_presence(work);
  check_laterality(work);
  check_severity(work);
  check_removed_devices(work);
  check_predictions(work);
  check_impossible_places(work);
  check_repetition(work);
  check_prior_references(work);
  check_spelling(work);
  std::stable_sort(work.claims.begin(), work.claims.end(), [&](const CheckedClaim& a, const CheckedClaim& b) {
    const std::size_t fa = work.field_index(a.field), fb = work.field_index(b.field);
    return fa != fb ? fa < fb : a.claim.begin < b.claim.begin;
  });
  return {std::move(work.claims), without_overlaps(work.edits)};
}

Result<std::vector<Section>> apply_to_report(const std::vector<Section>& report,
                                             const std::vector<Edit>& edits) {
  std::vector<Section> out;
  for (const Section& section : report) {
    std::vector<Edit> own;
    std::copy_if(edits.begin(), edits.end(), std::back_inserter(own),
                 [&](const Edit& e) { return e.field == section.name; });
    HILUM_ASSIGN(std::string text, apply_edits(section.text, std::move(own)));
    out.push_back({section.name, std::move(text)});
  }
  return out;
}

Result<std::vector<Section>> sections_of(const Json& record, const std::string& path) {
  std::vector<Section> sections;
  const Json* report = find_path(record, path);
  if (report != nullptr && report->is_string())
    return std::vector<Section>{{path, report->get<std::string>()}};
  for (const char* name : {"findings", "impression"}) {
    if (report == nullptr || find_path(*report, name) == nullptr) continue;
    HILUM_ASSIGN(std::string text, text_at(*report, name));
    sections.push_back({name, std::move(text)});
  }
  if (sections.empty() && record.contains("text")) {
    HILUM_ASSIGN(std::string text, text_at(record, "text"));
    sections.push_back({"text", std::move(text)});
  }
  if (sections.empty()) return bad("neither '" + path + "' nor 'text' to check");
  return sections;
}

Result<Evidence> evidence_of(const Json& record, const FactLexicon& lexicon) {
  Evidence evidence;
  try {
    if (const Json* predictions = find_path(record, "predictions");
        predictions != nullptr && !predictions->is_null()) {
      for (const Json& p : *predictions) {
        Prediction prediction;
        prediction.label = p.at("label").get<std::string>();
        prediction.laterality = p.value("laterality", std::string());
        prediction.severity = p.value("severity", std::string());
        if (!prediction.severity.empty() && prediction.severity != "tiny" && prediction.severity != "small" &&
            prediction.severity != "moderate" && prediction.severity != "large")
          return bad("predictions: the severity '" + prediction.severity +
                     "' should be tiny, small, moderate or large");
        prediction.probability = p.at("probability").get<double>();
        if (p.contains("threshold") && p.at("threshold").is_number())
          prediction.threshold = p.at("threshold").get<double>();
        evidence.predictions.push_back(std::move(prediction));
      }
    }
    if (const Json* measured = find_path(record, "anatomy.measurements");
        measured != nullptr && !measured->is_null()) {
      for (const Json& m : *measured) {
        MeasuredValue value;
        value.name = m.at("name").get<std::string>();
        if (!m.contains("value") || !m.at("value").is_number()) continue;  // refused, with its reason
        value.value = m.at("value").get<double>();
        value.unit = m.value("unit", std::string());
        value.source = m.value("source", std::string());
        if (m.contains("tolerance") && m.at("tolerance").is_number())
          value.tolerance = m.at("tolerance").get<double>();
        evidence.measurements.push_back(std::move(value));
      }
    }
    if (const Json* presence = find_path(record, "anatomy.presence");
        presence != nullptr && !presence->is_null()) {
      for (const auto& [finding, there] : presence->items()) evidence.presence[finding] = there.get<bool>();
    }
  } catch (const Json::exception& e) {
    return bad(std::string("predictions or anatomy: ") + e.what());
  }
  const Json* priors = find_path(record, "priors");
  HILUM_ASSIGN(const std::string comparison, text_at(record, "comparison"));
  const bool named = !comparison.empty() && lexicon.no_comparison.count(to_lower(trim(comparison))) == 0;
  if (priors != nullptr && priors->is_array()) {
    evidence.has_prior = !priors->empty() || named;
  } else if (!comparison.empty() || priors != nullptr) {
    evidence.has_prior = named;
  } else if (record.contains("images")) {
    evidence.has_prior = false;  // a study record without `priors` has none
  }
  return evidence;
}

Json to_json(const CheckedClaim& c) {
  Json json = c.type == "measurement" || c.type == "finding"
                  ? to_json(c.claim)
                  : Json{{"type", c.type}, {"span_bytes", {c.claim.begin, c.claim.end}}};
  json["field"] = c.field;
  json["verdict"] = verdict_name(c.verdict);
  json["check"] = c.check.empty() ? Json(nullptr) : Json(c.check);
  if (!c.tool.empty()) json["tool"] = c.tool;
  json["reason"] = c.reason;
  if (!c.numbers.empty()) {
    Json numbers = Json::object();
    for (const auto& [name, value] : c.numbers) numbers[name] = value;
    json["numbers"] = std::move(numbers);
  }
  if (c.other)
    json["other"] = Json{{"field", c.other->field}, {"span_bytes", {c.other->begin, c.other->end}}};
  return json;
}

}  // namespace hilum::factcheck
