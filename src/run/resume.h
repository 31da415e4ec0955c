// --resume FILE: which ids a file of records has already, and where to go on.
#pragma once

#include <string>
#include <unordered_set>

#include "hilum/status.h"

namespace hilum {

// Ids of the records in `path`, failed ones included. A last line without its newline, or one that is not
// JSON, was cut by an interruption: it is removed from the file. A missing file is an empty set.
// kOutputFailed when the cut line cannot be removed; kRecordInvalid when the file holds something else than
// records.
Result<std::unordered_set<std::string>> prepare_resume(const std::string& path);

}  // namespace hilum
