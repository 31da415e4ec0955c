// RAII over the LibTorch module's C interface. Values are immutable and may be shared by threads.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "hilum/status.h"

#include "modules/torch/abi.h"

namespace hilum::runtime {

// The module's table; opens the module on first use.
Result<const HilumTorchTable*> torch_table();

class Value {
 public:
  Value() = default;
  Value(const HilumTorchTable* table, HilumTorchValue* raw) : table_(table), raw_(raw) {}
  Value(Value&& other) noexcept : table_(other.table_), raw_(std::exchange(other.raw_, nullptr)) {}
  Value& operator=(Value&& other) noexcept {
    std::swap(table_, other.table_);
    std::swap(raw_, other.raw_);
    return *this;
  }
  Value(const Value&) = delete;
  Value& operator=(const Value&) = delete;
  ~Value() {
    if (raw_ != nullptr) table_->free_value(raw_);
  }

  const HilumTorchValue* raw() const { return raw_; }
  explicit operator bool() const { return raw_ != nullptr; }

  // All fail with kInferenceFailed.
  Result<std::vector<std::int64_t>> shape() const;
  Result<std::vector<float>> numbers(HilumTorchFunction function = HILUM_TORCH_IDENTITY) const;
  Result<Value> rows(const std::vector<std::int64_t>& which) const;
  Result<Value> reshaped(const std::vector<std::int64_t>& to) const;

 private:
  const HilumTorchTable* table_ = nullptr;
  HilumTorchValue* raw_ = nullptr;
};

// One TorchScript file, opened. Immutable; threads may share it.
class TorchScript {
 public:
  // `device` is "cpu" or "cuda". kInferenceFailed with the engine's reason.
  static Result<TorchScript> load(const std::string& bytes, const std::string& device,
                                  const std::string& name);
  TorchScript(TorchScript&& other) noexcept
      : table_(other.table_), raw_(std::exchange(other.raw_, nullptr)), name_(std::move(other.name_)) {}
  TorchScript(const TorchScript&) = delete;
  TorchScript& operator=(const TorchScript&) = delete;
  TorchScript& operator=(TorchScript&&) = delete;
  ~TorchScript() {
    if (raw_ != nullptr) table_->free_model(raw_);
  }

  // Calls a method that returns `expected` values.
  Result<std::vector<Value>> call(const char* method, const std::vector<const Value*>& arguments,
                                  std::size_t expected) const;
  bool has(const char* method) const { return table_->has_method(raw_, method) != 0; }

  Result<Value> floats(const std::vector<std::int64_t>& shape, const float* data) const;
  Result<Value> integers(const std::vector<std::int64_t>& shape, const std::int64_t* data) const;
  Result<Value> booleans(const std::vector<std::int64_t>& shape, const std::uint8_t* data) const;
  Result<Value> integer(std::int64_t number) const;
  Result<Value> dictionary(const std::vector<std::pair<std::string, Value>>& entries) const;

 private:
  TorchScript(const HilumTorchTable* table, HilumTorchModel* raw, std::string name)
      : table_(table), raw_(raw), name_(std::move(name)) {}
  Result<Value> tensor(HilumTorchType type, const std::vector<std::int64_t>& shape, const void* data) const;
  const HilumTorchTable* table_;
  HilumTorchModel* raw_;
  std::string name_;
};

}  // namespace hilum::runtime
