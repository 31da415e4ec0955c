// LunguageScore of a file of structured reports.
#pragma once

#include <string>
#include <string_view>

#include "eval/input/line_scores.h"
#include "eval/words/similarity.h"

namespace hilum::eval {

inline constexpr std::string_view kLunguagePrefix = "LunguageScore-";  // of its scores' names

// JSON lines {"id","mode","candidate","reference"}. kFileNotFound; kNoInput.
Result<LineScores> score_lunguage_lines(const std::string& path, SimilaritySource similarity);

}  // namespace hilum::eval
