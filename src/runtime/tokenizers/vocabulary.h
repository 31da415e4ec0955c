// The words and ids in a Hugging Face tokenizer.json or a bare vocabulary {"word": id}.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "hilum/json.h"
#include "hilum/status.h"

namespace hilum::runtime {

struct Vocabulary {
  std::unordered_map<std::string, int> ids;
  std::vector<std::string> words;  // by id; "" where there is none
  std::vector<bool> special;       // by id: added tokens marked special, which stand for no text
  std::vector<std::string> added;  // added tokens, which are found in the text before it is split
};

// kBundleInvalid when it is neither of the two, or ids are negative, doubled or absurdly high.
Result<Vocabulary> read_vocabulary(const Json& root);

// BERT's vocab.txt: one word a line, its id the number of the line from 0. [PAD], [UNK], [CLS], [SEP] and
// [MASK] become special added tokens.
Result<Vocabulary> read_vocabulary_lines(std::string_view text);

// Cuts a text at its added tokens ("[SEP]", the longest where two begin): `plain(part)` for what lies
// between, `token(id)` for each, in order.
template <typename Plain, typename TokenId>
void split_at_added(const Vocabulary& vocabulary, std::string_view text, const Plain& plain,
                    const TokenId& token) {
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t stop = text.size();
    const std::string* next = nullptr;
    for (const std::string& added : vocabulary.added) {
      const std::size_t found = text.find(added, at);
      if (found < stop ||
          (found == stop && next != nullptr && found < text.size() && added.size() > next->size())) {
        stop = found;
        next = &added;
      }
    }
    plain(text.substr(at, stop - at));
    at = stop;
    if (next != nullptr) {
      token(vocabulary.ids.at(*next));
      at += next->size();
    }
  }
}

}  // namespace hilum::runtime
