// Words that the decoder may choose and the text leaves out: "stable small effusion" becomes "small
// effusion". Barring such a word instead would make the decoder choose another beginning, and with it often
// another finding.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "runtime/decoding/constraints.h"
#include "runtime/tokenizers/tokenizer.h"

namespace hilum::runtime {

class LeftOut {
 public:
  LeftOut() = default;
  LeftOut(std::shared_ptr<const Tokenizer> tokenizer, const LeftOutWords& words);

  // How many tokens at the end of `tokens` make, together with `id`, a word that is left out where it stands;
  // nothing for any other word or place.
  std::optional<std::size_t> word_of(const std::vector<int>& tokens, int id) const;
  // The ids that may not follow such a word: what ends a sentence or goes on with a word, and what the table
  // names.
  const std::vector<int>& not_behind() const { return not_behind_; }
  bool may_not_follow(int id) const;
  // Whether a phrase's beginning may be taken back.
  bool may_go(std::string_view begun) const;

 private:
  bool may_stand_behind(const std::vector<int>& tokens, std::size_t count) const;
  std::shared_ptr<const Tokenizer> tokenizer_;
  std::unordered_set<std::string> words_;
  std::vector<std::string> behind_;
  std::vector<bool> ends_word_;  // by id: a word of the table ends with its text
  std::vector<int> not_behind_;  // ascending
  std::unordered_set<std::string> begun_;
  std::size_t longest_ = 0;  // bytes of a word
};

}  // namespace hilum::runtime
