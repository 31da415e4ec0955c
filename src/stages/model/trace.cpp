#include "stages/model/trace.h"

#include <cmath>
#include <filesystem>

#include <nlohmann/json.hpp>

#include "runtime/tokenizers/tokenizer.h"

namespace hilum {
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
    if (!json) return Status(ErrorCode::kUsage, "setting 'decode': " + json.status().message());
    auto options = runtime::decode_options_from_json(*json, base);
    if (!options) return Status(ErrorCode::kUsage, "setting 'decode': " + options.status().message());
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

}  // namespace

Result<BundleTrace> BundleTrace::open(const runtime::Bundle& bundle, BundleTraceOptions options) {
  HILUM_ASSIGN(auto decodes, decodes_of(options.decodes, bundle.manifest().decode));
  HILUM_ASSIGN(runtime::Tracer tracer, runtime::Tracer::open(bundle, options.device));
  tracer.use_threads(options.threads);
  if (!options.out.empty()) {
    std::error_code error;
    fs::create_directories(options.out, error);
    if (error) return Status(ErrorCode::kOutputFailed, options.out + ": " + error.message());
  }
  return BundleTrace(std::move(tracer), std::move(decodes), std::move(options));
}

Result<Json> BundleTrace::run(const std::string& path, bool& agrees) const {
  HILUM_ASSIGN(const runtime::NamedTensors inputs, runtime::read_tensors(path));
  const auto trace = tracer_.run(inputs, decodes_);
  if (!trace) return trace.status().at(path);
  const std::string file = fs::path(path).filename().string();
  if (!options_.out.empty())
    HILUM_RETURN_IF_ERROR(runtime::write_tensors((fs::path(options_.out) / file).string(), trace->tensors));
  Json line = trace_json(path, *trace, tracer_, options_.decodes);
  if (!options_.expected.empty())
    HILUM_RETURN_IF_ERROR(compare(options_.expected, file, options_.tolerance, trace->tensors, line, agrees));
  return line;
}

}  // namespace hilum
