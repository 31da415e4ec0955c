#include "runtime/engine/tracer.h"

#include <algorithm>

#include "runtime/models/parts.h"

namespace hilum::runtime {
namespace {

// Roles that are one call of `forward` with tensors of the file, apart from the chain to the report.
struct SingleRole {
  const char* role;
  std::vector<const char*> inputs;
  std::vector<const char*> outputs;
};

const std::vector<SingleRole>& single_roles() {
  static const std::vector<SingleRole> roles = {
      {"text_encoder", {"text_ids", "text_mask"}, {"tokens", "global"}},
      {"landmarks", {"image"}, {"points", "confidence"}},
      {"segmenter", {"image"}, {"masks"}}};
  return roles;
}

Status bad_input(const std::string& name, const std::string& wanted) {
  return {ErrorCode::kUsage, "the input '" + name + "' should be " + wanted};
}

// An input by name: null when it is not there, kUsage when it is of another type or number of dimensions.
template <typename Values>
Result<const Tensor*> find(const NamedTensors& inputs, const std::string& name, std::size_t dims,
                           const char* wanted) {
  const auto found = inputs.find(name);
  if (found == inputs.end()) return nullptr;
  if (!std::holds_alternative<Values>(found->second.values) || found->second.shape.size() != dims)
    return bad_input(name, wanted);
  return &found->second;
}

const std::vector<std::string>& known_inputs() {
  static const std::vector<std::string> names = {
      "image",      "anchor",         "views",           "prior_image",       "prior_report_ids",
      "image_view", "indication_ids", "indication_mask", "prior_report_mask", "similar_ids",
      "prefix",     "similar_mask",   "text_ids",        "text_mask"};
  return names;
}

std::vector<ModelInput> pictures_of(const Tensor& image) {
  const auto& values = std::get<Floats>(image.values);
  std::vector<ModelInput> pictures(static_cast<std::size_t>(image.shape[0]));
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    pictures[i].channels = static_cast<int>(image.shape[1]);
    pictures[i].height = static_cast<int>(image.shape[2]);
    pictures[i].width = static_cast<int>(image.shape[3]);
    const std::size_t size = values.size() / pictures.size();
    const auto begin = values.begin() + static_cast<std::ptrdiff_t>(i * size);
    pictures[i].values.assign(begin, begin + static_cast<std::ptrdiff_t>(size));
  }
  return pictures;
}

// Ids of each study (and of each of its texts): those whose mask is true. [B,L] or [B,K,L].
Result<std::vector<std::vector<Integers>>> texts_of(const NamedTensors& inputs, const std::string& stem,
                                                    std::size_t dims, std::size_t studies) {
  std::vector<std::vector<Integers>> texts(studies);
  HILUM_ASSIGN(const Tensor* ids,
               find<Integers>(inputs, stem + "_ids", dims, dims == 3 ? "i64 [B,K,L]" : "i64 [B,L]"));
  HILUM_ASSIGN(const Tensor* mask,
               find<Booleans>(inputs, stem + "_mask", dims, dims == 3 ? "bool [B,K,L]" : "bool [B,L]"));
  if (ids == nullptr)
    return mask == nullptr ? texts : Result<decltype(texts)>(bad_input(stem + "_ids", "there"));
  if (ids->shape[0] != static_cast<std::int64_t>(studies))
    return bad_input(stem + "_ids", "one row for each of " + std::to_string(studies) + " studies");
  if (mask != nullptr && mask->shape != ids->shape)
    return bad_input(stem + "_mask", "of the shape of '" + stem + "_ids'");
  const auto length = static_cast<std::size_t>(ids->shape.back());
  const std::size_t count = dims == 3 ? static_cast<std::size_t>(ids->shape[1]) : 1;
  const auto& values = std::get<Integers>(ids->values);
  for (std::size_t s = 0; s < studies; ++s) {
    for (std::size_t k = 0; k < count; ++k) {
      Integers text;
      for (std::size_t i = (s * count + k) * length; i < (s * count + k + 1) * length; ++i) {
        if (mask == nullptr || std::get<Booleans>(mask->values)[i] != 0) text.push_back(values[i]);
      }
      if (!text.empty()) texts[s].push_back(std::move(text));
    }
  }
  return texts;
}

// The studies of a file, and which picture each image of them is, in the order in which the encoder gets
// them.
struct Studies {
  std::vector<StudyInput> inputs;
  std::vector<std::size_t> pictures;
};

// Puts picture `row` of the file into a study; -1 is none.
Status place(const std::string& name, std::int64_t row, std::vector<ModelInput>& pictures,
             std::vector<std::int64_t>& placed) {
  if (row < -1 || row >= static_cast<std::int64_t>(pictures.size()))
    return bad_input(name, "rows of 'image', or -1 for none");
  if (row >= 0) placed.push_back(row);
  return Status::ok();
}

Result<Studies> studies_of(const NamedTensors& inputs, const Tensor& image, const Model& model) {
  std::vector<ModelInput> pictures = pictures_of(image);
  Integers anchors(pictures.size());
  for (std::size_t i = 0; i < anchors.size(); ++i) anchors[i] = static_cast<std::int64_t>(i);
  HILUM_ASSIGN(const Tensor* anchor, find<Integers>(inputs, "anchor", 1, "i64 [B]: rows of 'image'"));
  if (anchor != nullptr) anchors = std::get<Integers>(anchor->values);
  const std::size_t count = anchors.size();
  HILUM_ASSIGN(const Tensor* views, find<Integers>(inputs, "views", 2, "i64 [B,K]: rows of 'image', or -1"));
  HILUM_ASSIGN(const Tensor* prior,
               find<Integers>(inputs, "prior_image", 1, "i64 [B]: rows of 'image', or -1"));
  HILUM_ASSIGN(const Tensor* table,
               find<Integers>(inputs, "image_view", 1, "i64 [I]: rows of the view table"));
  if (table != nullptr && table->size() != pictures.size())
    return bad_input("image_view", "one row an image");
  for (const auto& [name, tensor] :
       {std::pair<const char*, const Tensor*>{"views", views}, {"prior_image", prior}}) {
    if (tensor == nullptr) continue;
    if (tensor->shape[0] != static_cast<std::int64_t>(count)) return bad_input(name, "one row a study");
    if (!model.takes(name)) return bad_input(name, "left out: the bundle does not take it");
  }
  HILUM_ASSIGN(auto indications, texts_of(inputs, "indication", 2, count));
  HILUM_ASSIGN(auto prior_reports, texts_of(inputs, "prior_report", 2, count));
  HILUM_ASSIGN(auto similar, texts_of(inputs, "similar", 3, count));
  const auto view_of = [&](std::int64_t row) {
    return table == nullptr ? 0 : std::get<Integers>(table->values)[static_cast<std::size_t>(row)];
  };
  Studies out;
  out.inputs.resize(count);
  for (std::size_t s = 0; s < count; ++s) {
    StudyInput& study = out.inputs[s];
    std::vector<std::int64_t> rows;
    HILUM_RETURN_IF_ERROR(place("anchor", anchors[s], pictures, rows));
    if (rows.empty()) return bad_input("anchor", "a picture for every study");
    const std::size_t most = views == nullptr ? 0 : static_cast<std::size_t>(views->shape[1]);
    for (std::size_t k = 0; k < most; ++k)
      HILUM_RETURN_IF_ERROR(place("views", std::get<Integers>(views->values)[s * most + k], pictures, rows));
    for (const std::int64_t row : rows) {
      study.images.push_back(pictures[static_cast<std::size_t>(row)]);
      study.view_rows.push_back(view_of(row));
    }
    const std::size_t current = rows.size();
    if (prior != nullptr)
      HILUM_RETURN_IF_ERROR(place("prior_image", std::get<Integers>(prior->values)[s], pictures, rows));
    if (rows.size() > current) {
      study.prior_image = pictures[static_cast<std::size_t>(rows.back())];
      study.prior_view_row = view_of(rows.back());
    }
    out.pictures.insert(out.pictures.end(), rows.begin(), rows.end());
    if (!indications[s].empty()) study.indication_ids = std::move(indications[s].front());
    if (!prior_reports[s].empty()) study.prior_report_ids = std::move(prior_reports[s].front());
    study.similar_ids = std::move(similar[s]);
  }
  return out;
}

// Rows in the order in which the encoder got the images, put back into the order of the file.
Status back_to_file_order(const std::vector<std::size_t>& pictures, std::size_t count, Tensor& tensor) {
  const auto& rows = std::get<Floats>(tensor.values);
  const std::size_t size = pictures.empty() ? 0 : rows.size() / pictures.size();
  Floats ordered(count * size);
  std::vector<bool> seen(count, false);
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    std::copy_n(rows.begin() + static_cast<std::ptrdiff_t>(i * size), size,
                ordered.begin() + static_cast<std::ptrdiff_t>(pictures[i] * size));
    seen[pictures[i]] = true;
  }
  const auto idle = std::find(seen.begin(), seen.end(), false);
  if (idle != seen.end())
    return bad_input("image", "used in full: no study has row " + std::to_string(idle - seen.begin()));
  tensor.shape[0] = static_cast<std::int64_t>(count);
  tensor.values = std::move(ordered);
  return Status::ok();
}

