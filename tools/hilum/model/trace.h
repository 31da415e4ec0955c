// hilum model trace: a bundle fed with tensors from files.
#pragma once

#include <string>
#include <vector>

#include "app/command.h"
#include "stages/model/trace.h"

namespace hilum::cli {

struct ModelTraceOptions {
  std::vector<std::string> inputs;  // tensor files
  BundleTraceOptions trace;
};

void add_trace_options(CLI::App& app, ModelTraceOptions& options);

// kNegativeAnswer when something differs from what was expected.
Status trace_model(const runtime::Bundle& bundle, const ModelTraceOptions& options, Context& context);

}  // namespace hilum::cli
