#include "model/trace.h"

#include <algorithm>
#include <filesystem>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "hilum/bundle.h"
#include "hilum/jsonl.h"

namespace hilum::cli {
namespace fs = std::filesystem;
namespace {

// Files of one name would overwrite one another.
Status check_names(const std::vector<std::string>& inputs) {
  std::vector<std::string> names;
  for (const std::string& input : inputs) names.push_back(fs::path(input).filename().string());
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  return twice == names.end() ? Status::ok() : Status(ErrorCode::kUsage, "two inputs are called " + *twice);
}

}  // namespace

void add_trace_options(CLI::App& app, ModelTraceOptions& options) {
  app.add_option("--inputs", options.inputs, "Files of named tensors (safetensors)")
      ->required()
      ->type_name("FILE");
  app.add_option("--out", options.trace.out,
                 "Folder for the outputs, one file of the same name for each input")
      ->type_name("FOLDER");
  app.add_option("--expected", options.trace.expected,
                 "Folder of tensors to compare with; exit code 1 when one differs by more than --tolerance")
      ->type_name("FOLDER");
  app.add_option("--tolerance", options.trace.tolerance,
                 "Largest difference, relative to the larger of the value and the tensor's root mean square")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  app.add_option("--decode", options.trace.decodes,
                 "JSON laid over the bundle's decode settings; may be repeated, each is run")
      ->type_name("JSON");
  app.add_option("--threads", options.trace.threads, "Threads of one operator")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  for (const char* repeated : {"--inputs", "--decode"})
    app.get_option(repeated)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.footer(
      "  hilum model trace models/mine --inputs case.safetensors --out got --expected wanted\n"
      "  hilum model trace models/mine --inputs case.safetensors --decode '{\"strategy\":\"greedy\"}'\n\n"
      "Inputs: image f32[N,C,H,W]; anchor i64[B], views i64[B,K], prior_image i64[B] say which row of image\n"
      "is what (-1: none; without anchor every image is a study); image_view i64[N] rows of the view table;\n"
      "indication_ids, prior_report_ids i64[B,L] and similar_ids i64[B,K,L] with a bool _mask each; prefix\n"
      "i64[B,T] tokens to feed; text_ids, text_mask for models that read texts; for other roles what hilum\n"
      "model roles says they take. Outputs: docs/bundles.md.\n");
}

Status trace_model(const runtime::Bundle& bundle, const ModelTraceOptions& options, Context& context) {
  HILUM_RETURN_IF_ERROR(check_names(options.inputs));
  HILUM_ASSIGN(const BundleTrace trace, BundleTrace::open(bundle, options.trace));
  bool agrees = true;
  for (const std::string& path : options.inputs) {
    HILUM_ASSIGN(const Json line, trace.run(path, agrees));
    HILUM_RETURN_IF_ERROR(write_jsonl(*context.streams.out, line));
  }
  if (!agrees) return {ErrorCode::kNegativeAnswer, "the bundle does not compute what was expected"};
  return Status::ok();
}

}  // namespace hilum::cli
