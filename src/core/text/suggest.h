// "Did you mean": the candidate nearest to a mistyped word.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hilum {

// Edits (insert, delete, replace, swap of neighbours) that turn one word into the other.
std::size_t edit_distance(std::string_view a, std::string_view b);

// The nearest candidate within a third of the word's length (at least 1 edit), or "".
std::string nearest_word(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace hilum
