#include "command.h"

namespace hilum::cli {

// One line a subcommand; see CONTRIBUTING.md, "Add a subcommand".

std::vector<Command> commands() {
  return {
  };
}

}  // namespace hilum::cli
