// Entities from plain report text, without a model: lexicons say what a word is, rules say whether it is
// there and what it belongs to. The result is a RadGraph, so everything that reads RadGraph output reads it
// too.
//
// The lexicons are data (configs/lexicon/README.md). Deterministic; linear in the length of the text; works
// on any bytes. An extractor is immutable after loading and may be used from any thread.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hilum/status.h"

#include "nlp/facts/see.h"
#include "nlp/radgraph/radgraph.h"

namespace hilum::nlp {

// Lower case, and the singular of a plural in -s, -es or -ies; "pelvis" and "gas" stay.
std::string term_word(std::string_view word);

// What a term of the lexicon is: a section name of its files.
enum class TermRole {
  kOrgan,
  kAttribute,
  kSide,
  kPosition,  // the last kind of anatomy
  kPerceptual,
  kContextual,
  kDevice,
  kProcedure,
  kChangeNoun,  // the last that names a thing
  kSeverity,
  kMeasurement,
  kMorphology,
  kDistribution,
  kOnset,
  kNoChange,
  kImproved,
  kWorsened,
  kResolved,
  kPlacement,
  kPastHx,
  kState,
  kNormal,  // the last kind of entity
  kNegationBefore,
  kNegationAfter,
  kUncertainBefore,
  kUncertainAfter,
  kUncertainBoth,
  kSuggests,
  kSupports,
  kBreak,
  kSoftBreak,
  kAnd,
  kOr,
  kCopula,
  kPerceived,
  kPreposition,
  kNone,
};

inline bool is_anatomy(TermRole role) { return role <= TermRole::kPosition; }
inline bool is_entity(TermRole role) { return role <= TermRole::kNormal; }
// Names a thing, where the other observations describe one.
inline bool is_thing(TermRole role) { return role > TermRole::kPosition && role <= TermRole::kChangeNoun; }

struct ByteRange {
  std::size_t begin = 0;
  std::size_t end = 0;  // one past the last byte
};

struct ExtractedReport {
  RadGraph graph;                        // the last tokens of its sentences are in graph.sentence_ends
  std::vector<ByteRange> token_bytes;    // of graph.tokens, in the text
  std::vector<ByteRange> sentences;      // in the text
  std::vector<TermRole> roles;           // of graph.entities
  std::vector<std::size_t> sentence_of;  // of graph.entities, index into `sentences`
};

class Lexicon;

class EntityExtractor {
 public:
  // Reads the three files of `folder`; empty: configs/lexicon as it ships. kFileNotFound; kConfig names file,
  // line and reason.
  static Result<EntityExtractor> load(const std::string& folder = {});
  ExtractedReport extract(std::string_view text) const;

 private:
  explicit EntityExtractor(std::shared_ptr<const Lexicon> lexicon) : lexicon_(std::move(lexicon)) {}
  std::shared_ptr<const Lexicon> lexicon_;
};

// The record's key `entities`:
// {"mode","facts":[text],"items":[{"text","kind","assertion","sentence","begin","end",
// "first_token","last_token","relations":[[type, index of an item]]}]}. `sentence`, `begin` and `end` (bytes
// of the text) are there for extracted text only.
Json entities_json(const RadGraph& graph, SeeMode mode);
Json entities_json(const ExtractedReport& report, SeeMode mode);

}  // namespace hilum::nlp
