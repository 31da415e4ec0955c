#include "runtime/roles/sentence_labels.h"

#include <nlohmann/json.hpp>

#include "runtime/roles/json_fields.h"
#include "runtime/roles/text_ports.h"

namespace hilum::runtime {
namespace {

Result<std::shared_ptr<const ManifestPart>> read_sentence_labels(const Json& root, const Manifest&) {
  const std::string where = SentenceLabelSpec::kKey;
  HILUM_ASSIGN(const Json* object, read_object(root, SentenceLabelSpec::kKey, "an object"));
  if (object == nullptr) return std::shared_ptr<const ManifestPart>();
  auto spec = std::make_shared<SentenceLabelSpec>();
  HILUM_RETURN_IF_ERROR(read_max_tokens(*object, where, spec->max_tokens));
  HILUM_RETURN_IF_ERROR(read_number(*object, "threshold", where, 0, 1, spec->threshold));
  HILUM_RETURN_IF_ERROR(read_strings(*object, "labels", where, spec->labels));
  HILUM_RETURN_IF_ERROR(check_names("sentence_labels.labels", spec->labels));
  return std::shared_ptr<const ManifestPart>(std::move(spec));
}

}  // namespace

Role sentence_labeler_role() {
  Role role;
  role.name = "sentence_labeler";
  role.does = "a score for each label of a sentence, before the sigmoid";
  role.used_by = "evaluate";
  role.run_by = RunBy::kTextModel;
  role.methods = {{"forward", text_ports(), {{"scores", "f32[B,labels]"}}}};
  role.needs = {SentenceLabelSpec::kKey, "tokenizer"};
  role.parts = {{SentenceLabelSpec::kKey, read_sentence_labels}};
  return role;
}

}  // namespace hilum::runtime
