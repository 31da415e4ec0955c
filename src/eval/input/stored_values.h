// Values that stand in the kept rows or records of an evaluation set.
#pragma once

#include <optional>
#include <string>

#include "hilum/json.h"
#include "hilum/status.h"

#include "eval/input/evaluation_set.h"

namespace hilum::eval {

// The value at a dotted path; text that holds JSON is parsed, since CSV cells hold nothing else.
// kRecordInvalid names the item.
Result<Json> stored_json(const EvaluationItem& item, const std::string& path);

// A number, or text that is one.
std::optional<double> number_of(const Json& value);

}  // namespace hilum::eval
