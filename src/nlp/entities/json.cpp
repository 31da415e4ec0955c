#include <nlohmann/json.hpp>

#include "nlp/entities/entities.h"

namespace hilum::nlp {
namespace {

Json item_json(const RadGraph& graph, const GraphEntity& entity) {
  return {{"text", entity_text(graph, entity)},
          {"kind", std::string(kind_name(entity.kind))},
          {"assertion", std::string(entity_assertion_name(entity.assertion))}};
}

void add_graph_fields(Json& item, const GraphEntity& entity) {
  item["first_token"] = entity.first;
  item["last_token"] = entity.last;
  Json relations = Json::array();
  for (const GraphRelation& relation : entity.relations) {
    relations.push_back({std::string(relation_name(relation.type)), relation.target});
  }
  item["relations"] = std::move(relations);
}

Json with_items(const RadGraph& graph, SeeMode mode, Json items) {
  return {{"mode", std::string(see_mode_name(mode))},
          {"facts", factual_sentences(graph, mode)},
          {"items", std::move(items)}};
}

}  // namespace

Json entities_json(const RadGraph& graph, SeeMode mode) {
  Json items = Json::array();
  for (const GraphEntity& entity : graph.entities) {
    Json item = item_json(graph, entity);
    add_graph_fields(item, entity);
    items.push_back(std::move(item));
  }
  return with_items(graph, mode, std::move(items));
}

Json entities_json(const ExtractedReport& report, SeeMode mode) {
  Json items = Json::array();
  for (std::size_t i = 0; i < report.graph.entities.size(); ++i) {
    const GraphEntity& entity = report.graph.entities[i];
    Json item = item_json(report.graph, entity);
    item["sentence"] = report.sentence_of[i];
    item["begin"] = report.token_bytes[entity.first].begin;
    item["end"] = report.token_bytes[entity.last].end;
    add_graph_fields(item, entity);
    items.push_back(std::move(item));
  }
  return with_items(report.graph, mode, std::move(items));
}

}  // namespace hilum::nlp
