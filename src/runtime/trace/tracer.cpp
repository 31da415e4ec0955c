#include "runtime/trace/tracer.h"

#include <algorithm>

#include "runtime/models/parts.h"
#include "runtime/trace/trace_inputs.h"

namespace hilum::runtime {
namespace {

const Port kImage = {"image", "f32[N,C,H,W]"};

Result<Value> value_of(const TorchScript& script, const Tensor& tensor) {
  if (const auto* floats = std::get_if<Floats>(&tensor.values))
    return script.floats(tensor.shape, floats->data());
  if (const auto* integers = std::get_if<Integers>(&tensor.values))
    return script.integers(tensor.shape, integers->data());
  return script.booleans(tensor.shape, std::get<Booleans>(tensor.values).data());
}

// Runs a role alone on tensors of the file, if they are there.
Status trace_role(const Role& role, const TorchScript& script, const NamedTensors& inputs, Trace& trace) {
  const Method& method = role.methods.front();
  std::vector<Value> values;
  std::string missing;
  for (const Port& port : method.takes) {
    HILUM_ASSIGN(const Tensor* tensor, trace_input(inputs, port));
    if (tensor == nullptr) {
      missing = port.trace_name();
      continue;
    }
    HILUM_ASSIGN(Value value, value_of(script, *tensor));
    values.push_back(std::move(value));
  }
  if (values.empty()) return Status::ok();
  if (!missing.empty()) return bad_input(missing, std::string("there: the role ") + role.name + " takes it");
  std::vector<const Value*> arguments;
  for (const Value& value : values) arguments.push_back(&value);
  HILUM_ASSIGN(const auto results, script.call(method.name, arguments, method.returns.size()));
  for (std::size_t i = 0; i < results.size(); ++i) {
    HILUM_ASSIGN(trace.tensors[std::string(role.name) + "." + method.returns[i].name], tensor_of(results[i]));
  }
  return Status::ok();
}

// The studies of the file through the model that writes reports.
Result<Trace> trace_studies(const TorchModel& model, const NamedTensors& inputs, const Tensor& image,
                            const std::vector<DecodeOptions>& decodes) {
  HILUM_ASSIGN(const TracedStudies studies, traced_studies(inputs, image, model));
  TraceOptions options;
  options.decodes = decodes;
  HILUM_ASSIGN(options.prefixes, trace_prefixes(inputs));
  std::vector<const StudyInput*> pointers;
  for (const StudyInput& study : studies.inputs) pointers.push_back(&study);
  HILUM_ASSIGN(Trace trace, model.trace(pointers, options));
  for (const char* name : {"image_encoder.patches", "image_encoder.global"}) {
    HILUM_RETURN_IF_ERROR(back_to_file_order(studies.pictures, static_cast<std::size_t>(image.shape[0]),
                                             trace.tensors.at(name)));
  }
  return trace;
}

}  // namespace

Result<Tracer> Tracer::open(const Bundle& bundle, const std::string& device) {
  Tracer tracer;
  HILUM_RETURN_IF_ERROR(tracer.OpenedBundle::open(bundle, device));
  if (bundle.manifest().file_of_role("image_encoder") != nullptr) {
    ModelOptions options;
    options.device = device;
    HILUM_ASSIGN(tracer.model_, TorchModel::open(bundle, options));
  }
  for (const Role& role : roles()) {
    if (role.run_by == RunBy::kReportModel) continue;
    std::optional<TorchScript> script;
    HILUM_RETURN_IF_ERROR(tracer.open_role(bundle, role.name, script));
    if (script) tracer.alone_.emplace_back(&role, std::move(*script));
  }
  return tracer;
}

Result<Trace> Tracer::run(const NamedTensors& inputs, const std::vector<DecodeOptions>& decodes) const {
  const std::vector<std::string>& known = trace_inputs();
  for (const auto& entry : inputs) {
    if (std::find(known.begin(), known.end(), entry.first) == known.end())
      return bad_input(entry.first, "left out: it is none of the inputs of a trace");
  }
  Trace trace;
  HILUM_ASSIGN(const Tensor* image, trace_input(inputs, kImage));
  if (image != nullptr && image->size() == 0) return bad_input("image", "of at least one picture");
  if (model_ != nullptr && image != nullptr) {
    HILUM_ASSIGN(trace, trace_studies(*model_, inputs, *image, decodes));
  }
  for (const auto& [role, script] : alone_) HILUM_RETURN_IF_ERROR(trace_role(*role, script, inputs, trace));
  if (trace.tensors.empty())
    return Status(ErrorCode::kUsage, "the file has the inputs of none of the bundle's roles");
  return trace;
}

}  // namespace hilum::runtime
