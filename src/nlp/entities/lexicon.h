// The terms of the entity extractor and how they are found in text. Internal to the layer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "nlp/entities/entities.h"

namespace hilum::nlp {

class Lexicon {
 public:
  // Adds the terms of one file's text. kConfig for an unknown section or a term in two sections.
  Status add(std::string_view text, const std::string& file);

  // The number of a word, or -1 for one in no term.
  std::int32_t word_id(std::string_view word) const;

  struct Match {
    TermRole role = TermRole::kNone;
    bool each_word = false;  // every word is an entity of its own
    std::size_t length = 0;  // words; 0: no term starts here
  };
  // The longest term that starts at words[at]; words hold word_id().
  Match longest(const std::vector<std::int32_t>& words, std::size_t at, std::size_t end) const;

 private:
  struct Node {
    std::unordered_map<std::int32_t, std::int32_t> next;
    std::optional<TermRole> role;
    bool each_word = false;
  };
  Status add_term(std::string_view term, TermRole role);
  std::unordered_map<std::string, std::int32_t> ids_;
  std::vector<Node> nodes_ = std::vector<Node>(1);
};

}  // namespace hilum::nlp
