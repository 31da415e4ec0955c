#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/text/text.h"
#include "nlp/radgraph/radgraph.h"

namespace hilum::nlp {
namespace {

Status invalid(const std::string& what) { return {ErrorCode::kRecordInvalid, what}; }

const Json* member(const Json& object, const char* key) {
  const auto it = object.find(key);
  return it == object.end() || it->is_null() ? nullptr : &*it;
}

const Json* member(const Json& object, const char* key, const char* other) {
  const Json* value = member(object, key);
  return value != nullptr ? value : member(object, other);
}

Result<std::size_t> token_index(const Json& value, const char* what) {
  if (!value.is_number_integer() || (!value.is_number_unsigned() && value.get<long long>() < 0)) {
    return invalid(std::string(what) + " should be a token index and is " + value.dump());
  }
  return value.get<std::size_t>();
}

Status check_start(const RadGraph& graph, const GraphEntity& entity) {
  if (entity.first < graph.tokens.size()) return Status::ok();
  return invalid("an entity starts at token " + std::to_string(entity.first) + " of " +
                 std::to_string(graph.tokens.size()));
}

std::optional<RelationType> relation_type(std::string_view name) {
  for (const RelationType type :
       {RelationType::kModify, RelationType::kLocatedAt, RelationType::kSuggestiveOf}) {
    if (name == relation_name(type)) return type;
  }
  return std::nullopt;
}

// A list of lists, one a sentence, of rows; calls `row` for each of them.
template <typename Row>
Status for_each_row(const Json& sentences, const char* what, std::size_t fields, const Row& row) {
  if (!sentences.is_array()) return invalid(std::string("'") + what + "' should be a list of lists");
  for (const Json& sentence : sentences) {
    if (!sentence.is_array()) return invalid(std::string("'") + what + "' should be a list of lists");
    for (const Json& item : sentence) {
      if (!item.is_array() || item.size() < fields || !item[fields - 1].is_string()) {
        return invalid(std::string("a row of '") + what + "' should hold token indices and a name");
      }
      HILUM_RETURN_IF_ERROR(row(item));
    }
  }
  return Status::ok();
}

Result<RadGraph> dygie_document(const Json& document, const std::string& fallback_key) {
  RadGraph graph;
  graph.key = fallback_key;
  if (const Json* key = member(document, "doc_key"); key != nullptr) {
    if (!key->is_string()) return invalid("'doc_key' should be text");
    graph.key = key->get<std::string>();
  }
  for (const Json& sentence : *member(document, "sentences")) {
    if (!sentence.is_array()) return invalid("'sentences' should be a list of lists of tokens");
    for (const Json& token : sentence) {
      if (!token.is_string()) return invalid("a token of 'sentences' should be text");
      graph.tokens.push_back(token.get<std::string>());
    }
  }
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> by_span;
  if (const Json* ner = member(document, "predicted_ner", "ner")) {
    const Status status = for_each_row(*ner, "predicted_ner", 3, [&](const Json& row) -> Status {
      GraphEntity entity;
      HILUM_ASSIGN(entity.first, token_index(row[0], "the start of an entity"));
      HILUM_ASSIGN(entity.last, token_index(row[1], "the end of an entity"));
      HILUM_RETURN_IF_ERROR(check_start(graph, entity));
      HILUM_RETURN_IF_ERROR(parse_label(row[2].get_ref<const std::string&>(), entity.kind, entity.assertion));
      by_span.emplace(std::make_pair(entity.first, entity.last), graph.entities.size());
      graph.entities.push_back(std::move(entity));
      return Status::ok();
    });
    if (!status.is_ok()) return status;
  }
  if (const Json* relations = member(document, "predicted_relations", "relations")) {
    const Status status = for_each_row(*relations, "predicted_relations", 5, [&](const Json& row) -> Status {
      std::size_t index[4];
      for (std::size_t i = 0; i < 4; ++i) {
        HILUM_ASSIGN(index[i], token_index(row[i], "an end of a relation"));
      }
      const auto type = relation_type(row[4].get_ref<const std::string&>());
      if (!type) return invalid("'" + row[4].get<std::string>() + "' is no relation of RadGraph");
      const auto from = by_span.find({index[0], index[1]});
      const auto to = by_span.find({index[2], index[3]});
      if (from != by_span.end() && to != by_span.end()) {
        graph.entities[from->second].relations.push_back({*type, to->second});
      }
      return Status::ok();
    });
    if (!status.is_ok()) return status;
  }
  return graph;
}

Result<RadGraph> package_annotation(const Json& annotation, const std::string& key) {
  RadGraph graph;
  graph.key = key;
  graph.tokens = split_words(annotation["text"].get_ref<const std::string&>());
  const Json& entities = annotation["entities"];
  std::unordered_map<std::string, std::size_t> index_of;
  for (const auto& [id, item] : entities.items()) {
    if (!item.is_object() || !item.contains("start_ix") || !item.contains("end_ix") ||
        !item.contains("label") || !item["label"].is_string()) {
      return invalid("entity '" + id + "' should have 'label', 'start_ix' and 'end_ix'");
    }
    GraphEntity entity;
    HILUM_ASSIGN(entity.first, token_index(item["start_ix"], "'start_ix'"));
    HILUM_ASSIGN(entity.last, token_index(item["end_ix"], "'end_ix'"));
    HILUM_RETURN_IF_ERROR(check_start(graph, entity));
    HILUM_RETURN_IF_ERROR(
        parse_label(item["label"].get_ref<const std::string&>(), entity.kind, entity.assertion));
    index_of.emplace(id, graph.entities.size());
    graph.entities.push_back(std::move(entity));
  }
  std::size_t from = 0;
  for (const auto& [id, item] : entities.items()) {
    const Json* relations = member(item, "relations");
    GraphEntity& entity = graph.entities[from++];
    if (relations == nullptr) continue;
    if (!relations->is_array()) return invalid("'relations' of entity '" + id + "' should be a list");
    for (const Json& row : *relations) {
      if (!row.is_array() || row.size() != 2 || !row[0].is_string() || !row[1].is_string()) {
        return invalid("a relation of entity '" + id + "' should be [type, entity]");
      }
      const auto type = relation_type(row[0].get_ref<const std::string&>());
      if (!type) return invalid("'" + row[0].get<std::string>() + "' is no relation of RadGraph");
      const auto to = index_of.find(row[1].get_ref<const std::string&>());
      if (to != index_of.end()) entity.relations.push_back({*type, to->second});
    }
  }
  return graph;
}

bool is_dygie(const Json& value) {
  const Json* sentences = value.is_object() ? member(value, "sentences") : nullptr;
  return sentences != nullptr && sentences->is_array();
}

bool is_annotation(const Json& value) {
  if (!value.is_object()) return false;
  const Json* text = member(value, "text");
  const Json* entities = member(value, "entities");
  return text != nullptr && text->is_string() && entities != nullptr && entities->is_object();
}

}  // namespace

Result<std::vector<RadGraph>> graphs_from_json(const Json& value, const std::string& fallback_key) {
  std::vector<RadGraph> graphs;
  const auto add = [&](Result<RadGraph> graph) {
    if (!graph) return graph.status();
    graphs.push_back(graph.take());
    return Status::ok();
  };
  if (is_dygie(value)) {
    HILUM_RETURN_IF_ERROR(add(dygie_document(value, fallback_key)));
    return graphs;
  }
  if (is_annotation(value)) {
    const Json* id = member(value, "id");
    HILUM_RETURN_IF_ERROR(add(
        package_annotation(value, id != nullptr && id->is_string() ? id->get<std::string>() : fallback_key)));
    return graphs;
  }
  if (!value.is_object())
    return invalid("RadGraph output should be an object and is " + std::string(value.type_name()));
  for (const auto& [key, item] : value.items()) {
    if (starts_with(key, "_")) continue;  // `_meta` of cached graphs
    if (is_annotation(item)) {
      const Json* id = member(item, "id");
      const std::string name = id != nullptr && id->is_string() ? id->get<std::string>() : key;
      HILUM_RETURN_IF_ERROR(add(package_annotation(item, name)).at(key));
    } else if (item.is_object() && item.size() == 1 && is_annotation(*item.begin())) {
      HILUM_RETURN_IF_ERROR(add(package_annotation(*item.begin(), key)).at(key));
    } else {
      return invalid("'" + key +
                     "' is neither a document with 'sentences' nor an annotation with 'text' and 'entities'");
    }
  }
  if (graphs.empty()) return invalid("no RadGraph annotation in it");
  return graphs;
}

Json graph_to_json(const RadGraph& graph) {
  Json entities = Json::object();
  for (std::size_t i = 0; i < graph.entities.size(); ++i) {
    const GraphEntity& entity = graph.entities[i];
    Json relations = Json::array();
    for (const GraphRelation& relation : entity.relations) {
      relations.push_back({std::string(relation_name(relation.type)), std::to_string(relation.target + 1)});
    }
    entities[std::to_string(i + 1)] = {{"tokens", entity_text(graph, entity)},
                                       {"label", entity_label(entity)},
                                       {"start_ix", entity.first},
                                       {"end_ix", entity.last},
                                       {"relations", std::move(relations)}};
  }
  return {{"text", join(graph.tokens, " ")},
          {"entities", std::move(entities)},
          {"data_source", nullptr},
          {"data_split", "inference"}};
}

}  // namespace hilum::nlp
