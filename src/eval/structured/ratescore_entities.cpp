// Entities of RaTEScore in the shapes that programs store them.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/text/text.h"
#include "eval/structured/ratescore.h"

namespace hilum::eval {
namespace {

Status bad(const std::string& what) { return {ErrorCode::kRecordInvalid, "RaTEScore entities: " + what}; }

// The first of `names` that the object has.
const Json* member(const Json& object, const std::vector<const char*>& names) {
  for (const char* name : names) {
    const auto found = object.find(name);
    if (found != object.end() && !found->is_null()) return &*found;
  }
  return nullptr;
}

Result<std::vector<double>> vector_of(const Json& json) {
  std::vector<double> out;
  if (!json.is_array()) return bad("a vector should be an array of numbers");
  for (const Json& value : json) {
    if (!value.is_number()) return bad("a vector should be an array of numbers");
    out.push_back(value.get<double>());
  }
  return out;
}

Status add_entity(const Json* type, const Json* text, const Json* vector, TypedEntities& out) {
  static const std::vector<std::string> kTypes = {"ANATOMY", "ABNORMALITY", "DISEASE", "NON-ABNORMALITY",
                                                  "NON-DISEASE"};
  if (type == nullptr || !type->is_string()) return bad("each needs a 'type'");
  out.types.push_back(to_upper(trim(type->get<std::string>())));
  if (std::find(kTypes.begin(), kTypes.end(), out.types.back()) == kTypes.end())
    return bad("no type '" + out.types.back() + "'; there is " + join(kTypes, ", "));
  if (text != nullptr) {
    if (!text->is_string()) return bad("'text' should be text");
    out.texts.push_back(text->get<std::string>());
  }
  if (vector != nullptr) {
    HILUM_ASSIGN(std::vector<double> values, vector_of(*vector));
    if (!out.vectors.empty() && out.vectors[0].size() != values.size())
      return bad("vectors differ in length");
    out.vectors.push_back(std::move(values));
  }
  return Status::ok();
}

Status check(const TypedEntities& entities) {
  const std::size_t n = entities.types.size();
  if (!entities.texts.empty() && entities.texts.size() != n) return bad("some have no text");
  if (!entities.vectors.empty() && entities.vectors.size() != n) return bad("some have no vector");
  if (n > 0 && entities.texts.empty() && entities.vectors.empty())
    return bad("each needs a vector or a text");
  return Status::ok();
}

}  // namespace

Result<TypedEntities> typed_entities_from_json(const Json& json) {
  TypedEntities out;
  if (json.is_array()) {
    for (const Json& entity : json) {
      const bool pair = entity.is_array() && entity.size() == 2;
      if (!pair && !entity.is_object()) return bad("each should be an object or [text, type]");
      HILUM_RETURN_IF_ERROR(pair ? add_entity(&entity[1], &entity[0], nullptr, out)
                                 : add_entity(member(entity, {"type", "label"}),
                                              member(entity, {"text", "entity"}),
                                              member(entity, {"vector", "embedding", "embed"}), out));
    }
  } else if (json.is_object()) {
    const Json* types = member(json, {"types"});
    const Json* texts = member(json, {"texts", "entities"});
    const Json* vectors = member(json, {"vectors", "embeds", "embeddings"});
    for (const Json* list : {types, texts, vectors}) {
      if (list == nullptr) continue;
      if (!list->is_array() || types == nullptr || list->size() != types->size())
        return bad("'types', 'texts' and 'vectors' should be arrays of one length");
    }
    if (types == nullptr) return bad("'types' is missing");
    for (std::size_t i = 0; i < types->size(); ++i) {
      HILUM_RETURN_IF_ERROR(add_entity(&(*types)[i], texts != nullptr ? &(*texts)[i] : nullptr,
                                       vectors != nullptr ? &(*vectors)[i] : nullptr, out));
    }
  } else {
    return bad("should be an array or an object");
  }
  HILUM_RETURN_IF_ERROR(check(out));
  return out;
}

}  // namespace hilum::eval
