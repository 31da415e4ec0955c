#include "hilum/json.h"

#include <cmath>

#include <nlohmann/json.hpp>

#include "core/files/file.h"

namespace hilum {
namespace {

bool all_finite(const Json& value) {
  if (value.is_number_float()) return std::isfinite(value.get<double>());
  if (value.is_structured()) {
    for (const Json& item : value) {
      if (!all_finite(item)) return false;
    }
  }
  return true;
}

// The index a path part names, or nothing.
const Json* child(const Json& value, std::string_view part) {
  if (value.is_object()) {
    const auto it = value.find(std::string(part));
    return it == value.end() ? nullptr : &*it;
  }
  if (!value.is_array() || part.empty() || part.size() > 9) return nullptr;
  std::size_t index = 0;
  for (const char c : part) {
    if (c < '0' || c > '9') return nullptr;
    index = index * 10 + static_cast<std::size_t>(c - '0');
  }
  return index < value.size() ? &value[index] : nullptr;
}

}  // namespace

Result<Json> parse_json(std::string_view text) {
  bool too_deep = false;
  const auto depth_guard = [&](int depth, nlohmann::ordered_json::parse_event_t, Json&) {
    if (depth > static_cast<int>(kMaxJsonDepth)) too_deep = true;
    return !too_deep;  // values below the limit are dropped as they arrive, so nothing deep is ever built
  };
  try {
    Json value = Json::parse(text.begin(), text.end(), depth_guard);
    if (too_deep) {
      return Status(ErrorCode::kJsonInvalid,
                    "nested more than " + std::to_string(kMaxJsonDepth) + " levels deep");
    }
    return value;
  } catch (const Json::exception& e) {
    // "[json.exception.parse_error.101] parse error at line 1, column 5: …" -> what follows the bracket
    std::string reason = e.what();
    if (const std::size_t end = reason.find("] "); end != std::string::npos) reason.erase(0, end + 2);
    return Status(ErrorCode::kJsonInvalid, reason);
  }
}

Result<std::string> dump_json(const Json& value) {
  if (!all_finite(value))
    return Status(ErrorCode::kInternal, "a number that is not finite cannot be written as JSON");
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

const Json* find_path(const Json& value, std::string_view dotted_path) {
  const Json* at = &value;
  while (at != nullptr && !dotted_path.empty()) {
    const std::size_t dot = dotted_path.find('.');
    at = child(*at, dotted_path.substr(0, dot));
    dotted_path = dot == std::string_view::npos ? std::string_view() : dotted_path.substr(dot + 1);
  }
  return at;
}

Result<std::string> text_at(const Json& value, std::string_view dotted_path) {
  const Json* found = find_path(value, dotted_path);
  if (found == nullptr || found->is_null()) return std::string();
  if (!found->is_string()) {
    return Status(ErrorCode::kRecordInvalid,
                  "'" + std::string(dotted_path) + "' should be text and is " + found->type_name());
  }
  return found->get<std::string>();
}

void set_path(Json& value, std::string_view dotted_path, Json new_value) {
  Json* at = &value;
  for (;;) {
    const std::size_t dot = dotted_path.find('.');
    if (!at->is_object()) *at = Json::object();
    Json& next = (*at)[std::string(dotted_path.substr(0, dot))];
    if (dot == std::string_view::npos) {
      next = std::move(new_value);
      return;
    }
    at = &next;
    dotted_path = dotted_path.substr(dot + 1);
  }
}

Result<Json> read_json_file(const std::string& path, std::size_t max_bytes) {
  HILUM_ASSIGN(const std::string bytes, read_file(path, max_bytes));
  auto parsed = parse_json(bytes);
  if (!parsed) return parsed.status().at(path);
  return parsed;
}

}  // namespace hilum
