#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "core/files/file.h"
#include "core/text/text.h"
#include "eval/structured/judge.h"

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

}  // namespace hilum::eval
