// UTF-8 checks and repair (RFC 3629: no surrogates, nothing above U+10FFFF, no overlong forms).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hilum {

// Byte offset of the first invalid sequence, or npos.
std::size_t find_invalid_utf8(std::string_view bytes);

// The text with every invalid byte replaced by U+FFFD; the same text when it was valid.
std::string repair_utf8(std::string_view bytes);

// ISO-8859-1 to UTF-8.
std::string latin1_to_utf8(std::string_view bytes);

}  // namespace hilum
