#include <algorithm>
#include <cctype>
#include <climits>

#include <nlohmann/json.hpp>

#include "core/text/text.h"
#include "nlp/lunguage/lunguage.h"

namespace hilum::nlp {
namespace {

// "no change" as the JSON form spells it: "No Change".
std::string spelled(std::string_view relation) {
  std::string out(relation);
  bool start = true;
  for (char& c : out) {
    if (start) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    start = c == ' ' || c == '_';
  }
  return out;
}

Json relation_json(std::string_view relation, const std::string& value, const std::optional<int>& object) {
  Json out = {{"relation", spelled(relation)}, {"value", value}, {"obj_ent_idx", nullptr}};
  if (object) out["obj_ent_idx"] = *object;
  return out;
}

Status invalid(const std::string& what) { return {ErrorCode::kRecordInvalid, what}; }

Result<int> integer(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number_integer())
    return invalid(std::string("'") + key + "' should be a whole number");
  const double value = found->get<double>();
  if (value < INT_MIN || value > INT_MAX) return invalid(std::string("'") + key + "' is too large");
  return found->get<int>();
}

Status read_once(std::string& field, const std::string& value, const char* name) {
  if (!field.empty()) return invalid(std::string(name) + " is given twice");
  field = to_lower(value);
  if (field == "lf") field = "pf";
  return Status::ok();
}

Status read_relation(const Json& item, LunguageEntity& entity) {
  if (!item.is_object()) return invalid("a relation should be an object");
  HILUM_ASSIGN(const std::string relation, text_at(item, "relation"));
  HILUM_ASSIGN(const std::string value, text_at(item, "value"));
  const std::string name = to_lower(trim(relation));
  const std::string trimmed(trim(value));
  if (name == "cat") return read_once(entity.category, trimmed, "Cat");
  if (name == "dx_status") return read_once(entity.status, trimmed, "Dx_Status");
  if (name == "dx_certainty") return read_once(entity.certainty, trimmed, "Dx_Certainty");
  const auto& known = attribute_relations();
  if (std::find(known.begin(), known.end(), name) == known.end())
    return invalid("'" + relation + "' is no relation of the schema");
  Attribute attribute{name, to_lower(trimmed), std::nullopt};
  if (const auto object = item.find("obj_ent_idx"); object != item.end() && !object->is_null()) {
    HILUM_ASSIGN(attribute.object_idx, integer(item, "obj_ent_idx"));
  }
  entity.attributes.push_back(std::move(attribute));
  return Status::ok();
}

Status read_entity(const Json& item, LunguageEntity& entity) {
  if (!item.is_object()) return invalid("it should be an object");
  HILUM_ASSIGN(const std::string name, text_at(item, "name"));
  entity.name = to_lower(trim(name));
  HILUM_ASSIGN(entity.sent_idx, integer(item, "sent_idx"));
  HILUM_ASSIGN(entity.ent_idx, integer(item, "ent_idx"));
  HILUM_ASSIGN(entity.laterality, text_at(item, "laterality"));
  HILUM_ASSIGN(entity.entity_group, text_at(item, "entity_group"));
  if (item.contains("temporal_group")) {
    HILUM_ASSIGN(entity.temporal_group, integer(item, "temporal_group"));
  }
  const auto relations = item.find("relations");
  if (relations == item.end() || !relations->is_array()) return invalid("'relations' should be a list");
  for (const Json& relation : *relations) HILUM_RETURN_IF_ERROR(read_relation(relation, entity));
  if (entity.category.empty() || entity.status.empty() || entity.certainty.empty()) {
    return invalid("Cat, Dx_Status and Dx_Certainty should be there once each");
  }
  return Status::ok();
}

}  // namespace

Json lunguage_to_json(const LunguageReport& report, bool strict) {
  Json entities = Json::array();
  for (const LunguageEntity& entity : report.entities) {
    Json relations = Json::array();
    relations.push_back(relation_json("cat", entity.category, std::nullopt));
    relations.push_back(relation_json("dx_status", entity.status, std::nullopt));
    relations.push_back(relation_json("dx_certainty", entity.certainty, std::nullopt));
    for (const Attribute& a : entity.attributes)
      relations.push_back(relation_json(a.relation, a.value, a.object_idx));
    Json item = {{"name", entity.name},
                 {"sent_idx", entity.sent_idx},
                 {"ent_idx", entity.ent_idx},
                 {"relations", std::move(relations)}};
    if (!strict) {
      if (!entity.laterality.empty()) item["laterality"] = entity.laterality;
      if (!entity.entity_group.empty()) item["entity_group"] = entity.entity_group;
      if (entity.temporal_group > 0) item["temporal_group"] = entity.temporal_group;
    }
    entities.push_back(std::move(item));
  }
  return {{"entities", std::move(entities)}};
}

Result<LunguageReport> lunguage_from_json(const Json& value) {
  LunguageReport report;
  const auto entities = value.is_object() ? value.find("entities") : value.end();
  if (!value.is_object() || entities == value.end() || !entities->is_array()) {
    return invalid("a structured report should be an object with a list 'entities'");
  }
  for (std::size_t i = 0; i < entities->size(); ++i) {
    HILUM_RETURN_IF_ERROR(
        read_entity((*entities)[i], report.entities.emplace_back()).at("entity " + std::to_string(i + 1)));
  }
  return report;
}

}  // namespace hilum::nlp
