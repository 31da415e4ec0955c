// Settings from the environment: HILUM_BEAM=5 is --beam=5 for the commands that have it.
#pragma once

#include <string>
#include <vector>

#include "hilum/status.h"

namespace CLI {
class App;
}

namespace hilum::cli {

// The subcommand of that name, or null.
const CLI::App* find_subcommand(const CLI::App& app, const std::string& name);

// `args` with what the environment sets inserted behind the subcommand's name, unless the flag is given
// there. kConfig, with the nearest known name, for a HILUM_ variable that no command knows.
Result<std::vector<std::string>> with_environment(const CLI::App& app, const std::vector<std::string>& args,
                                                  const std::vector<std::string>& environment);

}  // namespace hilum::cli
