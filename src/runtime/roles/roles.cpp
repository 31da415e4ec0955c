#include <algorithm>

#include "runtime/roles/anatomy.h"
#include "runtime/roles/entities.h"
#include "runtime/roles/image_roles.h"
#include "runtime/roles/json_fields.h"
#include "runtime/roles/report_labels.h"
#include "runtime/roles/report_roles.h"
#include "runtime/roles/role.h"
#include "runtime/roles/sentence_labels.h"
#include "runtime/roles/text_encoding.h"

namespace hilum::runtime {

const std::vector<Role>& roles() {
  // clang-format off: one a line
  static const std::vector<Role> table = {
      image_encoder_role(), classifier_role(),  aligner_role(),        text_encoder_role(),
      span_scorer_role(),   pair_scorer_role(), report_labeler_role(), sentence_labeler_role(),
      conditioner_role(),   decoder_role(),     segmenter_role(),      landmarks_role(),
  };
  // clang-format on
  return table;
}

const Role* find_role(std::string_view name) {
  const std::vector<Role>& all = roles();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Role& role) { return role.name == name; });
  return found == all.end() ? nullptr : &*found;
}

namespace {

bool is_there(const Manifest& manifest, std::string_view key) {
  if (key == "labels") return !manifest.labels.empty();
  return manifest.parts.find(key) != manifest.parts.end();
}

}  // namespace

bool has_role_of(const Manifest& manifest, RunBy model) {
  return std::any_of(manifest.files.begin(), manifest.files.end(), [&](const BundleFile& file) {
    const Role* role = find_role(file.role);
    return role != nullptr && role->run_by == model;
  });
}

Status check_roles(const Manifest& manifest) {
  for (const Role& role : roles()) {
    if (manifest.file_of_role(role.name) == nullptr) continue;
    const std::string name = role.name;
    for (const char* key : role.needs) {
      if (!is_there(manifest, key))
        return invalid_field(key, "there, because the bundle has a file of the role '" + name + "'");
    }
    for (const char* other : role.with) {
      if (manifest.file_of_role(other) == nullptr)
        return invalid_field("files", "complete: the role '" + name + "' needs the role '" + other + "'");
    }
  }
  return Status::ok();
}

}  // namespace hilum::runtime
