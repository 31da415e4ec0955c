#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

#include "hilum/bundle.h"

#include "core/text/text.h"
#include "core/text/utf8.h"
#include "runtime/bundle/json_fields.h"
#include "runtime/bundle/manifest_text.h"

namespace hilum::runtime {
namespace {

constexpr int kMaxId = 100'000'000;
constexpr int kMaxMemoryRows = 10'000'000;
constexpr int kMaxViewRow = 10'000;
constexpr int kMaxSimilarCases = 1000;

// Roles of files that are executed.
const std::vector<std::string>& script_roles() {
  static const std::vector<std::string> roles = {
      "image_encoder", "classifier", "aligner",     "text_encoder", "conditioner",    "decoder",
      "segmenter",     "landmarks",  "span_scorer", "pair_scorer",  "report_labeler", "sentence_labeler"};
  return roles;
}

Status check_path(const std::string& field, const std::string& path) {
  const std::string wanted = "a path inside the bundle, without '..', and is '" + path + "'";
  if (path.empty() || path.front() == '/' || path.find('\\') != std::string::npos)
    return invalid_field(field, wanted);
  if (path.find('\0') != std::string::npos) return invalid_field(field, "a path inside the bundle");
  for (const std::string& part : split(path, '/')) {
    if (part.empty() || part == "." || part == "..") return invalid_field(field, wanted);
  }
  return Status::ok();
}

Status check_name(const std::string& name) {
  const bool good = !name.empty() && name.size() <= 100 && name.front() != '.' &&
                    std::all_of(name.begin(), name.end(), [](char c) {
                      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                             c == '-' || c == '_' || c == '.';
                    });
  return good ? Status::ok() : invalid_field("name", "letters, digits, '-', '_' and '.'");
}

Status read_files(const Json& root, Manifest& manifest) {
  HILUM_ASSIGN(const Json* files, read_list(root, "files", "a list of files"));
  if (files == nullptr) return invalid_field("files", "a list of files");
  std::set<std::string> paths;
  std::set<std::string> roles;
  for (std::size_t i = 0; i < files->size(); ++i) {
    const Json& item = (*files)[i];
    const std::string where = "files." + std::to_string(i);
    if (!item.is_object()) return invalid_field(where, "an object");
    BundleFile file;
    double bytes = -1;
    HILUM_RETURN_IF_ERROR(read_string(item, "path", where, file.path));
    HILUM_RETURN_IF_ERROR(check_path(where + ".path", file.path));
    HILUM_RETURN_IF_ERROR(read_string(item, "role", where, file.role));
    HILUM_RETURN_IF_ERROR(read_number(item, "bytes", where, 0, 1e15, bytes));
    HILUM_RETURN_IF_ERROR(read_string(item, "sha256", where, file.sha256));
    if (bytes < 0) return invalid_field(where + ".bytes", "the file's size");
    if (file.sha256.size() != 64 || file.sha256.find_first_not_of("0123456789abcdef") != std::string::npos) {
      return invalid_field(where + ".sha256", "64 hexadecimal digits in lower case");
    }
    if (!paths.insert(file.path).second) return invalid_field(where + ".path", "named once");
    const auto& scripts = script_roles();
    if (std::find(scripts.begin(), scripts.end(), file.role) != scripts.end() &&
        !roles.insert(file.role).second) {
      return invalid_field(where + ".role", "taken once");
    }
    file.bytes = static_cast<std::uint64_t>(bytes);
    manifest.files.push_back(std::move(file));
  }
  return Status::ok();
}

Status read_labels(const Json& root, Manifest& manifest) {
  HILUM_ASSIGN(const Json* labels, read_list(root, "labels", "a list of labels"));
  if (labels == nullptr) return Status::ok();
  std::set<std::string> names;
  for (std::size_t i = 0; i < labels->size(); ++i) {
    const Json& item = (*labels)[i];
    const std::string where = "labels." + std::to_string(i);
    if (!item.is_object()) return invalid_field(where, "an object");
    BundleLabel label;
    HILUM_RETURN_IF_ERROR(read_string(item, "name", where, label.name));
    HILUM_RETURN_IF_ERROR(read_number(item, "threshold", where, 0, 1, label.threshold));
    HILUM_RETURN_IF_ERROR(read_strings(item, "aliases", where, label.aliases));
    HILUM_RETURN_IF_ERROR(read_string(item, "kind", where, label.kind));
    if (label.kind != "finding" && label.kind != "view" && label.kind != "quality")
      return invalid_field(where + ".kind", "'finding', 'view' or 'quality'");
    if (label.name.empty() || !names.insert(label.name).second)
      return invalid_field(where + ".name", "a name of its own");
    manifest.labels.push_back(std::move(label));
  }
  return Status::ok();
}

Status read_tokenizer(const Json& root, Manifest& manifest) {
  HILUM_ASSIGN(const Json* object, read_object(root, "tokenizer", "an object"));
  if (object == nullptr) return Status::ok();
  TokenizerSpec spec;
  const std::string where = "tokenizer";
  HILUM_RETURN_IF_ERROR(read_string(*object, "type", where, spec.type));
  HILUM_RETURN_IF_ERROR(read_string(*object, "file", where, spec.file));
  HILUM_RETURN_IF_ERROR(read_string(*object, "merges", where, spec.merges));
  HILUM_RETURN_IF_ERROR(read_bool(*object, "lower", where, spec.lower));
  for (const auto& [key, id] : {std::pair<const char*, int*>{"pad", &spec.pad},
                                {"bos", &spec.bos},
                                {"eos", &spec.eos},
                                {"unk", &spec.unk},
                                {"impression", &spec.impression}}) {
    HILUM_RETURN_IF_ERROR(read_int(*object, key, where, -1, kMaxId, *id));
  }
  if (spec.type != "sentencepiece" && spec.type != "wordlevel" && spec.type != "bpe" &&
      spec.type != "wordpiece") {
    return invalid_field("tokenizer.type", "'sentencepiece', 'wordlevel', 'bpe' or 'wordpiece'");
  }
  if (spec.bos < 0 || spec.eos < 0)
    return invalid_field("tokenizer", "an object with the ids 'bos' and 'eos'");
  if (manifest.file_at(spec.file) == nullptr) return invalid_field("tokenizer.file", "listed in 'files'");
  if (!spec.merges.empty() && manifest.file_at(spec.merges) == nullptr) {
    return invalid_field("tokenizer.merges", "listed in 'files'");
  }
  manifest.tokenizer = std::move(spec);
  return Status::ok();
}

Status read_text_inputs(const Json& root, Manifest& manifest) {
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
    manifest.text_inputs[name] = std::move(spec);
  }
  return Status::ok();
}

Status read_views(const Json& root, Manifest& manifest) {
  HILUM_ASSIGN(const Json* object, read_object(root, "views", "an object"));
  if (object == nullptr) return Status::ok();
  for (const auto& [name, item] : object->items()) {
    int row = 0;
    if (item.is_null()) return invalid_field("views." + name, "a row");
    HILUM_RETURN_IF_ERROR(read_int(*object, name.c_str(), "views", 0, kMaxViewRow, row));
    manifest.views[to_lower(name)] = row;
  }
  return Status::ok();
}

Status read_memory_layout(const Json& root, Manifest& manifest) {
  HILUM_ASSIGN(const Json* list, read_list(root, "memory_layout", "a list of parts"));
  if (list == nullptr) return Status::ok();
  int start = 0;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const Json& item = (*list)[i];
    const std::string where = "memory_layout." + std::to_string(i);
    if (!item.is_object()) return invalid_field(where, "an object");
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
    manifest.memory_layout.push_back(std::move(part));
  }
  return Status::ok();
}

