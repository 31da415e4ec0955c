// What every opened bundle has, whichever of its roles it runs: manifest, identity, engine. The models of
// src/runtime/models derive from it. Immutable once open; threads may share one, each calling `use_threads`
// first.
#pragma once

#include <optional>
#include <string>

#include "hilum/bundle.h"
#include "hilum/status.h"

#include "runtime/engine/torch_values.h"

namespace hilum::runtime {

class OpenedBundle {
 public:
  const Manifest& manifest() const { return manifest_; }
  const std::string& identity() const { return identity_; }
  // "LibTorch 1.13.1, cpu".
  const std::string& engine() const { return engine_; }
  // Threads of one operator, for the calling thread.
  void use_threads(int threads) const { table_->set_threads(threads); }

 protected:
  // kModuleMissing; kBundleTooNew when the bundle wants a newer LibTorch; kConfig for a device that is not
  // there.
  Status open(const Bundle& bundle, const std::string& device);

  // Opens the module of a role, after its hash was checked, and looks for the methods that the role has in
  // the table. `out` stays empty when the bundle has no such role. Call `open` first. kBundleAltered,
  // kBundleInvalid, kInferenceFailed.
  Status open_role(const Bundle& bundle, const char* role, std::optional<TorchScript>& out) const;

 private:
  Manifest manifest_;
  std::string identity_, engine_, device_;
  const HilumTorchTable* table_ = nullptr;
};

// kBundleInvalid, naming what the bundle cannot do, when it has not this role.
Status check_role(const Bundle& bundle, const char* role, const char* does);

}  // namespace hilum::runtime
