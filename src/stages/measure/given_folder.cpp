#include "stages/measure/given_folder.h"

#include <filesystem>

#include "core/text/text.h"
#include "stages/measure/given_anatomy.h"

namespace hilum::stages {

namespace fs = std::filesystem;

Result<GivenFolder> GivenFolder::open(const std::string& folder) {
  GivenFolder given;
  if (folder.empty()) return given;
  std::error_code error;
  if (!fs::is_directory(folder, error)) return Status(ErrorCode::kFileNotFound, folder + ": not a folder");
  given.folder_ = folder;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
    given.names_.insert(entry->path().filename().string());
  if (error) return Status(ErrorCode::kFileUnreadable, folder + ": " + error.message());
  return given;
}

Status GivenFolder::add_to(const std::string& image, GivenAnatomy& given) const {
  if (folder_.empty()) return Status::ok();
  const std::string stem = image_stem(image);
  const auto path_of = [&](const std::string& name) { return (fs::path(folder_) / name).string(); };
  for (const char* ending : {".png", ".dcm"}) {
    if (names_.count(stem + ending) > 0) HILUM_RETURN_IF_ERROR(add_mask_file(path_of(stem + ending), given));
  }
  const std::string start = stem + ".", ending = ".png";
  for (auto name = names_.lower_bound(start); name != names_.end() && starts_with(*name, start); ++name) {
    if (!ends_with(*name, ending) || name->size() <= start.size() + ending.size()) continue;
    const std::string structure = name->substr(start.size(), name->size() - start.size() - ending.size());
    HILUM_RETURN_IF_ERROR(add_mask_of(structure, path_of(*name), given));
  }
  return Status::ok();
}

}  // namespace hilum::stages
