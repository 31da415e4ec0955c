// LunguageScore of the pairs of a set.
#include <cmath>
#include <iterator>

#include <nlohmann/json.hpp>

#include "eval/structured/structured_scores.h"

namespace hilum::eval {

Status add_lunguage(const std::vector<nlp::LunguageReport>& hypotheses,
                    const std::vector<nlp::LunguageReport>& references, SimilaritySource similarity,
                    std::string_view source, ScoreTable& table) {
  std::vector<double> precision, recall, f1;
  std::size_t scored = 0;
  std::vector<std::string> texts;
  for (const auto* reports : {&hypotheses, &references}) {
    for (const nlp::LunguageReport& report : *reports) {
      HILUM_ASSIGN(std::vector<std::string> own,
                   lunguage_texts(lunguage_rows_of(report), LunguageMode::kSingle, "row"));
      std::move(own.begin(), own.end(), std::back_inserter(texts));
    }
  }
  HILUM_RETURN_IF_ERROR(similarity.add(texts));
  for (std::size_t i = 0; i < table.rows(); ++i) {
    HILUM_ASSIGN(const LunguageResult result,
                 lunguage_score(lunguage_rows_of(hypotheses[i]), lunguage_rows_of(references[i]),
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

Status add_lunguage(Context& context) {
  HILUM_ASSIGN(const std::shared_ptr<const StructuredPairs> pairs, structured_pairs_of(context));
  HILUM_ASSIGN(const SimilaritySource similarity, SimilaritySource::make(context.similarity, context.models));
  const auto source = [](const std::string& path) {
    return path.empty() ? std::string("by rules from the text") : "given";
  };
  const StoredFields& stored = context.options.stored;
  return add_lunguage(
      pairs->hypotheses, pairs->references, similarity,
      "hypothesis " + source(stored.hypothesis_lunguage) + ", reference " + source(stored.reference_lunguage),
      context.table());
}

}  // namespace hilum::eval
