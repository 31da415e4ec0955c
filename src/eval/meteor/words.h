// METEOR's normaliser ("-norm", English): punctuation apart, dashes between words opened, contractions split,
// words in lower case.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "hilum/status.h"

namespace hilum::eval {

class MeteorNormalizer {
 public:
  static Result<MeteorNormalizer> load();  // configs/eval/nonbreaking_prefixes.txt
  std::vector<std::string> words(std::string_view text) const;

 private:
  std::unordered_map<std::string, bool> prefixes_;  // word -> before numbers only
};

}  // namespace hilum::eval
