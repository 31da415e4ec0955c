#include "datasets/iu/images.h"

#include "core/text/text.h"
#include "datasets/paths.h"
#include "datasets/views.h"

namespace hilum::datasets {
namespace {

bool has_image_extension(const std::string& name) {
  const std::string lower = to_lower(name);
  for (const char* extension : {".png", ".jpg", ".jpeg", ".dcm"}) {
    if (ends_with(lower, extension)) return true;
  }
  return false;
}

}  // namespace

std::string iu_image_key(std::string_view name) {
  const std::string bare = without_extension(file_name(name));
  std::string_view rest = bare;
  if (starts_with(rest, "CXR")) rest.remove_prefix(3);
  const std::size_t underscore = rest.find('_');
  const std::size_t film = rest.find("IM-");
  if (underscore == std::string_view::npos || film == std::string_view::npos || underscore > film)
    return bare;
  return std::string(rest.substr(0, underscore)) + "|" + std::string(rest.substr(film));
}

Result<IuImages> IuImages::open(const std::string& root, const ContextPtr& context) {
  IuImages images;
  const std::string& given = context->options.image_root;
  const std::string base = given.empty() ? root : given;
  std::vector<std::string> folders = {base};
  for (const std::string& above :
       given.empty() ? std::vector<std::string>{root, parent_of(root)} : std::vector<std::string>{given}) {
    for (const char* inner :
         {"NLMCXR_png", "NLMCXR_dcm", "images/images_normalized", "images_normalized", "images"}) {
      folders.push_back(join_path(above, inner));
    }
  }
  for (const std::string& folder : folders) {
    for (const std::string& name : list_folder(folder)) {
      if (has_image_extension(name)) images.names_.emplace(iu_image_key(name), join_path(folder, name));
    }
    if (!images.names_.empty()) break;
  }
  if (images.names_.empty() && context->options.check_files) {
    return Status(ErrorCode::kDatasetInvalid,
                  base +
                      ": no images there, in NLMCXR_png or in images/images_normalized; setting 'image_root' "
                      "names their folder; setting 'no_check_files' reads the reports alone");
  }
  images.folder_ = base;
  return images;
}

std::string IuImages::path_of(std::string_view name) const {
  const auto found = names_.find(iu_image_key(name));
  if (found != names_.end()) return found->second;
  const std::string file = file_name(name);
  return join_path(folder_, has_image_extension(file) ? file : file + ".png");
}

Result<std::unordered_map<std::string, std::string>> read_projections(const std::string& path,
                                                                      const NoteCallback& note) {
  std::unordered_map<std::string, std::string> views;
  if (path.empty()) return views;
  std::size_t file = 0, projection = 0;
  HILUM_RETURN_IF_ERROR(read_table(
      path, note,
      [&](const CsvReader& reader) {
        HILUM_ASSIGN(file, reader.column("filename"));
        HILUM_ASSIGN(projection, reader.column("projection"));
        return Status::ok();
      },
      [&](const Row& row) {
        if (row.at(file).empty()) return false;
        views.emplace(iu_image_key(row.at(file)), normal_view(row.at(projection)));
        return true;
      }));
  return views;
}

std::string find_projections(const std::string& root, const ContextPtr& context) {
  for (const std::string& folder : {context->options.tables, root, parent_of(root)}) {
    if (folder.empty()) continue;
    const std::string path = find_table(folder, "", "indiana_projections");
    if (!path.empty()) return path;
  }
  return "";
}

}  // namespace hilum::datasets
