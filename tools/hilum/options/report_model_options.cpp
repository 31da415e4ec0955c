#include "options/report_model_options.h"

#include <CLI/CLI.hpp>

#include "options/renamed_option.h"

namespace hilum::cli {

CLI::Option* add_report_model_options(CLI::App& app, ReportModelOptions& options, const std::string& role) {
  CLI::Option* model = app.add_option(
      "--bundle", options.bundle,
      "Use this bundle's " + role + " instead of rules: a name (see hilum model list) or a folder");
  app.add_option("--device", options.device, "cpu, or cuda if LibTorch has it")
      ->check(CLI::IsMember({"cpu", "cuda"}))
      ->capture_default_str()
      ->needs(model);
  app.add_option("--threads", options.threads, "Threads of the model")
      ->check(CLI::Range(1, 256))
      ->capture_default_str()
      ->needs(model);
  renamed_option(app, "--model", "--bundle");
  return model;
}

runtime::ModelOptions model_options(const ReportModelOptions& options) {
  runtime::ModelOptions out;
  out.device = options.device;
  return out;
}

}  // namespace hilum::cli
