// The table of metrics: one row a group (metrics.cpp). Everything that depends on which metrics there are
// reads it: what is computed, what must be given, what is kept of the input, which names scores may have,
// help texts and the short table.
#pragma once

#include <string>
#include <vector>

#include "hilum/evaluate.h"

#include "eval/input/context.h"

namespace hilum::eval {

// Where scores of a group come from; they stand in this order.
enum class Origin { kWords, kStored, kModel, kRules, kRows };

// Whether a group is computed when none is named, if what it needs is there.
enum class Ask { kDefault, kByName };

using StoredField = std::string StoredFields::*;

// Values stored in the rows that a group reads.
struct Stored {
  enum class Use {
    kNone,
    kInstead,    // where both sides are given they stand in place of the texts
    kWhenGiven,  // likewise; and the group is a default only where a side is given
    kMust        // there is no other way
  };
  Use use = Use::kNone;
  StoredField hypothesis = nullptr, reference = nullptr;  // reference null: one value a row, a judgement
};

// A setting that one group alone reads: given without the group it is an error.
struct Setting {
  const char* name;
  bool (*given)(const EvaluateOptions& options);
};

struct MetricRow {
  const char* name;
  Origin origin;
  Ask ask;
  Needs needs;
  Status (*add)(Context& context);
  std::vector<const char*> shown;        // scores of the short table; '*' stands for any text
  std::vector<const char*> others = {};  // its other scores, likewise
  Stored stored = {};
  std::vector<Setting> settings = {};
  // What a note calls the group where a default cannot be computed (data that is not installed); null: an
  // error ends the run.
  const char* may_lack = nullptr;
};

const std::vector<MetricRow>& metric_rows();

// The name of a stored field's setting ("hypothesis_graph").
const char* stored_field_name(StoredField field);

// True when `name` fits the pattern, where '*' stands for any text.
bool fits(std::string_view pattern, std::string_view name);
// Whether a group may give a score of this name.
bool gives(const MetricRow& row, std::string_view name);

}  // namespace hilum::eval
