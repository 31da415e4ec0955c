// The arithmetic of metrics whose judgement was made elsewhere and stored: GREEN's and CRIMSON's judge
// output, and RaTEScore's weighting of entity similarities. Pure functions; safe from any thread.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "hilum/json.h"
#include "hilum/status.h"

namespace hilum::eval {

// GREEN (Ostmeier 2024) from the judge's text. As the original: a count written in words counts nothing.
struct Green {
  std::array<int, 6> significant{}, insignificant{};
  int matched = 0;
  double score = 0;  // matched / (matched + significant errors), 0 when nothing matched
};
Green green_from_text(std::string_view judge_text);

// CRIMSON's score from its evaluation JSON; kRecordInvalid names the missing part.
struct Crimson {
  double score = 0;  // rounded to four digits, as published
  double reference_weight = 0, false_weight = 0, correct = 0, raw = 0;  // N_G, E_penalty, correct, S
};
Result<Crimson> crimson_from_json(const Json& evaluation);

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

}  // namespace hilum::eval
