// A sentence as the rules of the entity extractor see it. Internal to the layer.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "nlp/entities/entities.h"
#include "nlp/entities/lexicon.h"

namespace hilum::nlp {

enum class PieceKind { kEntity, kCue, kWord, kComma, kStop };

struct Piece {
  PieceKind kind = PieceKind::kWord;
  TermRole role = TermRole::kNone;  // of entities and cues
  std::size_t first = 0;            // graph tokens, both included
  std::size_t last = 0;
  std::string_view word;  // the last token's text
  EntityAssertion assertion = EntityAssertion::kPresent;
  std::size_t entity = 0;     // index in the graph, for entities
  bool opens_clause = false;  // a new statement starts behind this one

  bool is_entity() const { return kind == PieceKind::kEntity; }
  bool is_cue(TermRole cue) const { return kind == PieceKind::kCue && role == cue; }
  bool is_anatomy() const { return is_entity() && nlp::is_anatomy(role); }
  bool is_thing() const { return is_entity() && nlp::is_thing(role); }
  bool is_descriptor() const { return is_entity() && !is_anatomy() && !is_thing(); }
};

using Pieces = std::vector<Piece>;

// Splits the text, finds the terms, and calls `sentence` for each sentence's pieces. Fills the report's
// tokens, token_bytes, sentences and sentence_ends.
class PieceReader {
 public:
  PieceReader(const Lexicon& lexicon, std::string_view text, ExtractedReport& report);
  // The pieces of the next sentence; false at the end.
  bool next(Pieces& pieces);

 private:
  struct SubToken {
    std::string_view text;
    std::size_t token = 0;  // graph token
    bool number = false;
  };
  std::size_t measurement_at(std::size_t at) const;
  void add_match(Pieces& pieces, std::size_t at, std::size_t length, TermRole role, bool each_word) const;
  void add_word(Pieces& pieces, std::size_t at) const;

  const Lexicon& lexicon_;
  ExtractedReport& report_;
  std::vector<std::size_t> sentence_sub_ends_;  // one past the last sub-token of each sentence
  std::vector<SubToken> subs_;
  std::vector<std::int32_t> words_;  // word ids of subs_
  std::size_t sentence_ = 0;
  std::size_t at_ = 0;
};

// Sets `assertion` of the observations and `opens_clause` of what separates statements.
void assign_assertions(Pieces& pieces);

// Adds the relations of a sentence's entities to the graph.
void add_relations(const Pieces& pieces, RadGraph& graph);

}  // namespace hilum::nlp
