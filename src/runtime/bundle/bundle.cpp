#include "hilum/bundle.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "core/files/file.h"
#include "core/files/sha256.h"
#include "core/text/suggest.h"
#include "core/text/text.h"

namespace hilum::runtime {
namespace fs = std::filesystem;
namespace {

// The place of `relative`, once links were followed and it still lies in `folder`.
Result<fs::path> inside(const fs::path& folder, const std::string& relative) {
  std::error_code error;
  const fs::path root = fs::canonical(folder, error);
  if (error) return Status(ErrorCode::kBundleMissing, folder.string() + ": " + error.message());
  const fs::path place = fs::canonical(root / relative, error);
  if (error) return Status(ErrorCode::kBundleAltered, (folder / relative).string() + ": " + error.message());
  const auto [end, ignored] = std::mismatch(root.begin(), root.end(), place.begin(), place.end());
  if (end != root.end())
    return Status(ErrorCode::kBundleInvalid,
                  (folder / relative).string() + ": a link that leaves the bundle");
  return place;
}

std::vector<std::string> model_folders() {
  std::vector<std::string> folders;
  if (const char* path = std::getenv("HILUM_MODEL_PATH"); path != nullptr) {
    for (const std::string& folder : split(path, ':')) {
      if (!folder.empty()) folders.push_back(folder);
    }
  }
  if (auto shipped = find_data("models")) folders.push_back(shipped.take());
  return folders;
}

bool is_bundle(const fs::path& folder) {
  std::error_code ignored;
  return fs::is_regular_file(folder / "manifest.json", ignored);
}

}  // namespace

Result<Bundle> Bundle::open(const std::string& folder) {
  Bundle bundle;
  bundle.folder_ = folder;
  HILUM_ASSIGN(const fs::path manifest_path, inside(folder, "manifest.json"));
  HILUM_ASSIGN(const std::string text, read_file(manifest_path.string(), kMaxManifestBytes));
  auto manifest = parse_manifest(text);
  if (!manifest) return manifest.status().at(folder);
  bundle.manifest_ = manifest.take();
  bundle.identity_ = bundle.manifest_.name + "@sha256:" + sha256_hex(text);
  for (const BundleFile& file : bundle.manifest_.files) {
    HILUM_ASSIGN(const fs::path place, inside(folder, file.path));
    std::error_code error;
    const auto size = fs::is_regular_file(place, error) ? fs::file_size(place, error) : 0;
    if (error || size != file.bytes) {
      return Status(ErrorCode::kBundleAltered, place.string() + ": " + std::to_string(size) +
                                                   " bytes, the manifest says " + std::to_string(file.bytes));
    }
  }
  return bundle;
}

Result<std::string> Bundle::read(const BundleFile& file) const {
  HILUM_ASSIGN(const fs::path place, inside(folder_, file.path));
  auto bytes = read_file(place.string(), file.bytes);
  if (!bytes) return Status(ErrorCode::kBundleAltered, bytes.status().message());
  if (sha256_hex(*bytes) != file.sha256) {
    return Status(ErrorCode::kBundleAltered, place.string() + ": its SHA-256 is not the manifest's");
  }
  return bytes;
}

Status Bundle::verify() const {
  for (const BundleFile& file : manifest_.files) {
    HILUM_ASSIGN(const fs::path place, inside(folder_, file.path));
    HILUM_ASSIGN(const std::string hash, sha256_file(place.string()));
    if (hash != file.sha256) {
      return {ErrorCode::kBundleAltered, place.string() + ": its SHA-256 is not the manifest's"};
    }
  }
  return Status::ok();
}

Result<std::string> Bundle::locate(const std::string& relative) const {
  HILUM_ASSIGN(const fs::path place, inside(folder_, relative));
  return place.string();
}

Result<std::string> find_bundle(const std::string& name_or_path) {
  if (is_bundle(name_or_path)) return name_or_path;
  std::error_code ignored;
  if (name_or_path.find('/') != std::string::npos || fs::is_directory(name_or_path, ignored)) {
    return Status(ErrorCode::kBundleMissing, name_or_path + ": no folder with a manifest.json");
  }
  std::vector<std::string> names;
  for (const std::string& folder : list_bundles()) {
    names.push_back(fs::path(folder).filename().string());
    if (names.back() == name_or_path) return folder;
  }
  const std::string nearest = nearest_word(name_or_path, names);
  return Status(ErrorCode::kBundleMissing,
                "no bundle '" + name_or_path + "'" +
                    (!nearest.empty() ? "; did you mean '" + nearest + "'?"
                     : names.empty()  ? "; neither the shipped models nor HILUM_MODEL_PATH hold any"
                                      : "; there are: " + join(names, ", ")));
}

std::vector<std::string> list_bundles() {
  std::vector<std::string> found;
  std::set<std::string> names;
  for (const std::string& folder : model_folders()) {
    std::vector<fs::path> here;
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
      if (is_bundle(it->path())) here.push_back(it->path());
    }
    std::sort(here.begin(), here.end());
    for (const fs::path& path : here) {
      if (names.insert(path.filename().string()).second) found.push_back(path.string());
    }
  }
  return found;
}

}  // namespace hilum::runtime
