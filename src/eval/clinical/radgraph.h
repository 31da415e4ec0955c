// RadGraph F1. Graphs are given (radgraph's JSON) or made by rules; the score does not care.
// Values; pure functions; safe from any thread.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "hilum/json.h"
#include "hilum/status.h"

#include "eval/input/context.h"

namespace hilum::eval {

struct GraphEntity {
  std::string tokens, label;
  std::vector<std::pair<std::string, std::size_t>> relations;  // type, index of the target entity
};

struct ReportGraph {
  std::string text;
  std::vector<GraphEntity> entities;
};

// {"text":…,"entities":{"1":{"tokens","label","relations":[["modify","2"]]}}}; relations to entities that are
// not there are dropped. kRecordInvalid otherwise.
Result<ReportGraph> graph_from_json(const Json& json);

// Letter case of tokens: newer radgraph (2026) lowers it everywhere; up to 0.1.18, and RadEval, only inside
// tuples with relations of the complete variant.
enum class GraphCase { kLowerEverywhere, kLowerRelations };

struct GraphF1 {
  double simple = 0;    // RG_E: tokens and label
  double partial = 0;   // RG_ER: with whether the entity has a relation
  double complete = 0;  // RG_bar_ER: with relation type and target
};
GraphF1 radgraph_f1(const ReportGraph& hypothesis, const ReportGraph& reference, GraphCase letter_case);

// CXR-Report-Metric's variant, RadCliQ's first input: mean of entity F1 and relation F1, case kept.
struct RadcliqGraph {
  double entity_f1 = 0, relation_f1 = 0, combined = 0;
};
RadcliqGraph radcliq_graph(const ReportGraph& hypothesis, const ReportGraph& reference);

// From the graphs stored in the rows.
Status add_radgraph(Context& context);

}  // namespace hilum::eval
