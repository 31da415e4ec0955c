// Whole files in and out. Messages name the file and the system's reason.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "hilum/status.h"

namespace hilum {

// Reads a regular file of at most `max_bytes` (kTooLarge above).
Result<std::string> read_file(const std::string& path, std::size_t max_bytes);

// The first bytes of a regular file: `count` of them, or all there are.
Result<std::string> read_file_start(const std::string& path, std::size_t count);

// Writes to a temporary file beside `path` and renames it, so that no reader sees half a file
// (kOutputFailed).
Status write_file(const std::string& path, std::string_view bytes);

// A folder of data that ships with the program (`configs`, `models`): $HILUM_DATA_DIR, beside the program's
// source or build tree, or the installed place; the first that has `relative`. kFileNotFound names the places
// tried.
Result<std::string> find_data(const std::string& relative);

}  // namespace hilum
