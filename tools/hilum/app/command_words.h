// Which words of a command line name the command. Words that are values of options name none: in
// `hilum --config ok.ini label` the command is label.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace hilum::cli {

struct CommandWords {
  std::vector<const CLI::App*> apps;  // the program, the command, its own subcommand
  std::size_t end = 0;                // behind the last of these words
  std::string unknown;                // the word that should name a command and names none
  bool more = false;                  // further words that are no flags follow

  // "label", "index build"; "" without a command.
  std::string command() const;
};

CommandWords command_words(const CLI::App& app, const std::vector<std::string>& args);

// The commands of the program, or the subcommands of one.
std::vector<const CLI::App*> subcommands(const CLI::App& app);

// The subcommand of that name, or null.
const CLI::App* find_subcommand(const CLI::App& app, const std::string& name);

}  // namespace hilum::cli
