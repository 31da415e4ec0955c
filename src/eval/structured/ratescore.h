// RaTEScore's weighting of entity similarities, of entities that another program tagged. Pure functions; safe
// from any thread.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hilum/json.h"
#include "hilum/status.h"

#include "eval/input/context.h"

namespace hilum::eval {

// Entities of one report for RaTEScore: a type ("DISEASE", "NON-ABNORMALITY", …) and a vector each; where no
// encoder made vectors, their texts.
struct TypedEntities {
  std::vector<std::vector<double>> vectors;
  std::vector<std::string> types, texts;
};
// [{"type","vector" or "embedding", "text"}], {"types":[…],"vectors" or "embeds":[…],"texts":[…]} or
// [["text", "TYPE"], …]. Vectors or texts must be there for every entity, vectors of one length.
// kRecordInvalid says what is wrong.
Result<TypedEntities> typed_entities_from_json(const Json& json);

class RateWeights {
 public:
  static Result<RateWeights> load(std::string_view matrix);  // "long" or "short", from configs/eval
  // Similarity of an entity of a and one of b, by their places.
  using Similarity = std::function<double(std::size_t, std::size_t)>;
  // Weighted best similarity of each of a's entities in b; by the cosine of the vectors where none is given.
  double one_way(const TypedEntities& a, const TypedEntities& b) const;
  double one_way(const TypedEntities& a, const TypedEntities& b, const Similarity& similarity) const;
  // 0.5 when a side is empty. `similarity` takes a reference entity first.
  double score(const TypedEntities& reference, const TypedEntities& hypothesis) const;
  double score(const TypedEntities& reference, const TypedEntities& hypothesis,
               const Similarity& similarity) const;

 private:
  double weight(const std::string& a, const std::string& b) const;
  std::vector<std::pair<std::string, double>> affinity_;
  double negated_ = 1;
};

// Of the entities stored in the rows; named after its matrix and, where no vectors are stored, the text
// similarity.
Status add_ratescore(Context& context);

}  // namespace hilum::eval
