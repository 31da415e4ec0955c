// All stages of the program, for what is said of each: `hilum help records`, the table in docs/records.md,
// --dry-run.
#pragma once

#include <string_view>
#include <vector>

#include "hilum/stage.h"

namespace hilum::stages {

// In the order in which they usually follow each other.
const std::vector<const StageInfo*>& all_stages();

// The stage of that name, or null.
const StageInfo* find_stage(std::string_view name);

}  // namespace hilum::stages
