#include "runtime/engine/torch_values.h"

#include <algorithm>
#include <array>

#include "core/system/module.h"

namespace hilum::runtime {
namespace {

// The buffer a reason is written to, and the status made of it.
class Reason {
 public:
  HilumTorchError buffer() { return {text_.data(), text_.size()}; }
  Status status(const std::string& what) const {
    return {ErrorCode::kInferenceFailed, what + ": " + text_.data()};
  }

 private:
  std::array<char, 1024> text_{};
};

constexpr std::size_t kMaxResults = 8;

}  // namespace

Result<const HilumTorchTable*> torch_table() {
  HILUM_ASSIGN(const void* table, open_module("torch", HILUM_TORCH_ABI));
  return static_cast<const HilumTorchTable*>(table);
}

Result<std::vector<std::int64_t>> Value::shape() const {
  Reason reason;
  HilumTorchShape shape = {};
  if (table_->shape(raw_, &shape, reason.buffer()) != 0) return reason.status("shape");
  return std::vector<std::int64_t>(shape.shape, shape.shape + shape.dims);
}

Result<std::vector<float>> Value::numbers(HilumTorchFunction function) const {
  HILUM_ASSIGN(const std::vector<std::int64_t> sizes, shape());
  std::size_t count = 1;
  for (const std::int64_t size : sizes) count *= static_cast<std::size_t>(size);
  std::vector<float> out(count);
  Reason reason;
  if (table_->copy(raw_, function, out.data(), count, reason.buffer()) != 0) return reason.status("copy");
  return out;
}

Result<Value> Value::rows(const std::vector<std::int64_t>& which) const {
  Reason reason;
  HilumTorchValue* raw = nullptr;
  if (table_->select_rows(raw_, which.data(), which.size(), &raw, reason.buffer()) != 0)
    return reason.status("select rows");
  return Value(table_, raw);
}

Result<Value> Value::reshaped(const std::vector<std::int64_t>& to) const {
  Reason reason;
  HilumTorchValue* raw = nullptr;
  if (table_->reshape(raw_, to.data(), to.size(), &raw, reason.buffer()) != 0)
    return reason.status("reshape");
  return Value(table_, raw);
}

Result<TorchScript> TorchScript::load(const std::string& bytes, const std::string& device,
                                      const std::string& name) {
  HILUM_ASSIGN(const HilumTorchTable* table, torch_table());
  Reason reason;
  HilumTorchModel* raw = nullptr;
  if (table->load(bytes.data(), bytes.size(), device.c_str(), &raw, reason.buffer()) != 0)
    return reason.status(name);
  return TorchScript(table, raw, name);
}

Result<std::vector<Value>> TorchScript::call(const char* method, const std::vector<const Value*>& arguments,
                                             std::size_t expected) const {
  std::vector<const HilumTorchValue*> raw_arguments;
  for (const Value* argument : arguments) raw_arguments.push_back(argument->raw());
  std::array<HilumTorchValue*, kMaxResults> results{};
  std::size_t count = 0;
  Reason reason;
  const std::string what = name_ + "." + method;
  if (table_->call(raw_, method, raw_arguments.data(), raw_arguments.size(), results.data(), results.size(),
                   &count, reason.buffer()) != 0) {
    return reason.status(what);
  }
  std::vector<Value> values;
  for (std::size_t i = 0; i < count; ++i) values.emplace_back(table_, results[i]);
  if (count != expected) {
    return Status(ErrorCode::kBundleInvalid, what + " returned " + std::to_string(count) +
                                                 " values instead of " + std::to_string(expected));
  }
  return values;
}

Result<Value> TorchScript::tensor(HilumTorchType type, const std::vector<std::int64_t>& shape,
                                  const void* data) const {
  HilumTorchShape described = {};
  described.type = type;
  described.dims = static_cast<std::int32_t>(shape.size());
  std::copy(shape.begin(), shape.end(), described.shape);
  Reason reason;
  HilumTorchValue* raw = nullptr;
  if (table_->tensor(raw_, &described, data, &raw, reason.buffer()) != 0) return reason.status("tensor");
  return Value(table_, raw);
}

Result<Value> TorchScript::floats(const std::vector<std::int64_t>& shape, const float* data) const {
  return tensor(HILUM_TORCH_F32, shape, data);
}
Result<Value> TorchScript::integers(const std::vector<std::int64_t>& shape, const std::int64_t* data) const {
  return tensor(HILUM_TORCH_I64, shape, data);
}
Result<Value> TorchScript::booleans(const std::vector<std::int64_t>& shape, const std::uint8_t* data) const {
  return tensor(HILUM_TORCH_BOOL, shape, data);
}

Result<Value> TorchScript::integer(std::int64_t number) const {
  Reason reason;
  HilumTorchValue* raw = nullptr;
  if (table_->integer(number, &raw, reason.buffer()) != 0) return reason.status("integer");
  return Value(table_, raw);
}

Result<Value> TorchScript::dictionary(const std::vector<std::pair<std::string, Value>>& entries) const {
  std::vector<const char*> names;
  std::vector<const HilumTorchValue*> values;
  for (const auto& [name, value] : entries) {
    names.push_back(name.c_str());
    values.push_back(value.raw());
  }
  Reason reason;
  HilumTorchValue* raw = nullptr;
  if (table_->dictionary(names.data(), values.data(), names.size(), &raw, reason.buffer()) != 0)
    return reason.status("dictionary");
  return Value(table_, raw);
}

}  // namespace hilum::runtime
