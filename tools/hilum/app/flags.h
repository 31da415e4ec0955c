// Messages of the library name a setting; people at the command line know its flag.
#pragma once

#include <string>

namespace hilum::cli {

// "the setting 'max_tokens' is 0" -> "--max-tokens is 0", for each setting in `message`.
std::string with_flags(const std::string& message);

}  // namespace hilum::cli
