// Shared by the readers of evaluation sets.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "eval/input/evaluation_set.h"

namespace hilum::eval {

// Names tried when none was given, in this order.
const std::vector<std::string>& known_ids();
const std::vector<std::string>& known_hypotheses();
const std::vector<std::string>& known_references();

// A row holding one metric's value: one of the texts empty, the other a number.
bool is_summary(const std::string& hypothesis, const std::vector<std::string>& references);

void note_problem(EvaluationSet& set, const Status& status);

// Text at a dotted path; nullopt when absent or null. kRecordInvalid when it is neither text nor a number.
Result<std::optional<std::string>> value_text(const Json& record, const std::string& path);

// Adds the pair of one JSON object.
void add_record(EvaluationSet& set, const Json& record, const std::string& key, const PairFields& fields,
                bool keep);

}  // namespace hilum::eval
