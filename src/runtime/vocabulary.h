// The words and ids in a Hugging Face tokenizer.json or a bare vocabulary {"word": id}.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "hilum/core/status.h"
#include "hilum/record/json.h"

namespace hilum::runtime {

struct Vocabulary {
  std::unordered_map<std::string, int> ids;
  std::vector<std::string> words;  // by id; "" where there is none
  std::vector<bool> special;       // by id: added tokens marked special, which stand for no text
  std::vector<std::string> added;  // added tokens, which are found in the text before it is split
};

// kBundleInvalid when it is neither of the two, or ids are negative, doubled or absurdly high.
Result<Vocabulary> read_vocabulary(const Json& root);

}  // namespace hilum::runtime