Status read_similar_cases(const Json& root, Manifest& manifest) {
  HILUM_ASSIGN(const Json* object, read_object(root, "similar_cases", "an object"));
  if (object == nullptr) return Status::ok();
  SimilarCasesSpec spec;
  HILUM_RETURN_IF_ERROR(read_string(*object, "index", "similar_cases", spec.index));
  HILUM_RETURN_IF_ERROR(check_path("similar_cases.index", spec.index));
  HILUM_RETURN_IF_ERROR(read_int(*object, "top", "similar_cases", 1, kMaxSimilarCases, spec.top));
  if (manifest.file_at(spec.index + "/manifest.json") == nullptr)
    return invalid_field("similar_cases.index", "a folder whose manifest.json is listed in 'files'");
  manifest.similar_cases = std::move(spec);
  return Status::ok();
}

Status read_maps(const Json& root, Manifest& manifest) {
  HILUM_ASSIGN(const Json* list, read_list(root, "maps", "a list of maps"));
  if (list == nullptr) return Status::ok();
  std::set<std::string> names;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const Json& item = (*list)[i];
    const std::string where = "maps." + std::to_string(i);
    if (!item.is_object()) return invalid_field(where, "an object");
    BundleMap map;
    HILUM_RETURN_IF_ERROR(read_string(item, "name", where, map.name));
    HILUM_RETURN_IF_ERROR(read_string(item, "kind", where, map.kind));
    HILUM_RETURN_IF_ERROR(read_number(item, "threshold", where, 0, 1, map.threshold));
    if (map.kind != "mask" && map.kind != "point") return invalid_field(where + ".kind", "'mask' or 'point'");
    if (map.name.empty() || !names.insert(map.name).second)
      return invalid_field(where + ".name", "a name of its own");
    manifest.maps.push_back(std::move(map));
  }
  return Status::ok();
}

