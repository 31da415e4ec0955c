#include "options/renamed_option.h"

#include <CLI/CLI.hpp>

namespace hilum::cli {

void renamed_option(CLI::App& app, const std::string& old_name, const std::string& new_name) {
  const std::string message = old_name + " is now " + new_name;
  const auto refuse = [message](const CLI::results_t& /*values*/) -> bool {
    throw CLI::ValidationError(message);
  };
  // No group: shown in no help. The description is for app/settings.cpp.
  app.add_option(old_name, refuse, message)->group("")->configurable(false)->expected(0, 1)->take_last();
}

}  // namespace hilum::cli
