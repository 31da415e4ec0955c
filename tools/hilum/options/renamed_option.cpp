#include "options/renamed_option.h"

#include <CLI/CLI.hpp>

namespace hilum::cli {

void renamed_option(CLI::App& app, const std::string& old_name, const std::string& new_name) {
  const auto refuse = [=](const CLI::results_t& /*values*/) -> bool {
    throw CLI::ValidationError(old_name + " is now " + new_name);
  };
  app.add_option(old_name, refuse)
      ->group("")  // shown in no help
      ->expected(0, 1)
      ->take_last();
}

}  // namespace hilum::cli
