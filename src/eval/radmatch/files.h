// radmatch's scores of what its earlier steps wrote.
#pragma once

#include <string>
#include <string_view>

#include "eval/input/line_scores.h"

namespace hilum::eval {

inline constexpr std::string_view kRadmatchPrefix = "radmatch-";  // of its scores' names

// A folder of radmatch's files, or JSON lines {"id","findings_gt","findings_pred","matching",
// "attribute_errors"}. kFileNotFound; kFileUnreadable; kNoInput.
Result<LineScores> score_radmatch_files(const std::string& path);

}  // namespace hilum::eval
