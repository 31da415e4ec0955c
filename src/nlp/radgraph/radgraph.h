// Graphs of report entities as RadGraph describes them: spans of tokens with a kind, an assertion and
// relations.
//
// Token indices count from 0 over the whole report; spans include both ends. Values; safe to read from any
// thread. Source: RadGraph (Jain et al. 2021), RadGraph-XL (Delbrouck et al. 2024) and the output of their
// programs.
#pragma once

#include <cstddef>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hilum/json.h"
#include "hilum/status.h"

namespace hilum::nlp {

enum class EntityKind { kAnatomy, kObservation };
enum class EntityAssertion { kPresent, kAbsent, kUncertain };
enum class RelationType { kModify, kLocatedAt, kSuggestiveOf };

struct GraphRelation {
  RelationType type = RelationType::kModify;
  std::size_t target = 0;  // index into RadGraph::entities
};

struct GraphEntity {
  std::size_t first = 0;  // token; below the number of tokens
  std::size_t last = 0;   // token, included; may lie before `first` or past the end in what others wrote
  EntityKind kind = EntityKind::kObservation;
  EntityAssertion assertion = EntityAssertion::kPresent;
  std::vector<GraphRelation> relations;
};

struct RadGraph {
  std::string key;  // the report's id
  std::vector<std::string> tokens;
  std::vector<GraphEntity> entities;  // in the order of the file
  // The last token of each sentence, in order, where the source says so; empty: SEE finds the ends itself.
  std::vector<std::size_t> sentence_ends;
};

// "effusion": the entity's tokens joined by blanks.
std::string entity_text(const RadGraph& graph, const GraphEntity& entity);

// "present", "absent", "uncertain"; "anatomy", "observation"; "modify", "located_at", "suggestive_of".
std::string_view entity_assertion_name(EntityAssertion assertion);
std::string_view kind_name(EntityKind kind);
std::string_view relation_name(RelationType type);

// "ANAT-DP", "OBS-DP", "OBS-DA", "OBS-U" and so on.
std::string entity_label(const GraphEntity& entity);

// Reads both spellings: v1 ("OBS-DA") and XL ("Observation::definitely absent",
// "Observation::measurement::…"). kRecordInvalid names the label.
Status parse_label(std::string_view label, EntityKind& kind, EntityAssertion& assertion);

// The graphs in one JSON value: a DyGIE++ document (`sentences`, `predicted_ner` or `ner`,
// `predicted_relations` or `relations`), one annotation of the radgraph package (`text`, `entities`), the
// package's object of annotations by key, or an object of such objects by report id. `fallback_key` names a
// document without a key. A relation to a span that is no entity is dropped, as the package does. An object
// without any graph is kRecordInvalid; so is an entity that starts past the last token.
Result<std::vector<RadGraph>> graphs_from_json(const Json& value, const std::string& fallback_key);

// Reads a file of RadGraph output: JSON Lines, one value a line, or one JSON value over many lines. A line
// that is not readable is an error for that line only. Not thread-safe.
class RadGraphReader {
 public:
  // `name` is used in messages. The stream stays the caller's.
  RadGraphReader(std::istream& in, std::string name);
  // The next graph; an empty optional at the end.
  Result<std::optional<RadGraph>> next();

 private:
  Result<bool> read_more();
  std::istream& in_;
  std::string name_;
  std::vector<RadGraph> graphs_;  // read and not yet given out, last first
  std::size_t line_ = 0;
  bool whole_ = false;  // the file was read as one value
};

// One annotation in the package's shape: `text`, `entities` by 1-based key, `data_source`, `data_split`.
Json graph_to_json(const RadGraph& graph);

}  // namespace hilum::nlp
