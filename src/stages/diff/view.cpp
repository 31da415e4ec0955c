#include <nlohmann/json.hpp>

#include "hilum/diff.h"

namespace hilum {
namespace {

constexpr const char* kRed = "\033[31m";
constexpr const char* kGreen = "\033[32m";
constexpr const char* kPlain = "\033[0m";

std::string at(const Json& edit, const char* key) {
  const auto text = text_at(edit, key);
  return text ? *text : std::string();
}

std::string painted(const std::string& line, const char* paint, bool color) {
  return color ? paint + line + kPlain : line;
}

}  // namespace

std::string diff_view(const Json& diff, bool color) {
  const Json* edits = find_path(diff, "edits");
  std::string out;
  if (edits == nullptr || !edits->is_array()) return out;
  for (const Json& edit : *edits) {
    if (at(edit, "op") == "keep") {
      out += "  " + at(edit, "to") + '\n';
      continue;
    }
    const std::string reason = "   (" + at(edit, "reason") + ")";
    const bool from = find_path(edit, "from") != nullptr;
    if (from) out += painted("- " + at(edit, "from") + reason, kRed, color) + '\n';
    if (find_path(edit, "to") != nullptr)
      out += painted("+ " + at(edit, "to") + (from ? "" : reason), kGreen, color) + '\n';
  }
  return out;
}

}  // namespace hilum