Result<Value> value_of(const TorchScript& script, const Tensor& tensor) {
  if (const auto* floats = std::get_if<Floats>(&tensor.values))
    return script.floats(tensor.shape, floats->data());
  if (const auto* integers = std::get_if<Integers>(&tensor.values))
    return script.integers(tensor.shape, integers->data());
  return script.booleans(tensor.shape, std::get<Booleans>(tensor.values).data());
}

}  // namespace

struct Tracer::Parts {
  TorchEngine engine;
  std::shared_ptr<const TorchModel> model;
  std::vector<std::pair<const SingleRole*, TorchScript>> singles;
};

Tracer::Tracer(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Tracer::Tracer(Tracer&&) noexcept = default;
Tracer::~Tracer() = default;
std::shared_ptr<const Model> Tracer::model() const { return parts_->model; }
void Tracer::use_threads(int threads) const { parts_->engine.table->set_threads(threads); }

Result<Tracer> Tracer::open(const Bundle& bundle, const std::string& device) {
  auto parts = std::make_unique<Parts>();
  HILUM_ASSIGN(parts->engine, open_engine(bundle, device));
  ModelOptions options;
  options.device = device;
  if (bundle.manifest().file_of_role("image_encoder") != nullptr) {
    HILUM_ASSIGN(parts->model, TorchModel::open(bundle, options));
  }
  for (const SingleRole& single : single_roles()) {
    std::optional<TorchScript> script;
    HILUM_RETURN_IF_ERROR(open_script(bundle, single.role, device, {"forward"}, script));
    if (script) parts->singles.emplace_back(&single, std::move(*script));
  }
  return Tracer(std::move(parts));
}

Result<Trace> Tracer::run(const NamedTensors& inputs, const std::vector<DecodeOptions>& decodes) const {
  for (const auto& entry : inputs) {
    const auto& known = known_inputs();
    if (std::find(known.begin(), known.end(), entry.first) == known.end())
      return bad_input(entry.first, "left out: it is none of the inputs of a trace");
  }
  Trace trace;
  HILUM_ASSIGN(const Tensor* image, find<Floats>(inputs, "image", 4, "f32 [N,C,H,W]"));
  if (image != nullptr && image->size() == 0) return bad_input("image", "of at least one picture");
  if (parts_->model != nullptr && image != nullptr) {
    HILUM_ASSIGN(const Studies studies, studies_of(inputs, *image, *parts_->model));
    TraceOptions options;
    options.decodes = decodes;
    HILUM_ASSIGN(const Tensor* prefix, find<Integers>(inputs, "prefix", 2, "i64 [B,T]"));
    if (prefix != nullptr) {
      const auto& ids = std::get<Integers>(prefix->values);
      const auto length = static_cast<std::ptrdiff_t>(prefix->shape[1]);
      for (auto at = ids.begin(); length > 0 && at != ids.end(); at += length)
        options.prefixes.emplace_back(at, at + length);
    }
    std::vector<const StudyInput*> pointers;
    for (const StudyInput& study : studies.inputs) pointers.push_back(&study);
    HILUM_ASSIGN(trace, parts_->model->trace(pointers, options));
    for (const char* name : {"image_encoder.patches", "image_encoder.global"}) {
      HILUM_RETURN_IF_ERROR(back_to_file_order(studies.pictures, static_cast<std::size_t>(image->shape[0]),
                                               trace.tensors.at(name)));
    }
  }
  for (const auto& [single, script] : parts_->singles) {
    std::vector<Value> values;
    for (const char* name : single->inputs) {
      const auto found = inputs.find(name);
      if (found == inputs.end()) break;
      HILUM_ASSIGN(Value value, value_of(script, found->second));
      values.push_back(std::move(value));
    }
    if (values.size() != single->inputs.size()) continue;
    std::vector<const Value*> arguments;
    for (const Value& value : values) arguments.push_back(&value);
    HILUM_ASSIGN(const auto results, script.call("forward", arguments, single->outputs.size()));
    for (std::size_t i = 0; i < results.size(); ++i) {
      const std::string name = std::string(single->role) + "." + single->outputs[i];
      HILUM_ASSIGN(trace.tensors[name], tensor_of(results[i]));
    }
  }
  if (trace.tensors.empty())
    return Status(ErrorCode::kUsage, "the file has the inputs of none of the bundle's roles");
  return trace;
}

}  // namespace hilum::runtime
