// A bundle fed with named tensors, every role's output recorded: what an exporter needs to compare a bundle
// with the program it came from (docs/bundles.md, "Trace"). Immutable once open; threads may share one.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "hilum/status.h"

#include "runtime/engine/opened_bundle.h"
#include "runtime/engine/tensor_file.h"
#include "runtime/models/model.h"
#include "runtime/roles/role.h"

namespace hilum::runtime {

class Tracer : public OpenedBundle {
 public:
  // Opens every role of the bundle. kBundle…, kModuleMissing, kInferenceFailed.
  static Result<Tracer> open(const Bundle& bundle, const std::string& device);

  // Runs the roles whose inputs are there. kUsage names an input that is unknown, missing, or of the wrong
  // type or shape.
  Result<Trace> run(const NamedTensors& inputs, const std::vector<DecodeOptions>& decodes) const;

  std::shared_ptr<const Model> model() const { return model_; }  // null without an image encoder

 private:
  Tracer() = default;
  std::shared_ptr<const TorchModel> model_;                 // runs the roles up to the report
  std::vector<std::pair<const Role*, TorchScript>> alone_;  // roles that are one call each
};

}  // namespace hilum::runtime
