#include "eval/column_metrics.h"

#include <array>
#include <optional>

#include <nlohmann/json.hpp>

#include "core/text/text.h"
#include "eval/clinical/measurement_scores.h"
#include "eval/stored_values.h"
#include "eval/structured/judge.h"

namespace hilum::eval {
namespace {

Status wrong(const EvaluationItem& item, const std::string& what) {
  return Status(ErrorCode::kRecordInvalid, what).at(item.id);
}

// Text of a column, "" where it is null or not there.
std::string cell(const EvaluationItem& item, const std::string& name) {
  const Json* value = item.record ? find_path(*item.record, name) : nullptr;
  if (value == nullptr || value->is_null()) return "";
  return value->is_string() ? std::string(trim(value->get<std::string>())) : value->dump();
}

Result<bool> yes_or_no(const EvaluationItem& item, const std::string& name, const char* yes, const char* no) {
  const std::string text = to_lower(cell(item, name));
  if (text == yes) return true;
  if (text == no) return false;
  return wrong(item, "'" + name + "' should be " + yes + " or " + no + ", not '" + text + "'");
}

Result<TubeStatement> tube_of(const EvaluationItem& item, const std::string& prefix) {
  TubeStatement out;
  HILUM_ASSIGN(out.present, yes_or_no(item, prefix + "present", "true", "false"));
  const std::string text = cell(item, prefix + "measurement");
  if (!text.empty()) {
    out.cm = number_of(Json(text));
    if (!out.cm) return wrong(item, "'" + prefix + "measurement' should be a number, not '" + text + "'");
  }
  if (!cell(item, prefix + "placement").empty()) {
    HILUM_ASSIGN(out.correct, yes_or_no(item, prefix + "placement", "correct", "incorrect"));
  }
  return out;
}

}  // namespace

Status add_radcliq(const EvaluationSet& set, ScoreTable& table) {
  static const std::array<const char*, 4> columns = {"radgraph_combined", "bertscore", "semb_score",
                                                     "bleu_score"};
  std::vector<double> v0, v1;
  for (const EvaluationItem& item : set.items) {
    std::array<double, 4> inputs{};
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const Json* value = item.record ? find_path(*item.record, columns[i]) : nullptr;
      const std::optional<double> number = value != nullptr ? number_of(*value) : std::nullopt;
      if (!number)
        return Status(ErrorCode::kRecordInvalid,
                      std::string("RadCliQ needs a number in '") + columns[i] + "'")
            .at(item.id);
      inputs[i] = *number;
    }
    v0.push_back(radcliq_v0(inputs));
    v1.push_back(radcliq_v1(inputs));
  }
  for (const auto& [name, values] : {std::pair("RadCliQ-v0", &v0), std::pair("RadCliQ-v1", &v1)}) {
    Metric metric;
    metric.name = name;
    metric.variant = "CXR-Report-Metric's model on given columns, mean (not its inverse)";
    metric.direction = Direction::kLower;
    table.add_mean(std::move(metric), *values);
  }
  return Status::ok();
}

Status add_factchexcker(const EvaluationSet& set, ScoreTable& table) {
  std::vector<TubeStatement> hypotheses, references;
  for (const EvaluationItem& item : set.items) {
    HILUM_ASSIGN(const TubeStatement h, tube_of(item, ""));
    HILUM_ASSIGN(const TubeStatement r, tube_of(item, "gt_"));
    hypotheses.push_back(h);
    references.push_back(r);
  }
  add_tube_metrics(hypotheses, references, "given columns", table);
  return Status::ok();
}

Status add_ratescore(const EvaluationSet& set, const EvaluateOptions& options, ScoreTable& table) {
  HILUM_ASSIGN(const RateWeights weights, RateWeights::load(options.rate_matrix));
  std::vector<TypedEntities> hypotheses, references;
  bool vectors = true;
  for (const EvaluationItem& item : set.items) {
    for (const bool hypothesis : {true, false}) {
      const StoredFields& fields = options.stored;
      HILUM_ASSIGN(const Json json,
                   stored_json(item, hypothesis ? fields.hypothesis_entities : fields.reference_entities));
      auto entities = typed_entities_from_json(json);
      if (!entities) return entities.status().at(item.id);
      vectors = vectors && (entities->types.empty() || !entities->vectors.empty());
      (hypothesis ? hypotheses : references).push_back(entities.take());
    }
  }
  SimilaritySource similarity(TextSimilarity::kExact);
  if (!vectors) {
    HILUM_ASSIGN(similarity, SimilaritySource::make(options.similarity, options.models.get()));
    for (const TypedEntities& report : hypotheses) HILUM_RETURN_IF_ERROR(similarity.add(report.texts));
    for (const TypedEntities& report : references) HILUM_RETURN_IF_ERROR(similarity.add(report.texts));
  }
  const TextComparer comparer = similarity.comparer();
  std::vector<double> values;
  for (std::size_t i = 0; i < set.items.size(); ++i) {
    const TypedEntities &h = hypotheses[i], &r = references[i];
    if (!vectors && ((!h.types.empty() && h.texts.empty()) || (!r.types.empty() && r.texts.empty())))
      return wrong(set.items[i], "RaTEScore needs a vector for every entity of every report, or a text");
    if (vectors && !h.types.empty() && !r.types.empty() && h.vectors[0].size() != r.vectors[0].size())
      return wrong(set.items[i], "RaTEScore vectors of the two reports differ in length");
    values.push_back(vectors ? weights.score(r, h) : weights.score(r, h, [&](std::size_t a, std::size_t b) {
      return text_similarity(comparer, r.texts[a], h.texts[b]);
    }));
  }
  Metric metric;
  metric.name = vectors ? "RaTEScore" : "RaTEScore-" + similarity.name();
  metric.variant = std::string("RaTEScore's weighting of stored entities, ") +
                   (vectors ? "cosine of stored vectors"
                            : similarity.words() + ", " + similarity.name() + ", in place of its encoder") +
                   "; .5 where a report has no entity";
  metric.policy = options.rate_matrix + " affinity matrix";
  table.add_mean(std::move(metric), values);
  return Status::ok();
}

}  // namespace hilum::eval
