// The character classes that tokenizers split text by. Tables made by scripts/goldens/unicode_tables.py.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hilum::runtime {

// The code point at `at`, which moves behind it. Bytes that are not UTF-8 count as U+FFFD, one each.
char32_t next_code_point(std::string_view text, std::size_t& at);
void append_utf8(std::string& text, char32_t c);

bool is_letter(char32_t c);  // general category L
bool is_number(char32_t c);  // general category N
bool is_word(char32_t c);    // \w: letters, marks, decimal digits, letter numbers, connector punctuation
bool is_space(char32_t c);   // White_Space
bool is_punctuation(
    char32_t c);  // general category P, and every ASCII character that is no letter, digit or blank
bool is_control(char32_t c);  // categories Cc, Cf and Co; not tab, newline and carriage return

// The canonical decomposition (NFD) without nonspacing marks: "é" becomes "e". CJK compatibility ideographs
// stay as they are.
std::string strip_marks_utf8(std::string_view text);

// Simple lower-case mapping.
std::string to_lower_utf8(std::string_view text);

}  // namespace hilum::runtime
