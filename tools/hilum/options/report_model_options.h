// The options of commands that can read reports with a bundle's model instead of rules.
#pragma once

#include <string>

#include "app/command.h"
#include "runtime/models/model.h"

namespace CLI {
class Option;
}

namespace hilum::cli {

struct ReportModelOptions {
  std::string bundle;  // "": rules
  std::string device = "cpu";
  int threads = 1;
};

// Adds --bundle, --device and --threads; `role` says what the bundle has to have. Returns --bundle.
CLI::Option* add_report_model_options(CLI::App& app, ReportModelOptions& options, const std::string& role);

runtime::ModelOptions model_options(const ReportModelOptions& options);

}  // namespace hilum::cli
