#include "app/settings.h"

#include <algorithm>
#include <map>

#include <CLI/CLI.hpp>

#include "core/text/suggest.h"
#include "core/text/text.h"

namespace hilum::cli {
namespace {

// Variables that are read elsewhere and are no options.
const std::vector<std::string>& other_variables() {
  static const std::vector<std::string> names = {"HILUM_DATA_DIR", "HILUM_MODULE_DIR", "HILUM_MODEL_PATH",
                                                 "HILUM_TEST_DATA"};
  return names;
}

std::string variable_name(const std::string& long_option) {
  std::string name = "HILUM_" + to_upper(long_option);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

std::map<std::string, const CLI::Option*> options_by_variable(const CLI::App& app) {
  std::map<std::string, const CLI::Option*> found;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      if (option->get_configurable() && name != "help") found.emplace(variable_name(name), option);
    }
  }
  return found;
}

bool is_given(const std::vector<std::string>& args, const CLI::Option& option) {
  for (const std::string& arg : args) {
    if (arg == "--") break;
    for (const std::string& name : option.get_lnames()) {
      if (arg == "--" + name || starts_with(arg, "--" + name + "=")) return true;
    }
    for (const std::string& name : option.get_snames()) {
      if (starts_with(arg, "-" + name) && !starts_with(arg, "--")) return true;
    }
  }
  return false;
}

}  // namespace

const CLI::App* find_subcommand(const CLI::App& app, const std::string& name) {
  const auto all = app.get_subcommands([](const CLI::App*) { return true; });
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const CLI::App* sub) { return sub->get_name() == name; });
  return found == all.end() ? nullptr : *found;
}

Result<std::vector<std::string>> with_environment(const CLI::App& app, const std::vector<std::string>& args,
                                                  const std::vector<std::string>& environment) {
  std::vector<std::string> known = other_variables();
  for (const auto& [name, option] : options_by_variable(app)) known.push_back(name);
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    for (const auto& [name, option] : options_by_variable(*sub)) known.push_back(name);
  }

  // The subcommand is the first argument that names one.
  auto at = std::find_if(args.begin(), args.end(),
                         [&](const std::string& arg) { return find_subcommand(app, arg) != nullptr; });
  auto usable = options_by_variable(app);
  if (at != args.end()) {
    for (const auto& entry : options_by_variable(*find_subcommand(app, *at))) usable.insert(entry);
  }

  std::vector<std::string> inserted;
  for (const std::string& entry : environment) {
    const std::size_t equals = entry.find('=');
    if (!starts_with(entry, "HILUM_") || equals == std::string::npos) continue;
    const std::string name = entry.substr(0, equals);
    const std::string value = entry.substr(equals + 1);
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      const std::string nearest = nearest_word(name, known);
      return Status(ErrorCode::kConfig, "environment variable " + name + " is no setting of hilum" +
                                            (nearest.empty() ? "" : "; did you mean " + nearest + "?"));
    }
    const auto found = usable.find(name);
    if (found == usable.end() || is_given(args, *found->second)) continue;
    inserted.push_back("--" + found->second->get_lnames().front() + "=" + value);
  }

  std::vector<std::string> out(args.begin(), at == args.end() ? args.begin() : at + 1);
  out.insert(out.end(), inserted.begin(), inserted.end());
  out.insert(out.end(), at == args.end() ? args.begin() : at + 1, args.end());
  return out;
}

}  // namespace hilum::cli
