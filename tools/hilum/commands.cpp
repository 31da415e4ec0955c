#include "command.h"

namespace hilum::cli {

Command make_label_command();
Command make_diff_command();
Command make_inspect_command();
Command make_sections_command();
Command make_structure_command();

// One line a subcommand; see CONTRIBUTING.md, "Add a subcommand".

std::vector<Command> commands() {
  return {
      make_inspect_command(),
      make_sections_command(),
      make_label_command(),
      make_structure_command(),
      make_diff_command(),
  };
}

}  // namespace hilum::cli
