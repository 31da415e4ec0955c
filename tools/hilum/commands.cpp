#include "command.h"

namespace hilum::cli {

Command make_factcheck_command();
Command make_inspect_command();
Command make_sections_command();

// One line a subcommand; see CONTRIBUTING.md, "Add a subcommand".

std::vector<Command> commands() {
  return {
      make_inspect_command(),
      make_sections_command(),
      make_factcheck_command(),
  };
}

}  // namespace hilum::cli
