// Small questions to the file system; none of them throws, and what cannot be read is not there.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hilum::datasets {

bool is_file(const std::string& path);
bool is_folder(const std::string& path);
std::string join_path(std::string_view folder, std::string_view name);
std::string file_name(std::string_view path);               // "a/b.png" -> "b.png"; a trailing '/' is ignored
std::string parent_of(std::string_view path);               // "a/b.png" -> "a"; "b.png" -> "."
std::string without_extension(std::string_view file_name);  // .gz, .png, .dcm.png and the like
std::vector<std::string> list_folder(const std::string& folder);  // names, sorted by bytes

}  // namespace hilum::datasets
