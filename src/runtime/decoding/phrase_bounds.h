// Where words begin and end in a text that is compared with phrases byte by byte.
#pragma once

#include <cstddef>
#include <string_view>

namespace hilum::runtime {

inline bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         static_cast<unsigned char>(c) >= 0x80;
}

// Whether a phrase may begin at `at`: at the start of the text or of a word.
inline bool begins_at(std::string_view text, std::size_t at) {
  return at == 0 || !is_word_byte(text[at - 1]) || !is_word_byte(text[at]);
}

inline bool ends_at(std::string_view text, std::size_t end) {
  return end >= text.size() || !is_word_byte(text[end]) || !is_word_byte(text[end - 1]);
}

}  // namespace hilum::runtime
