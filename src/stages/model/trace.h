// A bundle fed with tensors from files, every role's output written to others and compared with what was
// expected (docs/bundles.md, "Trace"). Use from one thread.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "hilum/bundle.h"
#include "hilum/json.h"
#include "hilum/status.h"

#include "runtime/trace/tracer.h"

namespace hilum {

struct BundleTraceOptions {
  std::string device = "cpu";
  std::string out;          // a folder for the outputs, one file of the same name for each input; "": none
  std::string expected;     // a folder of tensors to compare with; "": none
  double tolerance = 1e-4;  // relative to the larger of the value and the tensor's root mean square
  std::vector<std::string> decodes;  // JSON objects laid over the manifest's `decode`; each is run
  int threads = 1;                   // of one operator
};

class BundleTrace {
 public:
  // As runtime::Tracer::open; kUsage for decode settings that are none; kOutputFailed.
  static Result<BundleTrace> open(const runtime::Bundle& bundle, BundleTraceOptions options);

  // Traces one file of tensors: each tensor's shape, sum and norm, the studies' inputs and hypotheses, and
  // the differences from what was expected. `agrees` becomes false when one is above the tolerance.
  Result<Json> run(const std::string& path, bool& agrees) const;

 private:
  BundleTrace(runtime::Tracer tracer, std::vector<runtime::DecodeOptions> decodes, BundleTraceOptions options)
      : tracer_(std::move(tracer)), decodes_(std::move(decodes)), options_(std::move(options)) {}
  runtime::Tracer tracer_;
  std::vector<runtime::DecodeOptions> decodes_;
  BundleTraceOptions options_;
};

}  // namespace hilum
