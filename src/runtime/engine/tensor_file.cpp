#include "runtime/engine/tensor_file.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include <nlohmann/json.hpp>

#include "hilum/json.h"
#include "hilum/streams.h"

#include "core/files/file.h"

namespace hilum::runtime {
namespace {

constexpr std::size_t kMaxFileBytes = std::size_t{8} << 30;
constexpr std::size_t kMaxHeaderBytes = std::size_t{16} << 20;
constexpr std::size_t kMaxDims = 8;
constexpr std::size_t kAlignment = 8;

Status broken(const std::string& why) { return {ErrorCode::kFileInvalid, "not a tensor file: " + why}; }

// The number of elements, or an error for a shape that no memory holds.
Result<std::size_t> elements(const std::string& name, const std::vector<std::int64_t>& shape) {
  std::size_t count = 1;
  for (const std::int64_t size : shape) {
    if (size < 0) return broken("'" + name + "' has a negative size");
    const auto factor = static_cast<std::size_t>(size);
    if (factor != 0 && count > kMaxFileBytes / factor) return broken("'" + name + "' is too large");
    count *= factor;
  }
  return count;
}

template <typename Number>
std::vector<Number> numbers(std::string_view data) {
  std::vector<Number> out(data.size() / sizeof(Number));
  if (!data.empty()) std::memcpy(out.data(), data.data(), data.size());
  return out;
}

bool is_list_of_sizes(const Json& value, std::size_t most) {
  if (!value.is_array() || value.size() > most) return false;
  for (const Json& item : value) {
    if (!item.is_number_integer() ||
        (item.is_number_unsigned() && item.get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max()))
      return false;
  }
  return true;
}

Result<Tensor> read_tensor(const std::string& name, const Json& entry, std::string_view data) {
  const auto field = [&](const char* key) { return entry.is_object() ? find_path(entry, key) : nullptr; };
  const Json* type = field("dtype");
  const Json* shape = field("shape");
  const Json* offsets = field("data_offsets");
  if (type == nullptr || !type->is_string() || shape == nullptr || !is_list_of_sizes(*shape, kMaxDims) ||
      offsets == nullptr || !is_list_of_sizes(*offsets, 2) || offsets->size() != 2) {
    return broken("'" + name + "' needs dtype, shape (at most 8 sizes) and data_offsets");
  }
  Tensor tensor;
  tensor.shape = shape->get<std::vector<std::int64_t>>();
  HILUM_ASSIGN(const std::size_t count, elements(name, tensor.shape));
  const auto kind = type->get<std::string>();
  const std::size_t width = kind == "F32" || kind == "I32" ? 4 : kind == "I64" ? 8 : kind == "BOOL" ? 1 : 0;
  if (width == 0) return broken("'" + name + "' is of type " + kind + "; F32, I64, I32 and BOOL are read");
  const auto begin = (*offsets)[0].get<std::int64_t>();
  const auto end = (*offsets)[1].get<std::int64_t>();
  if (begin < 0 || end < begin || static_cast<std::size_t>(end) > data.size() ||
      static_cast<std::size_t>(end - begin) != count * width) {
    return broken("'" + name + "' does not fit its shape or the file");
  }
  data = data.substr(static_cast<std::size_t>(begin), count * width);
  if (kind == "F32") tensor.values = numbers<float>(data);
  if (kind == "I64") tensor.values = numbers<std::int64_t>(data);
  if (kind == "BOOL") tensor.values = numbers<std::uint8_t>(data);
  if (kind == "I32") {
    const auto small = numbers<std::int32_t>(data);
    tensor.values = Integers(small.begin(), small.end());
  }
  return tensor;
}

struct Raw {
  const char* type;
  std::string_view bytes;
};

Raw raw_of(const Tensor& tensor) {
  const auto bytes = [](const auto& values) {
    return std::string_view(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(values[0]));
  };
  if (const auto* floats = std::get_if<Floats>(&tensor.values)) return {"F32", bytes(*floats)};
  if (const auto* integers = std::get_if<Integers>(&tensor.values)) return {"I64", bytes(*integers)};
  return {"BOOL", bytes(std::get<Booleans>(tensor.values))};
}

}  // namespace

std::size_t Tensor::size() const {
  return std::visit([](const auto& list) { return list.size(); }, values);
}

Result<NamedTensors> parse_tensors(std::string_view bytes) {
  std::uint64_t length = 0;
  if (bytes.size() < sizeof length) return broken("shorter than its first eight bytes");
  std::memcpy(&length, bytes.data(), sizeof length);
  if (length > kMaxHeaderBytes || length > bytes.size() - sizeof length)
    return broken("a header of " + std::to_string(length) + " bytes");
  auto header = parse_json(bytes.substr(sizeof length, length));
  if (!header) return broken(header.status().message());
  if (!header->is_object()) return broken("the header is no object");
  const std::string_view data = bytes.substr(sizeof length + length);
  NamedTensors tensors;
  for (const auto& [name, entry] : header->items()) {
    if (name == "__metadata__") continue;
    HILUM_ASSIGN(tensors[name], read_tensor(name, entry, data));
  }
  return tensors;
}

Result<NamedTensors> read_tensors(const std::string& path) {
  HILUM_ASSIGN(const std::string bytes, read_file(path, kMaxFileBytes));
  auto tensors = parse_tensors(bytes);
  if (!tensors) return tensors.status().at(path);
  return tensors;
}

Status write_tensors(const std::string& path, const NamedTensors& tensors) {
  Json header = Json::object();
  std::size_t at = 0;
  for (const auto& [name, tensor] : tensors) {
    const Raw raw = raw_of(tensor);
    header[name] = {
        {"dtype", raw.type}, {"shape", tensor.shape}, {"data_offsets", {at, at + raw.bytes.size()}}};
    at += raw.bytes.size();
  }
  HILUM_ASSIGN(std::string text, dump_json(header));
  text.append((kAlignment - text.size() % kAlignment) % kAlignment, ' ');
  const std::uint64_t length = text.size();
  HILUM_ASSIGN(const auto sink, open_file_sink(path, true));
  HILUM_RETURN_IF_ERROR(sink->write(std::string_view(reinterpret_cast<const char*>(&length), sizeof length)));
  HILUM_RETURN_IF_ERROR(sink->write(text));
  for (const auto& entry : tensors) HILUM_RETURN_IF_ERROR(sink->write(raw_of(entry.second).bytes));
  return sink->flush();
}

Result<std::vector<TensorDifference>> compare_tensors(const NamedTensors& actual,
                                                      const NamedTensors& expected) {
  std::vector<TensorDifference> differences;
  for (const auto& [name, wanted] : expected) {
    const auto found = actual.find(name);
    if (found == actual.end()) return Status(ErrorCode::kUsage, "the trace has no '" + name + "'");
    TensorDifference difference{name, std::numeric_limits<double>::infinity()};
    const auto numbers = [](const Tensor& tensor) {
      return std::visit([](const auto& list) { return std::vector<double>(list.begin(), list.end()); },
                        tensor.values);
    };
    const std::vector<double> a = numbers(found->second);
    const std::vector<double> b = numbers(wanted);
    if (found->second.shape == wanted.shape) {
      double squares = 0.0;
      for (const double x : b) squares += x * x;
      const double rms = std::sqrt(squares / static_cast<double>(std::max<std::size_t>(1, b.size())));
      difference.largest = 0.0;
      for (std::size_t i = 0; i < b.size(); ++i) {
        const double scale = std::max({std::abs(b[i]), rms, 1e-30});
        const double relative = std::abs(a[i] - b[i]) / scale;
        difference.largest = std::isfinite(relative) ? std::max(difference.largest, relative)
                                                     : std::numeric_limits<double>::infinity();
      }
    }
    differences.push_back(difference);
  }
  return differences;
}

}  // namespace hilum::runtime
