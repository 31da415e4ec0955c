// A bundle fed with named tensors, every role's output recorded: what an exporter needs to compare a bundle
// with the program it came from (docs/bundles.md, "Trace"). Immutable once open; threads may share one.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "hilum/status.h"

#include "runtime/engine/tensor_file.h"
#include "runtime/models/model.h"

namespace hilum::runtime {

class Tracer {
 public:
  // Opens every role of the bundle. kBundle…, kModuleMissing, kInferenceFailed.
  static Result<Tracer> open(const Bundle& bundle, const std::string& device);
  Tracer(Tracer&&) noexcept;
  ~Tracer();

  // Runs the roles whose inputs are there. kUsage names an input that is unknown, missing, or of the wrong
  // type or shape.
  Result<Trace> run(const NamedTensors& inputs, const std::vector<DecodeOptions>& decodes) const;

  std::shared_ptr<const Model> model() const;  // null without an image encoder
  void use_threads(int threads) const;

 private:
  struct Parts;
  explicit Tracer(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace hilum::runtime
