// Reading fields of a manifest: each helper leaves `out` alone when the key is missing and says
// kBundleInvalid, with the field's name, when it is of the wrong type or out of range.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "hilum/json.h"
#include "hilum/status.h"

namespace hilum::runtime {

Status invalid_field(const std::string& field, const std::string& wanted);
// The object at `key`, null when it is missing; `wanted` describes it in the message.
Result<const Json*> read_object(const Json& object, const char* key, const std::string& wanted);
// Calls `read` for each object of the list at `key`, with the item's place ("labels.3").
Status read_items(const Json& object, const char* key, const std::string& where, const std::string& wanted,
                  const std::function<Status(const Json& item, const std::string& where)>& read);
// A path inside the bundle, by its form.
Status check_path(const std::string& field, const std::string& path);
Status read_string(const Json& object, const char* key, const std::string& where, std::string& out);
Status read_bool(const Json& object, const char* key, const std::string& where, bool& out);
Status read_int(const Json& object, const char* key, const std::string& where, int low, int high, int& out);
Status read_number(const Json& object, const char* key, const std::string& where, double low, double high,
                   double& out);
Status read_strings(const Json& object, const char* key, const std::string& where,
                    std::vector<std::string>& out);
Status read_ids(const Json& object, const char* key, const std::string& where, std::vector<int>& out);

}  // namespace hilum::runtime
