// A bundle's roles `segmenter` and `landmarks` at work on one image (docs/bundles.md). Opened once, then
// immutable: threads may share one, each calling `use_threads` first.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hilum/bundle.h"
#include "hilum/preprocess.h"
#include "hilum/status.h"

#include "runtime/engine/opened_bundle.h"

namespace hilum::runtime {

// Logits of one map over the model's image; `height` x `width` may be less than that image's.
struct AnatomyMap {
  int width = 0, height = 0;
  std::vector<float> logits;
};

struct AnatomyPoint {
  std::string name;
  double x = 0, y = 0;    // pixel centres of the model's image
  double confidence = 0;  // 0: not found
};

struct AnatomyOutput {
  std::vector<AnatomyMap> maps;      // in the order of the manifest's maps; empty without a segmenter
  std::vector<float> probabilities;  // in the order of the manifest's labels; empty without a segmenter
  std::vector<AnatomyPoint> points;  // of the role `landmarks`
};

class AnatomyModel : public OpenedBundle {
 public:
  // kBundleInvalid when the bundle has neither role; otherwise as Model::open.
  static Result<std::shared_ptr<const AnatomyModel>> open(const Bundle& bundle, const std::string& device);

  // kInferenceFailed; kBundleInvalid when the outputs are not what the manifest says.
  Result<AnatomyOutput> run(const ModelInput& image) const;

 private:
  AnatomyModel() = default;
  Status segment(const Value& image, AnatomyOutput& out) const;
  Status find_points(const Value& image, AnatomyOutput& out) const;
  std::optional<TorchScript> segmenter_, landmarks_;
};

}  // namespace hilum::runtime
