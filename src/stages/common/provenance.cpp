#include "stages/common/provenance.h"

#include <algorithm>
#include <filesystem>

#include <nlohmann/json.hpp>

#include "core/files/file.h"
#include "core/files/sha256.h"

namespace hilum {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxTableBytes = 16u << 20;
constexpr std::size_t kShownDigits = 16;

// The files of a table, which may be a folder, in a fixed order.
Result<std::vector<std::string>> files_of(const std::string& table) {
  HILUM_ASSIGN(const std::string path, find_data("configs/" + table));
  std::vector<std::string> files;
  if (!fs::is_directory(path)) return std::vector<std::string>{path};
  for (const fs::directory_entry& entry : fs::directory_iterator(path)) {
    if (entry.is_regular_file()) files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

Result<Json> make_provenance(const StageInfo& info, const Json& settings, Json details) {
  HILUM_ASSIGN(std::string hashed, dump_json(settings));
  for (const std::string& table : info.tables) {
    HILUM_ASSIGN(const std::vector<std::string> files, files_of(table));
    for (const std::string& file : files) {
      HILUM_ASSIGN(const std::string text, read_file(file, kMaxTableBytes));
      hashed += '\n' + table + '/' + fs::path(file).filename().string() + ' ' + sha256_hex(text);
    }
  }
  details["config"] = "sha256:" + sha256_hex(hashed).substr(0, kShownDigits);
  return details;
}

}  // namespace hilum
