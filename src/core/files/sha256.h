// SHA-256 as lower-case hexadecimal text (FIPS 180-4).
#pragma once

#include <string>
#include <string_view>

#include "hilum/status.h"

namespace hilum {

std::string sha256_hex(std::string_view bytes);

// Streams the file; kFileNotFound or kFileUnreadable on failure.
Result<std::string> sha256_file(const std::string& path);

}  // namespace hilum
