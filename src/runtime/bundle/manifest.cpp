#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

#include "hilum/bundle.h"

#include "core/text/text.h"
#include "core/text/utf8.h"
#include "runtime/bundle/selftest_spec.h"
#include "runtime/roles/json_fields.h"
#include "runtime/roles/role.h"
#include "runtime/tokenizers/tokenizer_spec.h"

namespace hilum::runtime {
namespace {

constexpr int kMaxId = 100'000'000;

Status check_name(const std::string& name) {
  const bool good = !name.empty() && name.size() <= 100 && name.front() != '.' &&
                    std::all_of(name.begin(), name.end(), [](char c) {
                      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                             c == '-' || c == '_' || c == '.';
                    });
  return good ? Status::ok() : invalid_field("name", "letters, digits, '-', '_' and '.'");
}

Status read_files(const Json& root, Manifest& manifest) {
  const auto listed = root.find("files");
  if (listed == root.end() || listed->is_null()) return invalid_field("files", "a list of files");
  std::set<std::string> paths;
  std::set<std::string> roles;
  const auto read_one = [&](const Json& item, const std::string& where) -> Status {
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
    if (find_role(file.role) != nullptr && !roles.insert(file.role).second)
      return invalid_field(where + ".role", "taken once");
    file.bytes = static_cast<std::uint64_t>(bytes);
    manifest.files.push_back(std::move(file));
    return Status::ok();
  };
  return read_items(root, "files", "", "a list of files", read_one);
}

Status read_labels(const Json& root, Manifest& manifest) {
  std::set<std::string> names;
  const auto read_one = [&](const Json& item, const std::string& where) -> Status {
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
    return Status::ok();
  };
  return read_items(root, "labels", "", "a list of labels", read_one);
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
  manifest.add(std::move(spec));
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
  SelftestSpec spec;
  HILUM_RETURN_IF_ERROR(read_number(*object, "tolerance", "selftest", 0, 1, spec.tolerance));
  const auto read_one = [&](const Json& item, const std::string& where) -> Status {
    SelftestCase test;
    HILUM_RETURN_IF_ERROR(read_string(item, "image", where, test.image));
    HILUM_RETURN_IF_ERROR(check_path(where + ".image", test.image));
    HILUM_RETURN_IF_ERROR(read_string(item, "indication", where, test.indication));
    HILUM_RETURN_IF_ERROR(read_ids(item, "ids", where, test.ids));
    HILUM_RETURN_IF_ERROR(read_named_numbers(item, "predictions", where, test.predictions));
    HILUM_RETURN_IF_ERROR(read_named_numbers(item, "areas", where, test.areas));
    spec.cases.push_back(std::move(test));
    return Status::ok();
  };
  HILUM_RETURN_IF_ERROR(read_items(*object, "cases", "selftest", "a list of cases", read_one));
  if (!spec.cases.empty()) manifest.add(std::move(spec));
  return Status::ok();
}

// The parts of the manifest that belong to single roles, whether the bundle has the role or not.
Status read_parts(const Json& root, Manifest& manifest) {
  for (const Role& role : roles()) {
    for (const PartReader& reader : role.parts) {
      HILUM_ASSIGN(auto part, reader.read(root, manifest));
      if (part != nullptr) manifest.parts[reader.key] = std::move(part);
    }
  }
  return Status::ok();
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
  HILUM_RETURN_IF_ERROR(read_tokenizer(root, manifest));
  HILUM_RETURN_IF_ERROR(read_parts(root, manifest));
  HILUM_RETURN_IF_ERROR(read_selftest(root, manifest));
  HILUM_RETURN_IF_ERROR(check_roles(manifest));
  return manifest;
}

}  // namespace hilum::runtime