// The member `key` of a self-test's case: numbers by name.
Status read_named_numbers(const Json& item, const char* key, const std::string& where,
                          std::map<std::string, double>& out) {
  HILUM_ASSIGN(const Json* object, read_object(item, key, "an object of numbers"));
  if (object == nullptr) return Status::ok();
  for (const auto& [name, value] : object->items()) {
    if (!value.is_number()) return invalid_field(where + "." + key, "an object of numbers");
    out[name] = value.get<double>();
  }
  return Status::ok();
}

Status read_selftest(const Json& root, Manifest& manifest) {
  HILUM_ASSIGN(const Json* object, read_object(root, "selftest", "an object"));
  if (object == nullptr) return Status::ok();
  HILUM_RETURN_IF_ERROR(read_number(*object, "tolerance", "selftest", 0, 1, manifest.selftest_tolerance));
  HILUM_ASSIGN(const Json* cases, read_list(*object, "cases", "a list of cases"));
  if (cases == nullptr) return Status::ok();
  for (std::size_t i = 0; i < cases->size(); ++i) {
    const Json& item = (*cases)[i];
    const std::string where = "selftest.cases." + std::to_string(i);
    if (!item.is_object()) return invalid_field(where, "an object");
    SelftestCase test;
    HILUM_RETURN_IF_ERROR(read_string(item, "image", where, test.image));
    HILUM_RETURN_IF_ERROR(check_path(where + ".image", test.image));
    HILUM_RETURN_IF_ERROR(read_string(item, "indication", where, test.indication));
    HILUM_RETURN_IF_ERROR(read_ids(item, "ids", where, test.ids));
    HILUM_RETURN_IF_ERROR(read_named_numbers(item, "predictions", where, test.predictions));
    HILUM_RETURN_IF_ERROR(read_named_numbers(item, "areas", where, test.areas));
    manifest.selftest.push_back(std::move(test));
  }
  return Status::ok();
}

// What a bundle needs besides single fields being right.
Status check_together(const Manifest& manifest) {
  if (manifest.file_of_role("decoder") != nullptr && !manifest.tokenizer) {
    return invalid_field("tokenizer", "there, because the bundle has a decoder");
  }
  if (manifest.file_of_role("decoder") != nullptr && manifest.file_of_role("conditioner") == nullptr) {
    return invalid_field("files", "complete: a decoder needs a conditioner");
  }
  if (manifest.file_of_role("classifier") != nullptr && manifest.labels.empty()) {
    return invalid_field("labels", "there, because the bundle has a classifier");
  }
  if (manifest.file_of_role("segmenter") != nullptr && manifest.maps.empty()) {
    return invalid_field("maps", "there, because the bundle has a segmenter");
  }
  if (manifest.file_of_role("landmarks") != nullptr && manifest.landmarks.empty()) {
    return invalid_field("landmarks", "there, because the bundle has landmarks");
  }
  return check_text_roles(manifest);
}

}  // namespace

const BundleFile* Manifest::file_of_role(std::string_view role) const {
  const auto it =
      std::find_if(files.begin(), files.end(), [&](const BundleFile& f) { return f.role == role; });
  return it == files.end() ? nullptr : &*it;
}

const BundleFile* Manifest::file_at(std::string_view path) const {
  const auto it =
      std::find_if(files.begin(), files.end(), [&](const BundleFile& f) { return f.path == path; });
  return it == files.end() ? nullptr : &*it;
}

