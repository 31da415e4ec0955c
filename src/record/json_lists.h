// Lists of texts out of tables in JSON. Pure function.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hilum/json.h"

namespace hilum {

// The texts of the list at the key `key` of `table` (a plain key, dots are part of it). kConfig when there is
// no such list or something in it is no text.
Result<std::vector<std::string>> texts_at(const Json& table, std::string_view key);

}  // namespace hilum
