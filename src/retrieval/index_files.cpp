#include "retrieval/index_files.h"

#include <filesystem>

#include <nlohmann/json.hpp>

#include "hilum/json.h"

#include "core/files/file.h"
#include "core/files/hash.h"
#include "core/files/sha256.h"
#include "core/system/build_info.h"

namespace hilum::retrieval {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kMaxManifestBytes = 1u << 20;

std::vector<const char*> files_of(IndexKind kind) {
  std::vector<const char*> files = {kVectorsFile, kCasesFile, kOffsetsFile, kKeysFile};
  if (kind != IndexKind::kFlat) files.push_back(kCoarseFile);
  return files;
}

Status invalid(const std::string& folder, const std::string& reason) {
  return {ErrorCode::kIndexInvalid, folder + ": " + reason};
}

Status check_file(const std::string& folder, const std::string& name, const Json& manifest, bool trust) {
  const Json* entry = find_path(manifest, "files");
  const auto found = entry != nullptr && entry->is_object() ? entry->find(name) : Json::const_iterator();
  if (entry == nullptr || !entry->is_object() || found == entry->end())
    return invalid(folder, "the manifest does not list " + name);
  std::error_code error;
  const fs::path path = fs::path(folder) / name;
  const auto bytes = fs::file_size(path, error);
  if (error) return invalid(folder, name + " is missing");
  const Json* size = find_path(*found, "bytes");
  if (size == nullptr || !size->is_number_unsigned() || size->get<std::uintmax_t>() != bytes) {
    return invalid(folder, name + " has another size than the manifest says: cut short or altered");
  }
  if (trust) return Status::ok();
  HILUM_ASSIGN(const std::string hash, sha256_file(path.string()));
  const auto wanted = text_at(*found, "sha256");
  if (!wanted || *wanted != hash)
    return invalid(folder, name + " is not the one the manifest names: altered");
  return Status::ok();
}

Result<IndexManifest> parse(const std::string& folder, const Json& json) {
  const auto format = text_at(json, "format");
  if (!format || *format != "hilum-index") return invalid(folder, "is no Hilum index");
  const Json* version = find_path(json, "format_version");
  if (version == nullptr || !version->is_number_integer())
    return invalid(folder, "the manifest has no format_version");
  if (version->get<int>() > kIndexFormatVersion) {
    return invalid(folder, "has format version " + version->dump() + ", this build reads up to " +
                               std::to_string(kIndexFormatVersion) + ": upgrade hilum");
  }
  IndexManifest manifest;
  const auto number = [&](const char* key, std::size_t& out) {
    const Json* value = find_path(json, key);
    if (value == nullptr || !value->is_number_unsigned()) return false;
    out = value->get<std::size_t>();
    return true;
  };
  if (!number("dimension", manifest.spec.dimension) || !number("rows", manifest.rows) ||
      manifest.spec.dimension == 0) {
    return invalid(folder, "the manifest has no dimension or rows");
  }
  HILUM_ASSIGN(const std::string kind, text_at(json, "kind"));
  HILUM_ASSIGN(const std::string storage, text_at(json, "storage"));
  auto parsed_kind = index_kind_from_name(kind);
  auto parsed_storage = storage_from_name(storage);
  if (!parsed_kind) return invalid(folder, parsed_kind.status().message());
  if (!parsed_storage) return invalid(folder, parsed_storage.status().message());
  manifest.spec.kind = *parsed_kind;
  manifest.spec.storage = *parsed_storage;
  HILUM_ASSIGN(manifest.spec.model, text_at(json, "model"));
  HILUM_ASSIGN(manifest.spec.vector, text_at(json, "vector"));
  if (const Json* effort = find_path(json, "effort"); effort != nullptr && effort->is_number_integer()) {
    manifest.effort = effort->get<int>();
  }
  if (const Json* recall = find_path(json, "recall_at_20"); recall != nullptr && recall->is_number()) {
    manifest.recall = recall->get<double>();
  }
  return manifest;
}

}  // namespace

std::uint64_t key_of(std::string_view name) {
  if (name.empty()) return 0;
  const std::uint64_t hash = fnv1a(name);
  return hash == 0 ? 1 : hash;
}

Status write_manifest(const std::string& folder, const IndexManifest& manifest) {
  Json json = {{"format", "hilum-index"},
               {"format_version", kIndexFormatVersion},
               {"hilum", build_info().version},
               {"kind", to_name(manifest.spec.kind)},
               {"storage", to_name(manifest.spec.storage)},
               {"dimension", manifest.spec.dimension},
               {"rows", manifest.rows},
               {"metric", "inner_product"},
               {"model", manifest.spec.model},
               {"vector", manifest.spec.vector}};
  if (manifest.spec.kind != IndexKind::kFlat) {
    json["effort"] = manifest.effort;
    json["recall_at_20"] = manifest.recall;
  }
  for (const char* name : files_of(manifest.spec.kind)) {
    const std::string path = (fs::path(folder) / name).string();
    HILUM_ASSIGN(const std::string hash, sha256_file(path));
    std::error_code ignored;
    json["files"][name] = {{"bytes", fs::file_size(path, ignored)}, {"sha256", hash}};
  }
  return write_file((fs::path(folder) / kManifestFile).string(), json.dump(1) + "\n");
}

Result<IndexManifest> read_manifest(const std::string& folder, bool trust) {
  const std::string path = (fs::path(folder) / kManifestFile).string();
  auto json = read_json_file(path, kMaxManifestBytes);
  if (!json) return invalid(folder, "is no index: " + json.status().message());
  HILUM_ASSIGN(const IndexManifest manifest, parse(folder, *json));
  for (const char* name : files_of(manifest.spec.kind)) {
    HILUM_RETURN_IF_ERROR(check_file(folder, name, *json, trust));
  }
  return manifest;
}

std::string case_to_line(const Case& entry) {
  Json json = {{"id", entry.id}};
  if (!entry.study_id.empty()) json["study_id"] = entry.study_id;
  if (!entry.patient_id.empty()) json["patient_id"] = entry.patient_id;
  json["facts"] = entry.facts;
  if (!entry.report.empty()) json["report"] = entry.report;
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<Case> case_from_line(std::string_view line) {
  HILUM_ASSIGN(const Json json, parse_json(line));
  Case entry;
  HILUM_ASSIGN(entry.id, text_at(json, "id"));
  HILUM_ASSIGN(entry.study_id, text_at(json, "study_id"));
  HILUM_ASSIGN(entry.patient_id, text_at(json, "patient_id"));
  HILUM_ASSIGN(entry.report, text_at(json, "report"));
  if (const Json* facts = find_path(json, "facts"); facts != nullptr && facts->is_array()) {
    for (const Json& fact : *facts) {
      if (fact.is_string()) entry.facts.push_back(fact.get<std::string>());
    }
  }
  return entry;
}

}  // namespace hilum::retrieval
