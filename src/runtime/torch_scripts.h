// What every kind of bundle does with LibTorch before its first call.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>

#include "hilum/runtime/bundle.h"

#include "runtime/torch_values.h"

namespace hilum::runtime {

struct Engine {
  const HilumTorchTable* table = nullptr;
  std::string name;  // "LibTorch 1.13.1, cpu"
};

// kBundleTooNew when the bundle needs a newer LibTorch, kConfig without the device, kModuleMissing.
Result<Engine> open_engine(const Bundle& bundle, const std::string& device);

// The module of a role, its hash checked; `out` stays empty when the bundle has none.
Status open_script(const Bundle& bundle, const char* role, const std::string& device,
                   std::optional<TorchScript>& out);

// kBundleInvalid when an opened module lacks one of the methods.
Status need_methods(const std::optional<TorchScript>& script, const char* role,
                    std::initializer_list<const char*> methods);

}  // namespace hilum::runtime
