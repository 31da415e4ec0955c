#include "eval/input/stored_values.h"

#include <charconv>

#include <nlohmann/json.hpp>

#include "core/text/text.h"

namespace hilum::eval {

Result<Json> stored_json(const EvaluationItem& item, const std::string& path) {
  const Json* value = item.record ? find_path(*item.record, path) : nullptr;
  if (value == nullptr) return Status(ErrorCode::kRecordInvalid, "'" + path + "' is missing").at(item.id);
  if (!value->is_string()) return *value;
  auto parsed = parse_json(value->get<std::string>());
  if (!parsed) return parsed.status().at(item.id + ": '" + path + "'");
  return parsed;
}

std::optional<double> number_of(const Json& value) {
  if (value.is_number()) return value.get<double>();
  if (!value.is_string()) return std::nullopt;
  const std::string text(trim(value.get<std::string>()));
  double number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  return parsed.ec == std::errc() && parsed.ptr == text.data() + text.size() && !text.empty()
             ? std::optional<double>(number)
             : std::nullopt;
}

}  // namespace hilum::eval
