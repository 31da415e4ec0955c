// ICON's inter-report consistency (Hou 2024): do equivalent studies get equivalent reports? Two studies are
// equivalent when their references state much the same findings; CON is how far their hypotheses share
// attribute words, R-CON weighs that by how far each hypothesis shares them with its own reference. A
// report's score depends on the other reports of the set. Time grows with the square of the number of
// reports. Pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "hilum/status.h"

#include "eval/clinical/rule_scores.h"
#include "eval/input/context.h"

namespace hilum::eval {

// What of a report counts: its positive or uncertain findings (bit f: finding_names()[f], No Finding left
// out) and the attribute words of the sentences that state one.
struct ConsistencyReport {
  std::uint32_t findings = 0;
  std::set<std::string> attributes;
};

struct ConsistencyScore {
  bool scored = false;  // has findings and an equivalent study
  double con = 0, r_con = 0;
  std::size_t equivalents = 0;
};

// `studies`: reports of one study are never equivalents of each other. Equivalent: overlap of the references'
// findings at least .75 and of their attributes at least .5, where overlap is shared / smaller set, 0 when
// one is empty.
std::vector<ConsistencyScore> consistency(const std::vector<std::string>& studies,
                                          const std::vector<ConsistencyReport>& hypotheses,
                                          const std::vector<ConsistencyReport>& references);

// The attribute words, and the reading of reports with them. Immutable once made; safe from any thread.
class ConsistencyReader {
 public:
  // A file as ICON's triples.json: {"Edema:Positive": [word, …]}; the first 30 of each positive finding
  // count.
  static Result<ConsistencyReader> load(const std::string& path);
  // The 30 words that most often stand in entities of sentences that state a finding, for each finding; ties
  // by alphabet.
  static Result<ConsistencyReader> from_references(const std::vector<std::string_view>& references);

  ConsistencyReport read(std::string_view report) const;
  const std::set<std::string>& attributes() const { return attributes_; }

 private:
  explicit ConsistencyReader(RuleLabels labels) : labels_(std::move(labels)) {}
  RuleLabels labels_;
  std::set<std::string> attributes_;
};

// CON and R-CON of the set.
Status add_consistency(Context& context);

}  // namespace hilum::eval
