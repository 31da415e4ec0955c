#include "runtime/trace/trace_inputs.h"

#include <algorithm>

#include "runtime/models/conditioner_inputs.h"
#include "runtime/roles/role.h"

namespace hilum::runtime {

Status bad_input(const std::string& name, const std::string& wanted) {
  return {ErrorCode::kUsage, "the input '" + name + "' should be " + wanted};
}

const std::vector<std::string>& trace_inputs() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all = {"image", "anchor", "views", "prior_image", "image_view", "prefix"};
    for (const ConditionerInput& input : conditioner_inputs()) {
      if (input.kind != InputKind::kText && input.kind != InputKind::kTexts) continue;
      all.insert(all.end(), {input.name, input.mask});
    }
    for (const Role& role : roles()) {
      if (role.run_by == RunBy::kReportModel) continue;  // from the images and texts of studies
      for (const Port& port : role.methods.front().takes) all.emplace_back(port.trace_name());
    }
    return all;
  }();
  return names;
}

namespace {

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
Result<std::vector<std::vector<Integers>>> texts_of(const NamedTensors& inputs, const ConditionerInput& input,
                                                    std::size_t studies) {
  const std::size_t dims = input.kind == InputKind::kTexts ? 3 : 2;
  const std::string mask_name = input.mask;
  std::vector<std::vector<Integers>> texts(studies);
  HILUM_ASSIGN(const Tensor* ids,
               find<Integers>(inputs, input.name, dims, dims == 3 ? "i64 [B,K,L]" : "i64 [B,L]"));
  HILUM_ASSIGN(const Tensor* mask,
               find<Booleans>(inputs, mask_name, dims, dims == 3 ? "bool [B,K,L]" : "bool [B,L]"));
  if (ids == nullptr)
    return mask == nullptr ? texts : Result<decltype(texts)>(bad_input(input.name, "there"));
  if (ids->shape[0] != static_cast<std::int64_t>(studies))
    return bad_input(input.name, "one row for each of " + std::to_string(studies) + " studies");
  if (mask != nullptr && mask->shape != ids->shape)
    return bad_input(mask_name, std::string("of the shape of '") + input.name + "'");
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

// Puts picture `row` of the file into a study; -1 is none.
Status place(const std::string& name, std::int64_t row, std::vector<ModelInput>& pictures,
             std::vector<std::int64_t>& placed) {
  if (row < -1 || row >= static_cast<std::int64_t>(pictures.size()))
    return bad_input(name, "rows of 'image', or -1 for none");
  if (row >= 0) placed.push_back(row);
  return Status::ok();
}

// Ids of every text input of the conditioner, into the studies.
Status add_texts(const NamedTensors& inputs, std::vector<StudyInput>& studies) {
  for (const ConditionerInput& input : conditioner_inputs()) {
    if (input.kind != InputKind::kText && input.kind != InputKind::kTexts) continue;
    HILUM_ASSIGN(auto texts, texts_of(inputs, input, studies.size()));
    for (std::size_t s = 0; s < studies.size(); ++s) {
      if (input.kind == InputKind::kTexts) {
        studies[s].*input.texts = std::move(texts[s]);
      } else if (!texts[s].empty()) {
        studies[s].*input.text = std::move(texts[s].front());
      }
    }
  }
  return Status::ok();
}

}  // namespace

Result<const Tensor*> trace_input(const NamedTensors& inputs, const Port& port) {
  const std::string type = port.type;
  const std::size_t bracket = type.find('[');
  const std::string wanted = type.substr(0, bracket) + " " + type.substr(bracket);
  const auto dims = static_cast<std::size_t>(std::count(type.begin(), type.end(), ',')) + 1;
  if (type[0] == 'f') return find<Floats>(inputs, port.trace_name(), dims, wanted.c_str());
  if (type[0] == 'i') return find<Integers>(inputs, port.trace_name(), dims, wanted.c_str());
  return find<Booleans>(inputs, port.trace_name(), dims, wanted.c_str());
}

Result<TracedStudies> traced_studies(const NamedTensors& inputs, const Tensor& image, const Model& model) {
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
  const auto view_of = [&](std::int64_t row) {
    return table == nullptr ? 0 : std::get<Integers>(table->values)[static_cast<std::size_t>(row)];
  };
  TracedStudies out;
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
  }
  HILUM_RETURN_IF_ERROR(add_texts(inputs, out.inputs));
  return out;
}

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

Result<std::vector<std::vector<std::int64_t>>> trace_prefixes(const NamedTensors& inputs) {
  std::vector<std::vector<std::int64_t>> prefixes;
  HILUM_ASSIGN(const Tensor* prefix, find<Integers>(inputs, "prefix", 2, "i64 [B,T]"));
  if (prefix == nullptr) return prefixes;
  const auto& ids = std::get<Integers>(prefix->values);
  const auto length = static_cast<std::ptrdiff_t>(prefix->shape[1]);
  for (auto at = ids.begin(); length > 0 && at != ids.end(); at += length)
    prefixes.emplace_back(at, at + length);
  return prefixes;
}

}  // namespace hilum::runtime
