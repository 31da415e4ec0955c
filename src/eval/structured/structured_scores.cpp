#include "eval/structured/structured_scores.h"

#include <cmath>
#include <optional>

#include <nlohmann/json.hpp>

#include "core/text/text.h"
#include "nlp/lunguage/qualifiers.h"

namespace hilum::eval {
namespace {

Status bad(const std::string& what) { return {ErrorCode::kRecordInvalid, what}; }

Json rows_of(const nlp::LunguageReport& report) {
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

constexpr std::size_t kCounts = 4;  // all, right, wrong, missed

std::vector<std::string> all_relations() {
  std::vector<std::string> out = {"cat", "dx_status", "dx_certainty"};
  const auto& others = nlp::attribute_relations();
  out.insert(out.end(), others.begin(), others.end());
  return out;
}

ExtractionScore score_of_sums(const double* sums, const ExtractionOptions& options) {
  static const std::vector<std::string> relations = all_relations();
  std::map<std::string, TripletCounts> counts;
  for (std::size_t i = 0; i < relations.size(); ++i) {
    const double* s = sums + i * kCounts;
    const auto whole = [](double value) { return static_cast<std::size_t>(std::llround(value)); };
    if (s[0] + s[1] + s[2] + s[3] > 0)
      counts[relations[i]] = {whole(s[0]), whole(s[1]), whole(s[2]), whole(s[3])};
  }
  return extraction_score(counts, options);
}

}  // namespace

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
    return rows_of(report);
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
    for (Json& row : rows_of(study)) out.push_back(std::move(row));
  }
  return out;
}

std::vector<Triplet> triplets_of(const nlp::LunguageReport& report) {
  std::vector<Triplet> out;
  for (const nlp::LunguageEntity& entity : report.entities) {
    const auto add = [&](const std::string& relation, const std::string& value) {
      out.push_back({to_lower(trim(entity.name)), relation, to_lower(trim(value)), entity.sent_idx});
    };
    add("cat", entity.category);
    add("dx_status", entity.status);
    add("dx_certainty", entity.certainty);
    for (const nlp::Attribute& attribute : entity.attributes) add(attribute.relation, attribute.value);
  }
  return out;
}

Status add_lunguage(const std::vector<nlp::LunguageReport>& hypotheses,
                    const std::vector<nlp::LunguageReport>& references, SimilaritySource similarity,
                    std::string_view source, ScoreTable& table) {
  std::vector<double> precision, recall, f1;
  std::size_t scored = 0;
  std::vector<std::string> texts;
  for (const auto* reports : {&hypotheses, &references}) {
    for (const nlp::LunguageReport& report : *reports) {
      HILUM_ASSIGN(std::vector<std::string> own,
                   lunguage_texts(rows_of(report), LunguageMode::kSingle, "row"));
      std::move(own.begin(), own.end(), std::back_inserter(texts));
    }
  }
  HILUM_RETURN_IF_ERROR(similarity.add(texts));
  for (std::size_t i = 0; i < table.rows(); ++i) {
    HILUM_ASSIGN(const LunguageResult result, lunguage_score(rows_of(hypotheses[i]), rows_of(references[i]),
                                                             LunguageMode::kSingle, similarity.comparer()));
    const bool has = result.scored > 0;
    scored += has ? 1 : 0;
    precision.push_back(has ? result.precision : std::nan(""));
    recall.push_back(has ? result.recall : std::nan(""));
    f1.push_back(has ? result.f1 : std::nan(""));
  }
  const std::string name = similarity.name();
  Metric metric;
  metric.variant = "lunguage-score 1.0.0, single, double precision, " + similarity.words() +
                   " instead of its two encoders";
  metric.policy = "text similarity " + name + "; " + std::string(source) + "; " +
                  std::to_string(table.rows() - scored) + " reports without an entity on a side left out";
  for (const auto& [part, values] :
       {std::pair<const char*, const std::vector<double>*>("precision", &precision),
        {"recall", &recall},
        {"F1", &f1}}) {
    metric.name = "LunguageScore-" + name + "-" + part;
    table.add_mean(metric, *values);
  }
  return Status::ok();
}

void add_extraction(const std::vector<nlp::LunguageReport>& hypotheses,
                    const std::vector<nlp::LunguageReport>& references, bool sentences, ScoreTable& table) {
  const std::vector<std::string> relations = all_relations();
  for (const ExtractionPart part : {ExtractionPart::kSubjects, ExtractionPart::kTriplets}) {
    for (const bool strict : {false, true}) {
      const ExtractionOptions options{part, strict, sentences};
      const std::size_t block = table.add_block(relations.size() * kCounts);
      for (std::size_t i = 0; i < table.rows(); ++i) {
        ExtractionCounter counter(options);
        counter.add(triplets_of(references[i]), triplets_of(hypotheses[i]));
        const ExtractionScore score = counter.score();
        double* row = table.row(block, i);
        for (std::size_t k = 0; k < relations.size(); ++k) {
          const auto found = score.relations.find(relations[k]);
          if (found == score.relations.end()) continue;
          const TripletCounts& c = found->second;
          const std::size_t counts[kCounts] = {c.all, c.right, c.wrong, c.missed};
          for (std::size_t n = 0; n < kCounts; ++n) row[k * kCounts + n] = static_cast<double>(counts[n]);
        }
      }
      const auto add = [&](const char* name, double ExtractionScore::*member) {
        Metric metric;
        metric.name = std::string("Extraction-") + (part == ExtractionPart::kSubjects ? "SR-" : "SRO-") +
                      (strict ? "strict-" : "compatible-") + name;
        metric.variant =
            strict ? "equal subjects, relations and values"
                   : "lunguage-score 1.0.0's counts by difflib ratio (a wrong side can pass; SR recall is 1)";
        metric.policy = sentences ? "same sentence number" : "any sentence";
        metric.block = block;
        metric.value = [options, member](const double* sums) { return score_of_sums(sums, options).*member; };
        table.add_metric(std::move(metric));
      };
      add("precision", &ExtractionScore::precision);
      add("recall", &ExtractionScore::recall);
      add("F1", &ExtractionScore::f1);
      add("macro-F1", &ExtractionScore::macro_f1);
    }
  }
}

}  // namespace hilum::eval
