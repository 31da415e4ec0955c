#include "eval/clinical/radgraph.h"

#include <set>
#include <unordered_map>

#include <nlohmann/json.hpp>

#include "eval/words/preprocess.h"

namespace hilum::eval {
namespace {

using Tuples = std::set<std::vector<std::string>>;

double overlap_f1(const Tuples& hypothesis, const Tuples& reference) {
  std::size_t common = 0;
  for (const auto& tuple : hypothesis) common += reference.count(tuple);
  if (common == 0) return 0;
  const double precision = static_cast<double>(common) / static_cast<double>(hypothesis.size());
  const double recall = static_cast<double>(common) / static_cast<double>(reference.size());
  return 2 * precision * recall / (precision + recall);
}

enum class Detail { kSimple, kPartial, kComplete };

Tuples tuples_of(const ReportGraph& graph, Detail detail, GraphCase letter_case) {
  const bool lower_all = letter_case == GraphCase::kLowerEverywhere;
  Tuples out;
  for (const GraphEntity& entity : graph.entities) {
    const std::string tokens = lower_all ? lower_text(entity.tokens) : entity.tokens;
    if (detail == Detail::kSimple || entity.relations.empty()) {
      out.insert({tokens, entity.label});
    } else if (detail == Detail::kPartial) {
      out.insert({tokens, entity.label, "True"});
    } else {
      for (const auto& [type, target] : entity.relations) {
        out.insert(
            {lower_text(entity.tokens), entity.label, type, lower_text(graph.entities[target].tokens)});
      }
    }
  }
  return out;
}

struct RadcliqModel {
  std::array<double, 4> mean, scale, coefficient;
  double intercept;
};

// Read out of the published composite models (CXR-Report-Metric).
constexpr RadcliqModel kV0 = {
    {{0.5398376019082272, 0.6312549595000001, 0.7716797866672277, 0.4607372064809605}},
    {{0.3018344440559102, 0.22466950746141123, 0.24750333805236252, 0.30336670936092264}},
    {{-0.4796252644863446, -0.6762170542369337, -0.46366575161751994, 0.2165861905287535}},
    1.641666666666666};
constexpr RadcliqModel kV1 = {
    {{0.5379231241355762, 0.6175725628125001, 0.7647942121140658, 0.44738335396242174}},
    {{0.3028258411486429, 0.22430938459304575, 0.2539439110169773, 0.2989271671041838}},
    {{-0.37708368261038905, -0.37030009974480316, -0.25261621789593225, 4.315048405024756e-12}},
    2.466552561323256e-10};

double apply(const RadcliqModel& model, const std::array<double, 4>& inputs) {
  double value = model.intercept;
  for (std::size_t i = 0; i < inputs.size(); ++i)
    value += model.coefficient[i] * (inputs[i] - model.mean[i]) / model.scale[i];
  return value;
}

}  // namespace

Result<ReportGraph> graph_from_json(const Json& json) {
  const auto invalid = [](const std::string& what) {
    return Status(ErrorCode::kRecordInvalid, "RadGraph annotation: " + what);
  };
  if (!json.is_object()) return invalid("should be an object");
  ReportGraph graph;
  if (json.contains("text") && json["text"].is_string()) graph.text = json["text"].get<std::string>();
  const auto entities = json.find("entities");
  if (entities == json.end() || !entities->is_object()) return invalid("'entities' should be an object");
  std::unordered_map<std::string, std::size_t> index;
  for (const auto& [id, entity] : entities->items()) index.emplace(id, index.size());
  for (const auto& [id, entity] : entities->items()) {
    if (!entity.is_object() || !entity.contains("tokens") || !entity["tokens"].is_string() ||
        !entity.contains("label") || !entity["label"].is_string()) {
      return invalid("entity '" + id + "' should have text 'tokens' and 'label'");
    }
    GraphEntity out;
    out.tokens = entity["tokens"].get<std::string>();
    out.label = entity["label"].get<std::string>();
    if (entity.contains("relations") && !entity["relations"].is_array())
      return invalid("'relations' of entity '" + id + "' should be an array");
    for (const Json& relation : entity.contains("relations") ? entity["relations"] : Json::array()) {
      if (!relation.is_array() || relation.size() != 2 || !relation[0].is_string()) {
        return invalid("a relation of entity '" + id + "' should be [type, target]");
      }
      const auto target =
          index.find(relation[1].is_string() ? relation[1].get<std::string>() : relation[1].dump());
      if (target != index.end()) out.relations.emplace_back(relation[0].get<std::string>(), target->second);
    }
    graph.entities.push_back(std::move(out));
  }
  return graph;
}

GraphF1 radgraph_f1(const ReportGraph& hypothesis, const ReportGraph& reference, GraphCase letter_case) {
  const auto score = [&](Detail detail) {
    return overlap_f1(tuples_of(hypothesis, detail, letter_case), tuples_of(reference, detail, letter_case));
  };
  return {score(Detail::kSimple), score(Detail::kPartial), score(Detail::kComplete)};
}

RadcliqGraph radcliq_graph(const ReportGraph& hypothesis, const ReportGraph& reference) {
  const auto relations = [](const ReportGraph& graph) {
    Tuples out;
    for (const GraphEntity& entity : graph.entities) {
      for (const auto& [type, target] : entity.relations) {
        const GraphEntity& other = graph.entities[target];
        out.insert({entity.tokens, entity.label, other.tokens, other.label, type});
      }
    }
    return out;
  };
  RadcliqGraph out;
  out.entity_f1 = overlap_f1(tuples_of(hypothesis, Detail::kSimple, GraphCase::kLowerRelations),
                             tuples_of(reference, Detail::kSimple, GraphCase::kLowerRelations));
  out.relation_f1 = overlap_f1(relations(hypothesis), relations(reference));
  out.combined = (out.entity_f1 + out.relation_f1) / 2;
  return out;
}

double radcliq_v0(const std::array<double, 4>& inputs) { return apply(kV0, inputs); }
double radcliq_v1(const std::array<double, 4>& inputs) { return apply(kV1, inputs); }

}  // namespace hilum::eval
