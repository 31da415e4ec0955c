// Lines of JSON that are scored one by one.
#pragma once

#include <functional>
#include <string>

#include "hilum/evaluate.h"

namespace hilum::eval {

// Hands every line's record and number to `take`. A line that cannot be read, or that `take` refuses, is
// warned of and counted as unreadable. kFileNotFound.
Status read_json_lines(const std::string& path, EvaluationCounts& counts,
                       const std::function<Status(const Json& record, std::size_t line)>& take);

}  // namespace hilum::eval