int Manifest::view_row(std::string_view view) const {
  auto found = views.find(to_lower(view));
  if (found == views.end()) found = views.find("unknown");
  return found == views.end() ? 0 : found->second;
}

Result<Manifest> parse_manifest(std::string_view text) {
  if (find_invalid_utf8(text) != std::string_view::npos) {
    return Status(ErrorCode::kBundleInvalid, "manifest.json: not valid UTF-8");
  }
  auto parsed = parse_json(text);
  if (!parsed) return Status(ErrorCode::kBundleInvalid, "manifest.json: " + parsed.status().message());
  const Json& root = *parsed;
  if (!root.is_object()) return Status(ErrorCode::kBundleInvalid, "manifest.json: should be an object");

  Manifest manifest;
  std::string format;
  HILUM_RETURN_IF_ERROR(read_string(root, "format", "", format));
  if (format != "hilum-bundle") return invalid_field("format", "'hilum-bundle'");
  int format_version = 0;
  HILUM_RETURN_IF_ERROR(read_int(root, "format_version", "", 1, 1'000'000, format_version));
  if (format_version == 0) return invalid_field("format_version", "a number");
  HILUM_RETURN_IF_ERROR(read_string(root, "name", "", manifest.name));
  if (format_version > kBundleFormatVersion) {
    return Status(ErrorCode::kBundleTooNew, "the bundle has format version " +
                                                std::to_string(format_version) + ", this hilum reads up to " +
                                                std::to_string(kBundleFormatVersion));
  }
  HILUM_RETURN_IF_ERROR(check_name(manifest.name));
  HILUM_RETURN_IF_ERROR(read_string(root, "version", "", manifest.version));
  HILUM_RETURN_IF_ERROR(read_string(root, "license", "", manifest.license));
  HILUM_RETURN_IF_ERROR(read_string(root, "intended_use", "", manifest.intended_use));
  HILUM_RETURN_IF_ERROR(read_strings(root, "training_data", "", manifest.training_data));
  HILUM_ASSIGN(const Json* results, read_object(root, "results", "an object"));
  if (results != nullptr) {
    HILUM_ASSIGN(manifest.results, dump_json(*results));
  }
  HILUM_ASSIGN(const Json* engine, read_object(root, "engine", "an object"));
  if (engine != nullptr)
    HILUM_RETURN_IF_ERROR(read_string(*engine, "min_libtorch", "engine", manifest.min_libtorch));
  HILUM_ASSIGN(const Json* preprocess, read_object(root, "preprocess", "an object"));
  if (preprocess != nullptr) {
    HILUM_ASSIGN(manifest.preprocess, preprocess_from_json(*preprocess));
  } else {
    manifest.preprocess = default_preprocess();
  }
  HILUM_ASSIGN(const Json* decode, read_object(root, "decode", "an object"));
  if (decode != nullptr) {
    HILUM_ASSIGN(manifest.decode, decode_options_from_json(*decode));
  }
  HILUM_RETURN_IF_ERROR(read_files(root, manifest));
  HILUM_RETURN_IF_ERROR(read_labels(root, manifest));
  HILUM_RETURN_IF_ERROR(read_views(root, manifest));
  HILUM_RETURN_IF_ERROR(read_tokenizer(root, manifest));
  HILUM_RETURN_IF_ERROR(read_text_inputs(root, manifest));
  HILUM_RETURN_IF_ERROR(read_strings(root, "conditioner_inputs", "", manifest.conditioner_inputs));
  HILUM_RETURN_IF_ERROR(read_similar_cases(root, manifest));
  HILUM_RETURN_IF_ERROR(read_memory_layout(root, manifest));
  HILUM_RETURN_IF_ERROR(read_maps(root, manifest));
  HILUM_RETURN_IF_ERROR(read_strings(root, "landmarks", "", manifest.landmarks));
  HILUM_RETURN_IF_ERROR(read_entities(root, manifest));
  HILUM_RETURN_IF_ERROR(read_report_labels(root, manifest));
  HILUM_RETURN_IF_ERROR(read_text_encoding(root, manifest));
  HILUM_RETURN_IF_ERROR(read_sentence_labels(root, manifest));
  HILUM_RETURN_IF_ERROR(read_selftest(root, manifest));
  HILUM_RETURN_IF_ERROR(check_together(manifest));
  return manifest;
}

}  // namespace hilum::runtime
