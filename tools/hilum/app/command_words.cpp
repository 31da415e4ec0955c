#include "app/command_words.h"

#include <algorithm>

#include <CLI/CLI.hpp>

#include "core/text/text.h"

namespace hilum::cli {
namespace {

const CLI::Option* find_option(const std::vector<const CLI::App*>& apps, const std::string& name) {
  for (auto app = apps.rbegin(); app != apps.rend(); ++app) {
    if (const CLI::Option* option = (*app)->get_option_no_throw(name)) return option;
  }
  return nullptr;
}

// How many of the arguments behind a flag are its values.
std::size_t values_behind(const std::string& arg, const std::vector<const CLI::App*>& apps) {
  const bool holds_value = starts_with(arg, "--") ? arg.find('=') != std::string::npos : arg.size() > 2;
  const CLI::Option* option = holds_value ? nullptr : find_option(apps, arg);
  return option == nullptr ? 0 : static_cast<std::size_t>(std::max(0, option->get_items_expected_min()));
}

}  // namespace

std::string CommandWords::command() const {
  std::string out;
  for (std::size_t i = 1; i < apps.size(); ++i) out += (i > 1 ? " " : "") + apps[i]->get_name();
  return out;
}

CommandWords command_words(const CLI::App& app, const std::vector<std::string>& args) {
  CommandWords words;
  words.apps.push_back(&app);
  for (std::size_t i = 0; i < args.size() && args[i] != "--"; ++i) {
    if (starts_with(args[i], "-") && args[i].size() > 1) {
      i += values_behind(args[i], words.apps);
    } else if (const CLI::App* sub = words.more ? nullptr : find_subcommand(*words.apps.back(), args[i])) {
      words.apps.push_back(sub);
      words.end = i + 1;
    } else {
      if (!words.more && !subcommands(*words.apps.back()).empty()) words.unknown = args[i];
      words.more = true;
    }
  }
  return words;
}

std::vector<const CLI::App*> subcommands(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

const CLI::App* find_subcommand(const CLI::App& app, const std::string& name) {
  const auto all = subcommands(app);
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const CLI::App* sub) { return sub->get_name() == name; });
  return found == all.end() ? nullptr : *found;
}

}  // namespace hilum::cli
