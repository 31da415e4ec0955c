#include "datasets/paths.h"

#include <algorithm>
#include <filesystem>

#include "core/text/text.h"

namespace hilum::datasets {
namespace fs = std::filesystem;

bool is_file(const std::string& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

bool is_folder(const std::string& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

std::string join_path(std::string_view folder, std::string_view name) {
  if (folder.empty() || starts_with(name, "/")) return std::string(name);
  std::string out(folder);
  if (out.back() != '/') out += '/';
  out += name;
  return out;
}

std::string file_name(std::string_view path) {
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  const std::size_t slash = path.rfind('/');
  return std::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

std::string parent_of(std::string_view path) {
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  return std::string(slash == 0 ? "/" : path.substr(0, slash));
}

std::string without_extension(std::string_view name) {
  for (bool again = true; again;) {
    again = false;
    for (const std::string_view extension :
         {".gz", ".png", ".jpg", ".jpeg", ".dcm", ".dicom", ".txt", ".xml"}) {
      if (name.size() > extension.size() &&
          to_lower(name.substr(name.size() - extension.size())) == extension) {
        name.remove_suffix(extension.size());
        again = true;
      }
    }
  }
  return std::string(name);
}

std::vector<std::string> list_folder(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    names.push_back(it->path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace hilum::datasets
