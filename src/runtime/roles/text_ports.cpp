#include "runtime/roles/text_ports.h"

#include <set>

#include "runtime/roles/json_fields.h"

namespace hilum::runtime {
namespace {

constexpr int kLeastTokens = 3;  // begin, one piece, end
constexpr int kMostTokens = 100'000;

}  // namespace

std::vector<Port> text_ports() {
  return {{"ids", "i64[B,L]", "text_ids"}, {"mask", "bool[B,L]", "text_mask"}};
}

Status read_max_tokens(const Json& object, const std::string& where, int& out) {
  return read_int(object, "max_tokens", where, kLeastTokens, kMostTokens, out);
}

Status check_names(const std::string& field, const std::vector<std::string>& names) {
  if (names.empty()) return invalid_field(field, "a list of names");
  std::set<std::string> seen;
  for (const std::string& name : names) {
    if (name.empty() || !seen.insert(name).second) return invalid_field(field, "a list of different names");
  }
  return Status::ok();
}

}  // namespace hilum::runtime
