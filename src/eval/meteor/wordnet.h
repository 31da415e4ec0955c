// The part of WordNet 3.0 that METEOR uses: which synsets a word or its base form belongs to. Read-only after
// load.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "hilum/status.h"

namespace hilum::eval {

class WordNet {
 public:
  static Result<WordNet> load(const std::string& folder);
  // Sorted offsets of the synsets of the word and of its base forms (irregular forms, else a regular ending
  // taken off).
  std::vector<std::uint32_t> synsets(const std::string& word) const;

 private:
  std::string base_form(const std::string& word) const;
  std::unordered_map<std::string, std::vector<std::uint32_t>> synsets_;
  std::unordered_map<std::string, std::vector<std::string>> irregular_;
};

}  // namespace hilum::eval
