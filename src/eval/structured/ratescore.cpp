#include "eval/structured/ratescore.h"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "core/files/file.h"
#include "core/text/text.h"
#include "eval/input/stored_values.h"
#include "eval/words/similarity.h"

namespace hilum::eval {
namespace {

double cosine(const std::vector<double>& x, const std::vector<double>& y) {
  double dot = 0, xx = 0, yy = 0;
  for (std::size_t i = 0; i < std::min(x.size(), y.size()); ++i) {
    dot += x[i] * y[i];
    xx += x[i] * x[i];
    yy += y[i] * y[i];
  }
  return xx > 0 && yy > 0 ? dot / std::sqrt(xx * yy) : 0.0;
}

RateWeights::Similarity cosine_of(const TypedEntities& a, const TypedEntities& b) {
  return [&a, &b](std::size_t i, std::size_t j) { return cosine(a.vectors[i], b.vectors[j]); };
}

}  // namespace

Result<RateWeights> RateWeights::load(std::string_view matrix) {
  HILUM_ASSIGN(const std::string path, find_data("configs/eval/ratescore_weights.json"));
  HILUM_ASSIGN(const Json json, read_json_file(path, 1u << 20));
  const Json* values = find_path(json, "matrices." + std::string(matrix));
  if (values == nullptr || !values->is_object()) {
    return Status(ErrorCode::kUsage,
                  "no RaTEScore matrix '" + std::string(matrix) + "'; there is long, short");
  }
  RateWeights out;
  for (const auto& [key, value] : values->items()) {
    if (key == "NEG_WEIGHT") {
      out.negated_ = value.get<double>();
    } else {
      out.affinity_.emplace_back(key, value.get<double>());
    }
  }
  return out;
}

double RateWeights::weight(const std::string& a, const std::string& b) const {
  for (const auto& [key, value] : affinity_) {
    if (key.size() == a.size() + b.size() + 1 && starts_with(key, a) && ends_with(key, b)) return value;
  }
  return 0;
}

double RateWeights::one_way(const TypedEntities& a, const TypedEntities& b,
                            const Similarity& similarity) const {
  const auto denied = [](const std::string& type) { return starts_with(type, "NON-"); };
  const auto finding = [](const std::string& type) {
    return ends_with(type, "DISEASE") || ends_with(type, "ABNORMALITY");
  };
  double weighted = 0, total = 0;
  for (std::size_t i = 0; i < a.types.size(); ++i) {
    std::size_t best = 0;
    double highest = -2;
    for (std::size_t j = 0; j < b.types.size(); ++j) {
      const double value = similarity(i, j);
      if (value > highest) {
        highest = value;
        best = j;
      }
    }
    const std::string& x = a.types[i];
    const std::string& y = b.types[best];
    if (finding(x) && finding(y) && denied(x) != denied(y)) highest *= negated_;
    const double w = weight(x, y);
    weighted += w * highest;
    total += w;
  }
  return total > 0 ? weighted / total : 0;
}

double RateWeights::one_way(const TypedEntities& a, const TypedEntities& b) const {
  return one_way(a, b, cosine_of(a, b));
}

double RateWeights::score(const TypedEntities& reference, const TypedEntities& hypothesis,
                          const Similarity& similarity) const {
  if (reference.types.empty() || hypothesis.types.empty()) return 0.5;
  const double x = one_way(reference, hypothesis, similarity);
  const double y = one_way(hypothesis, reference,
                           [&similarity](std::size_t i, std::size_t j) { return similarity(j, i); });
  return x + y != 0 ? 2 * x * y / (x + y) : 0;
}

double RateWeights::score(const TypedEntities& reference, const TypedEntities& hypothesis) const {
  return score(reference, hypothesis, cosine_of(reference, hypothesis));
}

Status add_ratescore(Context& context) {
  const EvaluationSet& set = context.set;
  const EvaluateOptions& options = context.options;
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
    HILUM_ASSIGN(similarity, SimilaritySource::make(context.similarity, context.models));
    for (const TypedEntities& report : hypotheses) HILUM_RETURN_IF_ERROR(similarity.add(report.texts));
    for (const TypedEntities& report : references) HILUM_RETURN_IF_ERROR(similarity.add(report.texts));
  }
  const TextComparer comparer = similarity.comparer();
  std::vector<double> values;
  for (std::size_t i = 0; i < set.items.size(); ++i) {
    const TypedEntities &h = hypotheses[i], &r = references[i];
    if (!vectors && ((!h.types.empty() && h.texts.empty()) || (!r.types.empty() && r.texts.empty())))
      return Status(ErrorCode::kRecordInvalid,
                    "RaTEScore needs a vector for every entity of every report, or a text")
          .at(set.items[i].id);
    if (vectors && !h.types.empty() && !r.types.empty() && h.vectors[0].size() != r.vectors[0].size())
      return Status(ErrorCode::kRecordInvalid, "RaTEScore vectors of the two reports differ in length")
          .at(set.items[i].id);
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
  context.table().add_mean(std::move(metric), values);
  return Status::ok();
}

}  // namespace hilum::eval
