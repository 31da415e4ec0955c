// The words and ids in a Hugging Face tokenizer.json or a bare vocabulary {"word": id}, and what the
// tokenizers that are made of one have in common.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "hilum/json.h"
#include "hilum/status.h"

#include "runtime/tokenizers/tokenizer.h"

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

// A tokenizer over a vocabulary: added tokens are found first, the rest is cut by the kind's own rules.
class VocabularyTokenizer : public Tokenizer {
 public:
  Result<Encoded> encode(std::string_view text) const override;

 protected:
  // `silent` ids append no text, like the special ones. `unk` below 0: there is no token for unknown words.
  VocabularyTokenizer(Vocabulary vocabulary, int unk, std::vector<int> silent)
      : vocabulary_(std::move(vocabulary)), unk_(unk), silent_(std::move(silent)) {}

  // A text without added tokens.
  virtual void encode_plain(std::string_view plain, Encoded& encoded) const = 0;

  bool is_silent(std::size_t id) const;
  // The id of a word; of one that the vocabulary lacks that of `unk`, or nothing.
  void add_word(const std::string& word, Encoded& encoded) const;

  Vocabulary vocabulary_;
  int unk_;

 private:
  std::vector<int> silent_;
};

}  // namespace hilum::runtime
