// JSON as Hilum uses it: key order kept, so that what passes through a stage comes out as it went in. Headers
// need the forward declaration only; files that touch values include <nlohmann/json.hpp>.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "hilum/status.h"

namespace hilum {

using Json = nlohmann::ordered_json;

inline constexpr std::size_t kMaxJsonDepth = 64;

// Parses one document. kJsonInvalid says where and why; depth above kMaxJsonDepth, duplicate keys' earlier
// values and NaN are not accepted as values (the last key wins, as everywhere).
Result<Json> parse_json(std::string_view text);

// One line, UTF-8; invalid bytes become U+FFFD. kInternal if a number is not finite (JSON has no NaN).
Result<std::string> dump_json(const Json& value);

// The value at a dotted path ("report.findings"), or null. A number selects an array element
// ("priors.0.report").
const Json* find_path(const Json& value, std::string_view dotted_path);

// Text at a dotted path, "" if missing; a JSON null counts as missing. kRecordInvalid if it is something
// else.
Result<std::string> text_at(const Json& value, std::string_view dotted_path);

// Sets the value at a dotted path, making the objects on the way.
void set_path(Json& value, std::string_view dotted_path, Json new_value);

// Reads and parses a whole file.
Result<Json> read_json_file(const std::string& path, std::size_t max_bytes);

}  // namespace hilum
