// The roles that find entities and relations in a report (RadGraph's), and the manifest's `entities`.
#pragma once

#include <string>
#include <vector>

#include "runtime/roles/role.h"

namespace hilum::runtime {

struct EntitySpec : ManifestPart {
  static constexpr const char* kKey = "entities";
  std::vector<std::string> labels;     // of the span scores, in order; "no entity" always scores 0
  std::vector<std::string> relations;  // of the pair scores, in order; "no relation" always scores 0
  int max_span_width = 8;              // words
  double spans_per_word = 0.5;         // how many spans the pair scorer sees
  int max_tokens = 512;                // of one row of the text encoder, begin and end token included
  std::string words = "radgraph";      // how a report becomes words: "radgraph" or "radgraph-xl"
};

Role span_scorer_role();
Role pair_scorer_role();

}  // namespace hilum::runtime
