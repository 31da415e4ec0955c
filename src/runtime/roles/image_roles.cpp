#include "runtime/roles/image_roles.h"

namespace hilum::runtime {
Role image_encoder_role() {
  Role role;
  role.name = "image_encoder";
  role.does = "an image's patches and its vector as a whole";
  role.used_by = "generate, index, retrieve";
  role.methods = {
      {"forward", {{"image", "f32[N,C,H,W]"}}, {{"patches", "f32[N,P,D]"}, {"global", "f32[N,E]"}}}};
  return role;
}

Role classifier_role() {
  Role role;
  role.name = "classifier";
  role.does = "a logit for each of the manifest's labels, in their order";
  role.used_by = "generate";
  role.methods = {
      {"forward", {{"patches", "f32[N,P,D]"}, {"global", "f32[N,E]"}}, {{"logits", "f32[N,labels]"}}}};
  role.needs = {"labels"};
  role.offers = [](const Manifest& manifest) { return std::to_string(manifest.labels.size()) + " findings"; };
  return role;
}

Role aligner_role() {
  Role role;
  role.name = "aligner";
  role.does = "the image's vector for similar cases, of length 1, in one space with the texts'";
  role.used_by = "generate, index, retrieve";
  role.methods = {
      {"forward", {{"patches", "f32[N,P,D]"}, {"global", "f32[N,E]"}}, {{"vectors", "f32[N,D]"}}}};
  return role;
}

}  // namespace hilum::runtime
