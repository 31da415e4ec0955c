#include "eval/clinical/radgraph.h"

#include <set>
#include <unordered_map>

#include <nlohmann/json.hpp>

#include "eval/input/stored_values.h"
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

namespace {

Result<ReportGraph> stored_graph(const EvaluationItem& item, const std::string& path) {
  HILUM_ASSIGN(Json value, stored_json(item, path));
  // radgraph's own output keeps its reports under "0", "1", …
  if (value.is_object() && value.contains("0") && value["0"].is_object()) value = Json(value["0"]);
  auto graph = graph_from_json(value);
  if (!graph) return graph.status().at(item.id);
  return graph;
}

}  // namespace

Status add_radgraph(Context& context) {
  std::vector<double> simple, partial, complete, combined;
  for (const EvaluationItem& item : context.set.items) {
    HILUM_ASSIGN(const ReportGraph h, stored_graph(item, context.options.stored.hypothesis_graph));
    HILUM_ASSIGN(const ReportGraph r, stored_graph(item, context.options.stored.reference_graph));
    const GraphF1 f1 = radgraph_f1(h, r, context.preset.graph_case);
    simple.push_back(f1.simple);
    partial.push_back(f1.partial);
    complete.push_back(f1.complete);
    combined.push_back(radcliq_graph(h, r).combined);
  }
  const auto add = [&](const char* name, const char* what, const std::vector<double>& values,
                       const char* letters) {
    Metric metric;
    metric.name = name;
    metric.variant = std::string("given graphs, ") + what;
    metric.policy = letters;
    context.table().add_mean(std::move(metric), values);
  };
  const char* letters = context.preset.graph_case == GraphCase::kLowerEverywhere
                            ? "lower case everywhere (radgraph 2026)"
                            : "case kept but in relations (radgraph <= 0.1.18)";
  add("RadGraph-F1-simple", "tokens and label", simple, letters);
  add("RadGraph-F1-partial", "tokens, label and whether related", partial, letters);
  add("RadGraph-F1-complete", "tokens, label, relation and target", complete, letters);
  add("RadGraph-combined", "mean of entity and relation F1 (CXR-Report-Metric)", combined, "case kept");
  return Status::ok();
}

}  // namespace hilum::eval
