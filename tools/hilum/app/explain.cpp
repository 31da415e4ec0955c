#include "app/explain.h"

#include <algorithm>

#include <CLI/CLI.hpp>

#include "app/command_words.h"
#include "core/text/suggest.h"
#include "core/text/text.h"

namespace hilum::cli {
namespace {

bool is(const CLI::ParseError& error, CLI::ExitCodes code) {
  return error.get_exit_code() == static_cast<int>(code);
}

std::string did_you_mean(const std::string& word, const std::vector<std::string>& known) {
  const std::string nearest = nearest_word(word, known);
  return "'" + word + "'" + (nearest.empty() ? "" : "; did you mean '" + nearest + "'?");
}

std::vector<std::string> names_of(const std::vector<const CLI::App*>& commands) {
  std::vector<std::string> names;
  for (const CLI::App* command : commands) names.push_back(command->get_name());
  return names;
}

// The flags of a command and of the program, without the old spellings, which are in no group.
std::vector<std::string> flags_of(const std::vector<const CLI::App*>& apps) {
  std::vector<std::string> flags;
  for (auto app = apps.rbegin(); app != apps.rend(); ++app) {
    for (const CLI::Option* option : (*app)->get_options()) {
      if (option->get_group().empty()) continue;
      for (const std::string& name : option->get_lnames()) flags.push_back("--" + name);
    }
  }
  return flags;
}

// The first flag that the command does not have; "" if all are known.
std::string unknown_flag(const std::vector<std::string>& args, const std::vector<std::string>& flags) {
  for (const std::string& arg : args) {
    const std::string flag = arg.substr(0, arg.find('='));
    if (flag.size() > 2 && starts_with(flag, "--") &&
        std::find(flags.begin(), flags.end(), flag) == flags.end())
      return flag;
  }
  return {};
}

}  // namespace

Status explain(const CLI::ParseError& error, const CLI::App& app, const std::vector<std::string>& args) {
  if (is(error, CLI::ExitCodes::ConfigError)) return {ErrorCode::kConfig, error.what()};
  const CommandWords words = command_words(app, args);
  const std::string command = words.command();
  const std::string place = command.empty() ? "" : command + ": ";
  if (!words.unknown.empty()) {
    const std::vector<std::string> known = names_of(subcommands(*words.apps.back()));
    return {ErrorCode::kUsage, place + "no command " + did_you_mean(words.unknown, known)};
  }
  const bool incomplete = !subcommands(*words.apps.back()).empty();
  if (incomplete && is(error, CLI::ExitCodes::RequiredError))
    return {ErrorCode::kUsage, place + "which command?"};
  if (is(error, CLI::ExitCodes::ExtrasError)) {
    const std::vector<std::string> flags = flags_of(words.apps);
    const std::string flag = unknown_flag(args, flags);
    if (!flag.empty()) return {ErrorCode::kUsage, place + "no option " + did_you_mean(flag, flags)};
  }
  return {ErrorCode::kUsage, place + error.what()};
}

}  // namespace hilum::cli
