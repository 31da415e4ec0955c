#include "model/trace.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include <nlohmann/json.hpp>

#include "hilum/jsonl.h"

#include "runtime/engine/tracer.h"
#include "runtime/tokenizers/tokenizer.h"

namespace hilum::cli {
namespace fs = std::filesystem;
namespace {

// JSON has no infinity; a difference without measure is null.
Json number_or_null(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json tensor_summary(const runtime::Tensor& tensor) {
  double sum = 0.0;
  double squares = 0.0;
  std::visit(
      [&](const auto& list) {
        for (const auto value : list) {
          sum += static_cast<double>(value);
          squares += static_cast<double>(value) * static_cast<double>(value);
        }
      },
      tensor.values);
  return {{"shape", tensor.shape}, {"sum", number_or_null(sum)}, {"l2", number_or_null(std::sqrt(squares))}};
}

Json hypothesis_json(const runtime::Hypothesis& hypothesis, const runtime::Tokenizer& tokenizer) {
  return {{"ids", hypothesis.tokens},
          {"ended", hypothesis.ended},
          {"score", number_or_null(hypothesis.score)},
          {"logprob", number_or_null(hypothesis.logprob())},
          {"text", tokenizer.decode(hypothesis.tokens)}};
}

Result<std::vector<runtime::DecodeOptions>> decodes_of(const std::vector<std::string>& texts,
                                                       const runtime::DecodeOptions& base) {
  std::vector<runtime::DecodeOptions> decodes;
  for (const std::string& text : texts) {
    auto json = parse_json(text);
    if (!json) return Status(ErrorCode::kUsage, "--decode: " + json.status().message());
    auto options = runtime::decode_options_from_json(*json, base);
    if (!options) return Status(ErrorCode::kUsage, "--decode: " + options.status().message());
    decodes.push_back(options.take());
  }
  if (decodes.empty()) decodes.push_back(base);
  return decodes;
}

Json trace_json(const std::string& path, const runtime::Trace& trace, const runtime::Tracer& tracer,
                const std::vector<std::string>& decodes) {
  Json line = {{"input", path}, {"tensors", Json::object()}};
  for (const auto& [name, tensor] : trace.tensors) line["tensors"][name] = tensor_summary(tensor);
  if (trace.inputs.empty() || tracer.model()->tokenizer() == nullptr) return line;
  line["studies"] = Json::array();
  for (std::size_t s = 0; s < trace.inputs.size(); ++s) {
    Json runs = Json::array();
    for (std::size_t d = 0; d < trace.hypotheses.size(); ++d) {
      Json run = {{"decode", d < decodes.size() ? decodes[d] : "{}"}, {"hypotheses", Json::array()}};
      for (const runtime::Hypothesis& hypothesis : trace.hypotheses[d][s])
        run["hypotheses"].push_back(hypothesis_json(hypothesis, *tracer.model()->tokenizer()));
      runs.push_back(std::move(run));
    }
    line["studies"].push_back({{"inputs", trace.inputs[s]}, {"decoded", std::move(runs)}});
  }
  return line;
}

// Compares with the file of the same name in the folder; the largest difference of each tensor goes into
// `line`.
Status compare(const std::string& folder, const std::string& name, double tolerance,
               const runtime::NamedTensors& actual, Json& line, bool& agrees) {
  HILUM_ASSIGN(const auto expected, runtime::read_tensors((fs::path(folder) / name).string()));
  const auto differences = runtime::compare_tensors(actual, expected);
  if (!differences) return differences.status().at(name);
  line["differences"] = Json::object();
  for (const runtime::TensorDifference& difference : *differences) {
    line["differences"][difference.name] = number_or_null(difference.largest);
    agrees = agrees && difference.largest <= tolerance;
  }
  return Status::ok();
}

// Files of one name would overwrite one another.
Status check_names(const std::vector<std::string>& inputs) {
  std::vector<std::string> names;
  for (const std::string& input : inputs) names.push_back(fs::path(input).filename().string());
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  return twice == names.end() ? Status::ok() : Status(ErrorCode::kUsage, "two inputs are called " + *twice);
}

}  // namespace

Status trace_model(const std::string& name, const std::string& device, const ModelTraceOptions& options,
                   Context& context) {
  HILUM_RETURN_IF_ERROR(check_names(options.inputs));
  HILUM_ASSIGN(const std::string folder, runtime::find_bundle(name));
  HILUM_ASSIGN(const runtime::Bundle bundle, runtime::Bundle::open(folder));
  HILUM_ASSIGN(const auto decodes, decodes_of(options.decodes, bundle.manifest().decode));
  HILUM_ASSIGN(const runtime::Tracer tracer, runtime::Tracer::open(bundle, device));
  tracer.use_threads(options.threads);
  if (!options.out.empty()) {
    std::error_code error;
    fs::create_directories(options.out, error);
    if (error) return {ErrorCode::kOutputFailed, options.out + ": " + error.message()};
  }
  bool agrees = true;
  for (const std::string& path : options.inputs) {
    HILUM_ASSIGN(const runtime::NamedTensors inputs, runtime::read_tensors(path));
    const auto trace = tracer.run(inputs, decodes);
    if (!trace) return trace.status().at(path);
    const std::string file = fs::path(path).filename().string();
    if (!options.out.empty())
      HILUM_RETURN_IF_ERROR(runtime::write_tensors((fs::path(options.out) / file).string(), trace->tensors));
    Json line = trace_json(path, *trace, tracer, options.decodes);
    if (!options.expected.empty())
      HILUM_RETURN_IF_ERROR(compare(options.expected, file, options.tolerance, trace->tensors, line, agrees));
    HILUM_RETURN_IF_ERROR(write_jsonl(*context.streams.out, line));
  }
  if (!agrees) return {ErrorCode::kNegativeAnswer, "the bundle does not compute what was expected"};
  return Status::ok();
}

}  // namespace hilum::cli
