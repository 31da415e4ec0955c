// hilum model trace: a bundle fed with tensors from a file, every role's output written to another.
#pragma once

#include <string>
#include <vector>

#include "app/command.h"

namespace hilum::cli {

struct ModelTraceOptions {
  std::vector<std::string> inputs;  // tensor files
  std::string out;                  // a folder, or ""
  std::string expected;             // a folder, or ""
  double tolerance = 1e-4;
  std::vector<std::string> decodes;  // JSON objects laid over the manifest's `decode`
  int threads = 1;
};

// kNegativeAnswer when something differs from what was expected.
Status trace_model(const std::string& bundle, const std::string& device, const ModelTraceOptions& options,
                   Context& context);

}  // namespace hilum::cli
