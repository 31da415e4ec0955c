// How a report becomes the words that RadGraph's programs read. ASCII rules; bytes of other characters count
// as letters. Every word is a piece of the text, in order, and only white space lies between them. Pure
// functions, linear, thread-safe. Sources: preprocessing of the radgraph package (v1 and XL) and of SEI.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hilum/status.h"

#include "nlp/entities/entities.h"

namespace hilum::nlp {

enum class RadGraphWords {
  kV1,   // a blank on both sides of each of / , : . ! ? ( )
  kXl,   // runs of letters and digits, runs of other characters; ")." "%." ".'" "%," "%)" are two words
  kSei,  // sei_tokens()
};

// "radgraph", "radgraph-xl", "sei"; kUsage for anything else.
Result<RadGraphWords> radgraph_words_from_name(std::string_view name);

std::vector<std::string> radgraph_words(std::string_view text, RadGraphWords kind);

// Where the words made of a text stand in it.
std::vector<ByteRange> locate_words(std::string_view text, const std::vector<std::string>& words);

}  // namespace hilum::nlp
