#include "runtime/roles/text_encoding.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "runtime/roles/json_fields.h"
#include "runtime/roles/text_ports.h"
#include "runtime/tokenizers/tokenizer_spec.h"

namespace hilum::runtime {
namespace {

constexpr double kMaxBaseline = 0.999;  // 1 would leave nothing to rescale to

Status read_baseline(const Json& object, TextEncodingSpec& spec) {
  HILUM_ASSIGN(const Json* baseline, read_object(object, "baseline", "an object"));
  if (baseline == nullptr) return Status::ok();
  const std::string where = "text_encoding.baseline";
  spec.has_baseline = true;
  for (const auto& [key, value] : {std::pair<const char*, double*>("precision", &spec.precision),
                                   {"recall", &spec.recall},
                                   {"f1", &spec.f1}}) {
    if (!baseline->contains(key)) return invalid_field(where + "." + key, "there");
    HILUM_RETURN_IF_ERROR(read_number(*baseline, key, where, -1, kMaxBaseline, *value));
  }
  return Status::ok();
}

Result<std::shared_ptr<const ManifestPart>> read_text_encoding(const Json& root, const Manifest& manifest) {
  const std::string where = TextEncodingSpec::kKey;
  HILUM_ASSIGN(const Json* object, read_object(root, TextEncodingSpec::kKey, "an object"));
  if (object == nullptr) return std::shared_ptr<const ManifestPart>();
  auto spec = std::make_shared<TextEncodingSpec>();
  HILUM_RETURN_IF_ERROR(read_max_tokens(*object, where, spec->max_tokens));
  HILUM_RETURN_IF_ERROR(read_string(*object, "pooling", where, spec->pooling));
  if (spec->pooling != "mean" && spec->pooling != "first" && spec->pooling != "global")
    return invalid_field("text_encoding.pooling", "'mean', 'first' or 'global'");
  HILUM_RETURN_IF_ERROR(read_baseline(*object, *spec));
  if (manifest.file_of_role("text_encoder") == nullptr)
    return invalid_field("files", "complete: text_encoding needs a text_encoder");
  if (manifest.part<TokenizerSpec>() == nullptr)
    return invalid_field("tokenizer", "there, because the bundle has 'text_encoding'");
  return std::shared_ptr<const ManifestPart>(std::move(spec));
}

}  // namespace

Role text_encoder_role() {
  Role role;
  role.name = "text_encoder";
  role.does =
      "a vector for each token and one for the text; `global` of length 1 where images are compared with it";
  role.used_by = "retrieve, evaluate, entities";
  role.run_by = RunBy::kTextModel;
  role.methods = {{"forward", text_ports(), {{"tokens", "f32[B,L,W]"}, {"global", "f32[B,D]"}}}};
  role.parts = {{TextEncodingSpec::kKey, read_text_encoding}};
  return role;
}

}  // namespace hilum::runtime
