// A subcommand: its name, one line of summary, and a set-up that adds options and returns what to run. One
// folder each with a command.cpp; CMakeLists.txt lists them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "hilum/status.h"
#include "hilum/streams.h"

namespace CLI {
class App;
}

namespace hilum::cli {

// What every command gets besides its own options.
struct Context {
  Streams& streams;
  bool quiet = false;
  bool dry_run = false;  // say what would be done (options/dry_run.h), and do nothing
};

using Run = std::function<Status(Context&)>;

struct Command {
  std::string name;
  std::string summary;
  std::string group;  // heading in `hilum --help`
  std::function<Run(CLI::App&)>
      set_up;  // adds options and examples; the options live in the returned closure
};

// In the order `hilum --help` lists them.
std::vector<Command> commands();

}  // namespace hilum::cli
