#include <algorithm>

#include "core/text/text.h"
#include "runtime/roles/role.h"

namespace hilum::runtime {
namespace {

std::string ports_text(const std::vector<Port>& ports) {
  std::vector<std::string> texts;
  for (const Port& port : ports) texts.push_back(std::string(port.name) + " " + port.type);
  return join(texts, ", ");
}

std::vector<std::string> needs_of(const Role& role, const std::string& quote) {
  std::vector<std::string> needs;
  for (const char* key : role.needs) needs.push_back(quote + key + quote);
  for (const char* other : role.with) needs.push_back("the role " + quote + other + quote);
  return needs;
}

// What stands once for a role whatever the number of its methods.
std::string first_only(bool first, const std::string& text) { return first ? text : ""; }

}  // namespace

std::vector<std::vector<std::string>> role_rows() {
  std::vector<std::vector<std::string>> rows = {{"ROLE", "METHOD", "TAKES", "RETURNS", "NEEDS", "DOES"}};
  for (const Role& role : roles()) {
    for (const Method& method : role.methods) {
      const bool first = &method == &role.methods.front();
      rows.push_back({role.name, method.name, ports_text(method.takes), ports_text(method.returns),
                      first_only(first, join(needs_of(role, ""), ", ")), first_only(first, role.does)});
    }
  }
  return rows;
}

std::string roles_markdown() {
  std::string out =
      "| role | method | takes | returns | needs | what it gives, and who uses it "
      "|\n|---|---|---|---|---|---|\n";
  for (const Role& role : roles()) {
    for (const Method& method : role.methods) {
      const bool first = &method == &role.methods.front();
      out += std::string("| `") + role.name + "` | `" + method.name + "` | `" + ports_text(method.takes) +
             "` | `" + ports_text(method.returns) + "` | " +
             first_only(first, join(needs_of(role, "`"), ", ")) + " | " +
             first_only(first, std::string(role.does) + " (" + role.used_by + ")") + " |\n";
    }
  }
  return out;
}

}  // namespace hilum::runtime
