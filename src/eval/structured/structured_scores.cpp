#include "eval/structured/structured_scores.h"

#include <cmath>

#include <nlohmann/json.hpp>

#include "core/text/text.h"
#include "eval/input/stored_values.h"
#include "nlp/lunguage/qualifiers.h"

namespace hilum::eval {
namespace {

Status bad(const std::string& what) { return {ErrorCode::kRecordInvalid, what}; }

// A name or number as text; "" where it is not there.
std::string id_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return "";
  return found->is_string() ? found->get<std::string>() : found->dump();
}

Result<nlp::LunguageReport> study_of(const Json& value, std::size_t place) {
  auto report = nlp::lunguage_from_json(value);
  if (!report) return report.status().at("study " + std::to_string(place));
  report->subject_id = id_at(value, "subject_id");
  report->study_id = id_at(value, "study_id");
  if (report->study_id.empty()) report->study_id = std::to_string(place);
  report->sequence = static_cast<int>(place);
  for (const char* key : {"sequence", "day"}) {
    const auto found = value.find(key);
    if (found == value.end() || found->is_null()) continue;
    if (!found->is_number() || std::fabs(found->get<double>()) > 1e6)
      return bad(std::string("'") + key + "' should be a number").at("study " + std::to_string(place));
    if (key[0] == 'd') {
      report->day = found->get<double>();
    } else {
      report->sequence = static_cast<int>(found->get<double>());
    }
  }
  return report;
}

bool grouped(const std::vector<nlp::LunguageReport>& studies) {
  for (const nlp::LunguageReport& study : studies) {
    for (const nlp::LunguageEntity& entity : study.entities) {
      if (!entity.entity_group.empty()) return true;
    }
  }
  return false;
}

}  // namespace

Json lunguage_rows_of(const nlp::LunguageReport& report) {
  Json out = Json::array();
  for (const nlp::LunguageEntity& entity : report.entities) {
    Json row = Json::object();
    row["subject_id"] = report.subject_id;
    row["study_id"] = report.study_id;
    row["sequence"] = report.sequence;
    row["entity"] = entity.name;
    row["cat"] = entity.category;
    row["dx_status"] = entity.status;
    row["dx_certainty"] = entity.certainty;
    row["entity_group"] = entity.entity_group;
    if (entity.temporal_group > 0) row["episode"] = entity.temporal_group;
    for (const nlp::Attribute& attribute : entity.attributes) {
      Json& cell = row[attribute.relation];
      cell = cell.is_null() ? attribute.value : cell.get<std::string>() + ", " + attribute.value;
    }
    out.push_back(std::move(row));
  }
  return out;
}

struct StructuredReader::State {
  nlp::EntityExtractor extractor;
  nlp::FindingGrouper grouper;
  nlp::QualifierFinder qualifiers;
};

Result<StructuredReader> StructuredReader::load() {
  HILUM_ASSIGN(nlp::EntityExtractor extractor, nlp::EntityExtractor::load());
  HILUM_ASSIGN(nlp::FindingGrouper grouper, nlp::FindingGrouper::load());
  HILUM_ASSIGN(nlp::QualifierFinder qualifiers, nlp::QualifierFinder::load());
  StructuredReader out;
  out.state_ =
      std::make_shared<const State>(State{std::move(extractor), std::move(grouper), std::move(qualifiers)});
  return out;
}

nlp::LunguageReport StructuredReader::read_text(std::string_view report) const {
  return nlp::lunguage_report(state_->extractor.extract(report), report, state_->qualifiers);
}

Result<Json> StructuredReader::rows(const Json& value) const {
  if (value.is_object()) {
    HILUM_ASSIGN(nlp::LunguageReport report, study_of(value, 1));
    return lunguage_rows_of(report);
  }
  if (!value.is_array()) return bad("should be an array of rows, or structured reports");
  std::size_t reports = 0;
  for (const Json& entry : value) reports += entry.is_object() && entry.contains("entities") ? 1 : 0;
  if (reports == 0) return value;
  if (reports < value.size()) return bad("mixes rows and structured reports");
  std::vector<nlp::LunguageReport> studies;
  for (const Json& entry : value) {
    HILUM_ASSIGN(nlp::LunguageReport study, study_of(entry, studies.size() + 1));
    studies.push_back(std::move(study));
  }
  if (!grouped(studies)) state_->grouper.group(studies);
  Json out = Json::array();
  for (const nlp::LunguageReport& study : studies) {
    for (Json& row : lunguage_rows_of(study)) out.push_back(std::move(row));
  }
  return out;
}

namespace {

Result<nlp::LunguageReport> report_of(const StructuredReader& reader, const EvaluationItem& item,
                                      const std::string& path, const std::string& text) {
  if (path.empty()) return reader.read_text(text);
  HILUM_ASSIGN(const Json json, stored_json(item, path));
  auto report = nlp::lunguage_from_json(json);
  if (!report) return report.status().at(item.id + ": '" + path + "'");
  return report;
}

}  // namespace

Result<std::shared_ptr<const StructuredPairs>> structured_pairs_of(Context& context) {
  if (context.structured) return context.structured;
  HILUM_ASSIGN(const StructuredReader reader, StructuredReader::load());
  const StoredFields& stored = context.options.stored;
  StructuredPairs pairs;
  for (const EvaluationItem& item : context.set.items) {
    const std::string reference = item.references.empty() ? "" : item.references.front();
    HILUM_ASSIGN(nlp::LunguageReport h, report_of(reader, item, stored.hypothesis_lunguage, item.hypothesis));
    HILUM_ASSIGN(nlp::LunguageReport r, report_of(reader, item, stored.reference_lunguage, reference));
    pairs.hypotheses.push_back(std::move(h));
    pairs.references.push_back(std::move(r));
  }
  context.structured = std::make_shared<const StructuredPairs>(std::move(pairs));
  return context.structured;
}

}  // namespace hilum::eval
