#include "app/settings.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include <CLI/CLI.hpp>

#include "app/command_words.h"
#include "core/text/suggest.h"
#include "core/text/text.h"

namespace hilum::cli {
namespace {

constexpr const char* kPrefix = "HILUM_";

// Options that mean the same in every command that has them, so that one variable may set them for all.
constexpr const char* kEverywhere[] = {"device", "threads"};

// Variables that are read elsewhere and are no options.
const std::vector<std::string>& other_variables() {
  static const std::vector<std::string> names = {"HILUM_DATA_DIR", "HILUM_MODULE_DIR", "HILUM_MODEL_PATH",
                                                 "HILUM_TEST_DATA"};
  return names;
}

bool is_one_of(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

struct Variable {
  std::string name;   // HILUM_GENERATE_BEAM
  std::string plain;  // HILUM_BEAM
  std::string now;    // the name to use: another one for an old spelling
  bool everywhere;    // may be set by its plain name
  const CLI::App* owner;
  const CLI::Option* option;

  bool is_old() const { return name != now; }
};

std::string variable_part(const std::string& name) {
  std::string part = to_upper(name);
  std::replace(part.begin(), part.end(), '-', '_');
  return part;
}

// An old spelling is in no group, and its description ends with the new one (renamed_option.h).
bool is_old(const CLI::Option& option) { return option.get_group().empty(); }

std::string new_name(const CLI::Option& option) {
  const std::string& text = option.get_description();
  return text.substr(text.rfind("--") + 2);
}

// The variables of an app and of its subcommands.
void collect(const CLI::App& app, const std::string& prefix, std::vector<Variable>& out) {
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_configurable() && !is_old(*option)) continue;
    for (const std::string& name : option->get_lnames()) {
      if (name == "help") continue;
      const std::string part = variable_part(name);
      const std::string now = is_old(*option) ? variable_part(new_name(*option)) : part;
      const bool everywhere =
          std::find(std::begin(kEverywhere), std::end(kEverywhere), name) != std::end(kEverywhere);
      out.push_back({prefix + part, kPrefix + part, prefix + now, everywhere, &app, option});
    }
  }
  for (const CLI::App* sub : subcommands(app))
    collect(*sub, prefix + variable_part(sub->get_name()) + "_", out);
}

Status unknown_variable(const std::string& name, const std::vector<Variable>& variables) {
  std::vector<std::string> now, known = other_variables();
  for (const Variable& variable : variables) {
    if (variable.plain == name || (variable.is_old() && variable.name == name)) now.push_back(variable.now);
    known.push_back(variable.now);
    if (variable.everywhere) known.push_back(variable.plain);
  }
  const std::string start = "environment variable " + name;
  if (!now.empty()) return {ErrorCode::kConfig, start + " is now " + join(now, " or ")};
  const std::string nearest = nearest_word(name, known);
  return {ErrorCode::kConfig,
          start + " is no setting of hilum" + (nearest.empty() ? "" : "; did you mean " + nearest + "?")};
}

using Values = std::map<std::string, std::string>;  // variable -> value

// The settings among the environment's "NAME=value".
Result<Values> values_of(const std::vector<std::string>& environment,
                         const std::vector<Variable>& variables) {
  Values values;
  for (const std::string& entry : environment) {
    const std::size_t equals = entry.find('=');
    if (!starts_with(entry, kPrefix) || equals == std::string::npos) continue;
    const std::string name = entry.substr(0, equals);
    if (is_one_of(other_variables(), name)) continue;
    const bool known = std::any_of(variables.begin(), variables.end(), [&](const Variable& variable) {
      return (variable.name == name && !variable.is_old()) || (variable.everywhere && variable.plain == name);
    });
    if (!known) return unknown_variable(name, variables);
    values[name] = entry.substr(equals + 1);
  }
  return values;
}

bool is_given(const CLI::Option& option, const CommandWords& words, const std::vector<std::string>& args) {
  if (option.get_positional() && words.more) return true;
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

// Why a default cannot be used beside the flags given and the other defaults; "" if it can.
using IsSet = std::function<bool(const CLI::Option&)>;
std::string why_not(const CLI::Option& option, const IsSet& given, const IsSet& is_default) {
  for (const CLI::Option* other : option.get_needs()) {
    if (!given(*other) && !is_default(*other)) return option.get_name() + " needs " + other->get_name();
  }
  for (const CLI::Option* other : option.get_excludes()) {
    if (given(*other)) return option.get_name() + " does not go with " + other->get_name();
  }
  return {};
}

// Reads a configuration file for an app whose command line has been parsed.
class UsableSettings : public CLI::ConfigBase {
 public:
  UsableSettings(const CLI::App& app, std::shared_ptr<std::vector<std::string>> ignored)
      : app_(app), ignored_(std::move(ignored)) {}

  std::vector<CLI::ConfigItem> from_config(std::istream& input) const override {
    std::vector<CLI::ConfigItem> read = ConfigBase::from_config(input);
    std::set<const CLI::Option*> set;
    for (const CLI::ConfigItem& item : read) set.insert(option_of(item));
    const auto given = [](const CLI::Option& option) { return option.count() > 0; };
    const auto is_default = [&](const CLI::Option& option) { return set.count(&option) > 0; };
    const auto unusable = [&](const CLI::ConfigItem& item) {
      const CLI::Option* option = option_of(item);
      if (option == nullptr) return false;
      if (is_old(*option)) throw CLI::ConfigError(item.fullname() + ": " + option->get_description());
      const std::string reason = why_not(*option, given, is_default);
      if (!reason.empty()) ignored_->push_back(item.fullname() + ": " + reason);
      return !reason.empty();
    };
    read.erase(std::remove_if(read.begin(), read.end(), unusable), read.end());
    return read;
  }

 private:
  // The option of a command that was called, or of the program; null for others.
  const CLI::Option* option_of(const CLI::ConfigItem& item) const {
    const CLI::App* owner = &app_;
    for (const std::string& parent : item.parents) {
      owner = find_subcommand(*owner, parent);
      if (owner == nullptr || owner->count() == 0) return nullptr;
    }
    return owner->get_option_no_throw("--" + item.name);
  }

  const CLI::App& app_;
  std::shared_ptr<std::vector<std::string>> ignored_;
};

}  // namespace

Defaults::Defaults(CLI::App& app) : app_(app), ignored_(std::make_shared<std::vector<std::string>>()) {
  app.config_formatter(std::make_shared<UsableSettings>(app, ignored_));
}

Result<std::vector<std::string>> Defaults::with_environment(const std::vector<std::string>& args,
                                                            const std::vector<std::string>& environment) {
  std::vector<Variable> variables;
  collect(app_, kPrefix, variables);
  HILUM_ASSIGN(const Values values, values_of(environment, variables));
  const CommandWords words = command_words(app_, args);
  const auto given = [&](const CLI::Option& option) { return is_given(option, words, args); };

  std::map<const CLI::Option*, std::pair<std::string, std::string>> defaults;  // variable and value
  for (const Variable& variable : variables) {
    if (std::find(words.apps.begin(), words.apps.end(), variable.owner) == words.apps.end()) continue;
    auto value = values.find(variable.name);  // a command's own variable beats the one for all commands
    if (value == values.end() && variable.everywhere) value = values.find(variable.plain);
    if (value != values.end() && !given(*variable.option)) defaults[variable.option] = *value;
  }

  std::vector<std::string> inserted;
  const auto is_default = [&](const CLI::Option& option) { return defaults.count(&option) > 0; };
  for (const auto& [option, setting] : defaults) {
    const std::string reason = why_not(*option, given, is_default);
    if (reason.empty()) {
      inserted.push_back("--" + option->get_lnames().front() + "=" + setting.second);
    } else {
      ignored_->push_back(setting.first + ": " + reason);
    }
  }
  std::vector<std::string> out = args;
  out.insert(out.begin() + static_cast<std::ptrdiff_t>(words.end), inserted.begin(), inserted.end());
  return out;
}

}  // namespace hilum::cli
