#include "runtime/roles/report_roles.h"

#include <nlohmann/json.hpp>

#include "core/text/text.h"
#include "runtime/roles/json_fields.h"

namespace hilum::runtime {
namespace {

constexpr int kMaxMemoryRows = 10'000'000;
constexpr int kMaxViewRow = 10'000;
constexpr int kMaxSimilarCases = 1000;

Status read_text_inputs(const Json& root, ConditionerSpec& conditioner) {
  HILUM_ASSIGN(const Json* object, read_object(root, "text_inputs", "an object"));
  if (object == nullptr) return Status::ok();
  for (const auto& [name, item] : object->items()) {
    const std::string where = "text_inputs." + name;
    if (!item.is_object()) return invalid_field(where, "an object");
    TextInputSpec spec;
    HILUM_RETURN_IF_ERROR(read_ids(item, "prefix", where, spec.prefix));
    HILUM_RETURN_IF_ERROR(read_ids(item, "suffix", where, spec.suffix));
    HILUM_RETURN_IF_ERROR(read_int(item, "max_tokens", where, 1, 1'000'000, spec.max_tokens));
    HILUM_RETURN_IF_ERROR(read_bool(item, "facts", where, spec.facts));
    HILUM_RETURN_IF_ERROR(read_ids(item, "separator", where, spec.separator));
    std::string clean;
    HILUM_RETURN_IF_ERROR(read_string(item, "clean", where, clean));
    if (!clean.empty() && clean != "sei") return invalid_field(where + ".clean", "'sei'");
    spec.clean_indication = clean == "sei";
    if (spec.prefix.size() + spec.suffix.size() >= static_cast<std::size_t>(spec.max_tokens)) {
      return invalid_field(where + ".max_tokens", "more than prefix and suffix take");
    }
    conditioner.texts[name] = std::move(spec);
  }
  return Status::ok();
}

Status read_views(const Json& root, ConditionerSpec& conditioner) {
  HILUM_ASSIGN(const Json* object, read_object(root, "views", "an object"));
  if (object == nullptr) return Status::ok();
  for (const auto& [name, item] : object->items()) {
    int row = 0;
    if (item.is_null()) return invalid_field("views." + name, "a row");
    HILUM_RETURN_IF_ERROR(read_int(*object, name.c_str(), "views", 0, kMaxViewRow, row));
    conditioner.views[to_lower(name)] = row;
  }
  return Status::ok();
}

Result<std::shared_ptr<const ManifestPart>> read_conditioner(const Json& root, const Manifest&) {
  auto spec = std::make_shared<ConditionerSpec>();
  HILUM_RETURN_IF_ERROR(read_strings(root, ConditionerSpec::kKey, "", spec->inputs));
  HILUM_RETURN_IF_ERROR(read_text_inputs(root, *spec));
  HILUM_RETURN_IF_ERROR(read_views(root, *spec));
  return std::shared_ptr<const ManifestPart>(std::move(spec));
}

Result<std::shared_ptr<const ManifestPart>> read_memory_layout(const Json& root, const Manifest&) {
  auto spec = std::make_shared<MemorySpec>();
  int start = 0;
  const auto read_one = [&](const Json& item, const std::string& where) -> Status {
    MemoryPart part;
    std::vector<int> grid;
    part.start = start;
    HILUM_RETURN_IF_ERROR(read_string(item, "input", where, part.input));
    HILUM_RETURN_IF_ERROR(read_int(item, "rows", where, 1, kMaxMemoryRows, part.rows));
    HILUM_RETURN_IF_ERROR(read_ids(item, "grid", where, grid));
    if (part.input.empty() || part.rows == 0)
      return invalid_field(where, "an object with 'input' and 'rows'");
    if (!grid.empty()) {
      if (grid.size() != 2 || grid[0] < 1 || grid[1] < 1 || part.rows / grid[0] != grid[1] ||
          part.rows % grid[0] != 0) {
        return invalid_field(where + ".grid", "[height, width] whose product is 'rows'");
      }
      part.grid_height = grid[0];
      part.grid_width = grid[1];
    }
    if (start > kMaxMemoryRows) return invalid_field("memory_layout", "of fewer rows");
    start += part.rows;
    spec->parts.push_back(std::move(part));
    return Status::ok();
  };
  HILUM_RETURN_IF_ERROR(read_items(root, "memory_layout", "", "a list of parts", read_one));
  return std::shared_ptr<const ManifestPart>(std::move(spec));
}

Result<std::shared_ptr<const ManifestPart>> read_similar_cases(const Json& root, const Manifest& manifest) {
  HILUM_ASSIGN(const Json* object, read_object(root, "similar_cases", "an object"));
  if (object == nullptr) return std::shared_ptr<const ManifestPart>();
  auto spec = std::make_shared<SimilarCasesSpec>();
  HILUM_RETURN_IF_ERROR(read_string(*object, "index", "similar_cases", spec->index));
  HILUM_RETURN_IF_ERROR(check_path("similar_cases.index", spec->index));
  HILUM_RETURN_IF_ERROR(read_int(*object, "top", "similar_cases", 1, kMaxSimilarCases, spec->top));
  if (manifest.file_at(spec->index + "/manifest.json") == nullptr)
    return invalid_field("similar_cases.index", "a folder whose manifest.json is listed in 'files'");
  return std::shared_ptr<const ManifestPart>(std::move(spec));
}

}  // namespace

const TextInputSpec& ConditionerSpec::text(const std::string& name) const {
  static const TextInputSpec plain;
  const auto found = texts.find(name);
  return found == texts.end() ? plain : found->second;
}

int ConditionerSpec::view_row(std::string_view view) const {
  auto found = views.find(to_lower(view));
  if (found == views.end()) found = views.find("unknown");
  return found == views.end() ? 0 : found->second;
}

const ConditionerSpec& conditioner_of(const Manifest& manifest) {
  static const ConditionerSpec none;
  const auto* spec = manifest.part<ConditionerSpec>();
  return spec == nullptr ? none : *spec;
}

const std::vector<MemoryPart>& memory_layout_of(const Manifest& manifest) {
  static const std::vector<MemoryPart> none;
  const auto* spec = manifest.part<MemorySpec>();
  return spec == nullptr ? none : spec->parts;
}

Role conditioner_role() {
  Role role;
  role.name = "conditioner";
  role.does = "the decoder's memory, from the conditioner inputs below";
  role.used_by = "generate";
  role.methods = {
      {"forward", {{"inputs", "Dict[str, Tensor]"}}, {{"memory", "f32[B,S,D]"}, {"mask", "bool[B,S]"}}}};
  role.parts = {{ConditionerSpec::kKey, read_conditioner}};
  return role;
}

Role decoder_role() {
  Role role;
  role.name = "decoder";
  role.does = "the report, token by token";
  role.used_by = "generate";
  role.methods = {{"prefill",
                   {{"memory", "f32[B,S,D]"}, {"mask", "bool[B,S]"}},
                   {{"shared", "List[Tensor]"}, {"state", "List[Tensor]"}}},
                  {"step",
                   {{"ids", "i64[N]"},
                    {"position", "int"},
                    {"beam_of_study", "i64[N]"},
                    {"shared", "List[Tensor]"},
                    {"state", "List[Tensor]"}},
                   {{"logits", "f32[N,V]"}, {"state", "List[Tensor]"}, {"attention", "f32[N,S]"}}}};
  role.needs = {"tokenizer"};
  role.with = {"conditioner"};
  role.parts = {{MemorySpec::kKey, read_memory_layout}, {SimilarCasesSpec::kKey, read_similar_cases}};
  role.offers = [](const Manifest&) { return std::string("reports"); };
  return role;
}

}  // namespace hilum::runtime
