// Two English stemmers that differ: NLTK's extended Porter (google's ROUGE) and Snowball English (METEOR).
// Lower-case input. Pure functions; safe from any thread.
#pragma once

#include <string>
#include <string_view>

namespace hilum::eval {

std::string porter_stem(std::string_view word);    // Porter 1980 with NLTK's extensions
std::string snowball_stem(std::string_view word);  // Snowball "english" as of 2006-2014, METEOR's

}  // namespace hilum::eval
