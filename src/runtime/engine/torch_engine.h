// What every opened bundle needs of LibTorch: the engine that is new enough, and its modules by role.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>

#include "hilum/bundle.h"

#include "runtime/engine/torch_values.h"

namespace hilum::runtime {

struct TorchEngine {
  const HilumTorchTable* table = nullptr;
  std::string name;  // "LibTorch 1.13.1, cpu"
};

// kModuleMissing; kBundleTooNew when the bundle wants a newer LibTorch; kConfig for a device that is not
// there.
Result<TorchEngine> open_engine(const Bundle& bundle, const std::string& device);

// Opens the module of a role, after its hash was checked, and looks for its methods. `out` stays empty when
// the bundle has no such role. kBundleAltered, kBundleInvalid, kInferenceFailed.
Status open_script(const Bundle& bundle, const char* role, const std::string& device,
                   std::initializer_list<const char*> methods, std::optional<TorchScript>& out);

}  // namespace hilum::runtime
