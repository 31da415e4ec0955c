// A generated record as people read it on a terminal.
#pragma once

#include <string>

#include "hilum/json.h"

namespace hilum::cli {

std::string generate_text(const Json& record, bool color);

}  // namespace hilum::cli
