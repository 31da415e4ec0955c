#include "runtime/roles/entities.h"

#include <nlohmann/json.hpp>

#include "runtime/roles/json_fields.h"
#include "runtime/roles/text_ports.h"

namespace hilum::runtime {
namespace {

constexpr int kMaxSpanWidth = 100;

Result<std::shared_ptr<const ManifestPart>> read_entities(const Json& root, const Manifest&) {
  const std::string where = EntitySpec::kKey;
  HILUM_ASSIGN(const Json* object, read_object(root, EntitySpec::kKey, "an object"));
  if (object == nullptr) return std::shared_ptr<const ManifestPart>();
  auto spec = std::make_shared<EntitySpec>();
  HILUM_RETURN_IF_ERROR(read_strings(*object, "labels", where, spec->labels));
  HILUM_RETURN_IF_ERROR(read_strings(*object, "relations", where, spec->relations));
  HILUM_RETURN_IF_ERROR(read_int(*object, "max_span_width", where, 1, kMaxSpanWidth, spec->max_span_width));
  HILUM_RETURN_IF_ERROR(
      read_number(*object, "spans_per_word", where, 0, kMaxSpanWidth, spec->spans_per_word));
  HILUM_RETURN_IF_ERROR(read_max_tokens(*object, where, spec->max_tokens));
  HILUM_RETURN_IF_ERROR(read_string(*object, "words", where, spec->words));
  HILUM_RETURN_IF_ERROR(check_names("entities.labels", spec->labels));
  HILUM_RETURN_IF_ERROR(check_names("entities.relations", spec->relations));
  if (spec->words != "radgraph" && spec->words != "radgraph-xl")
    return invalid_field("entities.words", "'radgraph' or 'radgraph-xl'");
  return std::shared_ptr<const ManifestPart>(std::move(spec));
}

}  // namespace

Role span_scorer_role() {
  Role role;
  role.name = "span_scorer";
  role.does = "scores of the entity labels for each span (first and last word) of a report";
  role.used_by = "entities";
  role.run_by = RunBy::kTextModel;
  role.methods = {{"forward",
                   {{"words", "f32[W,D]"}, {"spans", "i64[S,2]"}},
                   {{"vectors", "f32[S,E]"}, {"scores", "f32[S,labels]"}, {"keep", "f32[S]"}}}};
  role.needs = {EntitySpec::kKey, "tokenizer"};
  role.with = {"text_encoder", "pair_scorer"};
  role.parts = {{EntitySpec::kKey, read_entities}};
  role.offers = [](const Manifest&) { return std::string("entities"); };
  return role;
}

Role pair_scorer_role() {
  Role role;
  role.name = "pair_scorer";
  role.does = "scores of the relations from the first span to the second";
  role.used_by = "entities";
  role.run_by = RunBy::kTextModel;
  role.methods = {
      {"forward", {{"vectors", "f32[K,E]"}, {"keep", "f32[K]"}}, {{"scores", "f32[K,K,relations]"}}}};
  role.with = {"text_encoder", "span_scorer"};
  return role;
}

}  // namespace hilum::runtime
