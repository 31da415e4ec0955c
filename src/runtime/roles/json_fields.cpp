#include "runtime/roles/json_fields.h"

#include <cmath>
#include <limits>

#include <nlohmann/json.hpp>

#include "core/text/text.h"

namespace hilum::runtime {
namespace {

const Json* field(const Json& object, const char* key) {
  const auto it = object.find(key);
  return it == object.end() || it->is_null() ? nullptr : &*it;
}

std::string path_of(const std::string& where, const char* key) {
  return where.empty() ? key : where + "." + key;
}

std::string short_number(double value) {
  return value == std::floor(value) ? std::to_string(static_cast<long long>(value)) : std::to_string(value);
}

}  // namespace

Status invalid_field(const std::string& name, const std::string& wanted) {
  return {ErrorCode::kBundleInvalid, "manifest.json: '" + name + "' should be " + wanted};
}

Status check_path(const std::string& field, const std::string& path) {
  const std::string wanted = "a path inside the bundle, without '..', and is '" + path + "'";
  if (path.empty() || path.front() == '/' || path.find('\\') != std::string::npos)
    return invalid_field(field, wanted);
  if (path.find('\0') != std::string::npos) return invalid_field(field, "a path inside the bundle");
  for (const std::string& part : split(path, '/')) {
    if (part.empty() || part == "." || part == "..") return invalid_field(field, wanted);
  }
  return Status::ok();
}

Result<const Json*> read_object(const Json& object, const char* key, const std::string& wanted) {
  const Json* value = field(object, key);
  if (value != nullptr && !value->is_object()) return invalid_field(key, wanted);
  return value;
}

Status read_items(const Json& object, const char* key, const std::string& where, const std::string& wanted,
                  const std::function<Status(const Json& item, const std::string& where)>& read) {
  const Json* list = field(object, key);
  if (list == nullptr) return Status::ok();
  const std::string path = path_of(where, key);
  if (!list->is_array()) return invalid_field(path, wanted);
  for (std::size_t i = 0; i < list->size(); ++i) {
    const std::string item = path + "." + std::to_string(i);
    if (!(*list)[i].is_object()) return invalid_field(item, "an object");
    HILUM_RETURN_IF_ERROR(read((*list)[i], item));
  }
  return Status::ok();
}

Status read_string(const Json& object, const char* key, const std::string& where, std::string& out) {
  const Json* value = field(object, key);
  if (value == nullptr) return Status::ok();
  if (!value->is_string()) return invalid_field(path_of(where, key), "text");
  out = value->get<std::string>();
  return Status::ok();
}

Status read_bool(const Json& object, const char* key, const std::string& where, bool& out) {
  const Json* value = field(object, key);
  if (value == nullptr) return Status::ok();
  if (!value->is_boolean()) return invalid_field(path_of(where, key), "true or false");
  out = value->get<bool>();
  return Status::ok();
}

Status read_number(const Json& object, const char* key, const std::string& where, double low, double high,
                   double& out) {
  const Json* value = field(object, key);
  if (value == nullptr) return Status::ok();
  const double number = value->is_number() ? value->get<double>() : std::numeric_limits<double>::quiet_NaN();
  if (!(number >= low && number <= high)) {
    return invalid_field(path_of(where, key),
                         "a number from " + short_number(low) + " to " + short_number(high));
  }
  out = number;
  return Status::ok();
}

Status read_int(const Json& object, const char* key, const std::string& where, int low, int high, int& out) {
  double number = out;
  HILUM_RETURN_IF_ERROR(read_number(object, key, where, low, high, number));
  if (number != std::floor(number)) return invalid_field(path_of(where, key), "a whole number");
  out = static_cast<int>(number);
  return Status::ok();
}

Status read_strings(const Json& object, const char* key, const std::string& where,
                    std::vector<std::string>& out) {
  const Json* value = field(object, key);
  if (value == nullptr) return Status::ok();
  if (!value->is_array()) return invalid_field(path_of(where, key), "a list of texts");
  for (const Json& item : *value) {
    if (!item.is_string()) return invalid_field(path_of(where, key), "a list of texts");
    out.push_back(item.get<std::string>());
  }
  return Status::ok();
}

Status read_ids(const Json& object, const char* key, const std::string& where, std::vector<int>& out) {
  const Json* value = field(object, key);
  if (value == nullptr) return Status::ok();
  if (!value->is_array()) return invalid_field(path_of(where, key), "a list of token ids");
  for (const Json& item : *value) {
    if (!item.is_number_integer() || item.get<double>() < 0 || item.get<double>() > 100'000'000) {
      return invalid_field(path_of(where, key), "a list of token ids");
    }
    out.push_back(item.get<int>());
  }
  return Status::ok();
}

}  // namespace hilum::runtime
