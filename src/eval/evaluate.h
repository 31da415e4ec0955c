// Scores one system: an EvaluationSet in, a ScoreTable with its stamp out, and from that intervals and
// renderings. Deterministic. Not thread-safe while it runs.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "eval/input/evaluation_set.h"
#include "eval/models/text_models.h"
#include "eval/presets.h"
#include "eval/structured/lunguage.h"
#include "eval/table/score_table.h"
#include "eval/table/statistics.h"

namespace hilum::eval {

// Groups of metrics that can be asked for by name.
const std::vector<std::string>& metric_groups();

// Where stored judgements stand in the kept records (dotted paths or columns); empty: not given.
struct StoredFields {
  std::string hypothesis_graph, reference_graph;            // RadGraph annotations
  std::string hypothesis_labels, reference_labels;          // {"Edema": 1 | 0 | -1 | null, …}
  std::string hypothesis_entities, reference_entities;      // RaTEScore's entities
  std::string hypothesis_structured, reference_structured;  // SRRG sections or text
  std::string hypothesis_lunguage, reference_lunguage;      // structured entities (docs/structured.md)
  std::string green, crimson;                               // a judge's text; a judge's JSON
  bool any() const;
};

struct EvaluateOptions {
  Preset preset;
  std::vector<std::string> metrics;  // groups; empty: all that need nothing but the texts
  StoredFields stored;
  std::string wordnet = "/usr/share/wordnet";
  std::string paraphrases;                               // METEOR's table; empty: without
  std::string rate_matrix = "long";                      // or "short"
  TextSimilarity similarity = TextSimilarity::kJaccard;  // of RaTEScore's entities without vectors
  std::shared_ptr<const TextModels> models;  // in place of rules, and for scores of their own; null: none
  bool bertscore_idf = false;
  bool sentences = true;   // of extracted triplets: only the same sentence counts
  std::string attributes;  // ICON's attribute lexicon for the consistency; empty: from the references
};

// False when every score asked for comes from stored values, so that rows without texts can be scored.
bool needs_texts(const EvaluateOptions& options);
// True when the rows or records must be kept.
bool needs_rows(const EvaluateOptions& options);

struct SystemScores {
  std::string name;
  ScoreTable table{0};
  std::vector<Interval> intervals;  // one a metric, or empty
  EvaluationCounts counts;
  std::vector<std::string> ids;    // one a row
  std::vector<std::string> notes;  // metrics left out and why
  std::vector<FindingRow> hypothesis_labels,
      reference_labels;  // one a row where labels were scored, else empty
};

// kUsage for an unknown group. A default metric whose data is not installed is left out with a note; asked
// for by name it is an error.
Result<SystemScores> evaluate(const EvaluationSet& set, const EvaluateOptions& options);

}  // namespace hilum::eval
