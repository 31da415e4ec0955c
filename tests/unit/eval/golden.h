// The committed golden values of the reference programs (tests/data).
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "hilum/json.h"

#include "source_dir.h"

namespace hilum::eval {

inline const Json& golden(const std::string& name) {
  static std::map<std::string, Json> files;
  auto found = files.find(name);
  if (found == files.end()) {
    auto json = read_json_file(source_dir() + "/tests/data/" + name, std::size_t{16} << 20);
    found = files.emplace(name, json.is_ok() ? json.take() : Json()).first;
  }
  return found->second;
}

inline const Json& metric_golden() { return golden("metric_golden.json"); }

}  // namespace hilum::eval
