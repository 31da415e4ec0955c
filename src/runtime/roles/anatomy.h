// The roles that find structures and points in an image, and the manifest's `maps` and `landmarks`.
#pragma once

#include <string>
#include <vector>

#include "runtime/roles/role.h"

namespace hilum::runtime {

// One map of the segmenter, in the order of its outputs: a structure's mask or a landmark's bump.
struct BundleMap {
  std::string name;           // "right_lung", …, "carina"
  std::string kind = "mask";  // or "point"
  double threshold = 0.5;     // of the probability
};

struct MapsSpec : ManifestPart {
  static constexpr const char* kKey = "maps";
  std::vector<BundleMap> maps;
};

struct LandmarksSpec : ManifestPart {
  static constexpr const char* kKey = "landmarks";
  std::vector<std::string> names;  // in the order of the module's points
};

// Empty where the manifest has none.
const std::vector<BundleMap>& maps_of(const Manifest& manifest);

Role segmenter_role();
Role landmarks_role();

}  // namespace hilum::runtime
