// What every module that reads texts takes, and what limits it.
#pragma once

#include <string>
#include <vector>

#include "hilum/json.h"
#include "hilum/status.h"

#include "runtime/roles/role.h"

namespace hilum::runtime {

std::vector<Port> text_ports();

// `max_tokens` of a text: begin, one piece and end at least.
Status read_max_tokens(const Json& object, const std::string& where, int& out);

// kBundleInvalid unless there are names, all different.
Status check_names(const std::string& field, const std::vector<std::string>& names);

}  // namespace hilum::runtime
