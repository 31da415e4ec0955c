#include "record/json_lists.h"

#include <nlohmann/json.hpp>

namespace hilum {

Result<std::vector<std::string>> texts_at(const Json& table, std::string_view key) {
  const auto found = table.is_object() ? table.find(std::string(key)) : table.end();
  if (found == table.end() || !found->is_array())
    return Status(ErrorCode::kConfig, "no list '" + std::string(key) + "'");
  std::vector<std::string> out;
  for (const Json& item : *found) {
    if (!item.is_string())
      return Status(ErrorCode::kConfig, "'" + std::string(key) + "' should hold texts only");
    out.push_back(item.get<std::string>());
  }
  return out;
}

}  // namespace hilum
