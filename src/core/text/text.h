// Small helpers on ASCII text; other bytes pass through untouched.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hilum {

std::string_view trim(std::string_view text);
std::string to_lower(std::string_view text);
std::string to_upper(std::string_view text);
std::vector<std::string> split(std::string_view text, char separator);  // keeps empty parts
std::vector<std::string> split_words(std::string_view text);            // on white space, no empty parts
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::string collapse_spaces(std::string_view text);  // runs of white space to one blank, trimmed
bool starts_with(std::string_view text, std::string_view prefix);
bool ends_with(std::string_view text, std::string_view suffix);
bool contains(std::string_view text, std::string_view part);
void replace_all(std::string& text, std::string_view from, std::string_view to);

}  // namespace hilum
