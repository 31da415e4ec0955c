#include "run/resume.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "hilum/json.h"

namespace hilum {

Result<std::unordered_set<std::string>> prepare_resume(const std::string& path) {
  std::unordered_set<std::string> ids;
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    if (!std::filesystem::exists(path)) return ids;
    return Status(ErrorCode::kFileUnreadable, path + ": cannot be opened to resume from");
  }
  std::string line;
  std::size_t good_bytes = 0;
  std::size_t line_number = 0;
  bool cut = false;
  while (std::getline(in, line)) {
    ++line_number;
    const bool whole = !in.eof();
    auto record = parse_json(line);
    if (!whole || !record) {
      cut = true;
      if (whole && in.peek() != std::ifstream::traits_type::eof()) {
        return record.status().at(path + ": line " + std::to_string(line_number));
      }
      break;
    }
    if (record->is_object()) {
      if (const Json* id = find_path(*record, "id"); id != nullptr && id->is_string())
        ids.insert(id->get<std::string>());
    }
    good_bytes += line.size() + 1;
  }
  if (cut && ::truncate(path.c_str(), static_cast<off_t>(good_bytes)) != 0) {
    return Status(ErrorCode::kOutputFailed,
                  path + ": the cut last line cannot be removed: " + std::strerror(errno));
  }
  return ids;
}

}  // namespace hilum
