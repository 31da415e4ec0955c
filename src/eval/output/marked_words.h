// Two texts with the words marked that the other one lacks. Pure function.
#pragma once

#include <string>
#include <vector>

namespace hilum::eval {

// A word of one of two texts and whether the other text lacks it (by a longest common subsequence of words).
struct MarkedWord {
  std::string word;
  bool only_here = false;
};
struct MarkedTexts {
  std::vector<MarkedWord> a, b;
};
MarkedTexts mark_differences(const std::string& a, const std::string& b);

}  // namespace hilum::eval
