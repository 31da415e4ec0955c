#include "runtime/roles/anatomy.h"

#include <set>

#include <nlohmann/json.hpp>

#include "runtime/roles/json_fields.h"

namespace hilum::runtime {
namespace {

Result<std::shared_ptr<const ManifestPart>> read_maps(const Json& root, const Manifest&) {
  auto spec = std::make_shared<MapsSpec>();
  std::set<std::string> names;
  const auto read_one = [&](const Json& item, const std::string& where) -> Status {
    BundleMap map;
    HILUM_RETURN_IF_ERROR(read_string(item, "name", where, map.name));
    HILUM_RETURN_IF_ERROR(read_string(item, "kind", where, map.kind));
    HILUM_RETURN_IF_ERROR(read_number(item, "threshold", where, 0, 1, map.threshold));
    if (map.kind != "mask" && map.kind != "point") return invalid_field(where + ".kind", "'mask' or 'point'");
    if (map.name.empty() || !names.insert(map.name).second)
      return invalid_field(where + ".name", "a name of its own");
    spec->maps.push_back(std::move(map));
    return Status::ok();
  };
  HILUM_RETURN_IF_ERROR(read_items(root, "maps", "", "a list of maps", read_one));
  if (spec->maps.empty()) spec = nullptr;
  return std::shared_ptr<const ManifestPart>(std::move(spec));
}

Result<std::shared_ptr<const ManifestPart>> read_landmarks(const Json& root, const Manifest&) {
  auto spec = std::make_shared<LandmarksSpec>();
  HILUM_RETURN_IF_ERROR(read_strings(root, "landmarks", "", spec->names));
  if (spec->names.empty()) spec = nullptr;
  return std::shared_ptr<const ManifestPart>(std::move(spec));
}

}  // namespace

const std::vector<BundleMap>& maps_of(const Manifest& manifest) {
  static const std::vector<BundleMap> none;
  const auto* spec = manifest.part<MapsSpec>();
  return spec == nullptr ? none : spec->maps;
}

Role segmenter_role() {
  Role role;
  role.name = "segmenter";
  role.does =
      "a map of logits for each of `maps`, perhaps smaller than the image, and a logit for each label";
  role.used_by = "measure, factcheck";
  role.run_by = RunBy::kAnatomyModel;
  role.methods = {
      {"forward", {{"image", "f32[1,C,H,W]"}}, {{"maps", "f32[1,maps,h,w]"}, {"labels", "f32[1,labels]"}}}};
  role.needs = {MapsSpec::kKey};
  role.parts = {{MapsSpec::kKey, read_maps}};
  role.offers = [](const Manifest&) { return std::string("masks"); };
  return role;
}

Role landmarks_role() {
  Role role;
  role.name = "landmarks";
  role.does = "x, y of each of `landmarks` in pixels of the model's image; confidence 0: not found";
  role.used_by = "measure, factcheck";
  role.run_by = RunBy::kAnatomyModel;
  role.methods = {
      {"forward", {{"image", "f32[1,C,H,W]"}}, {{"points", "f32[1,K,2]"}, {"confidence", "f32[1,K]"}}}};
  role.needs = {LandmarksSpec::kKey};
  role.parts = {{LandmarksSpec::kKey, read_landmarks}};
  role.offers = [](const Manifest&) { return std::string("landmarks"); };
  return role;
}

}  // namespace hilum::runtime
