#include "runtime/decoding/left_out.h"

#include <algorithm>
#include <string_view>

#include "core/text/text.h"
#include "runtime/decoding/phrase_bounds.h"

namespace hilum::runtime {
namespace {

std::string_view without_blank(std::string_view piece) {
  if (!piece.empty() && piece.front() == ' ') piece.remove_prefix(1);
  return piece;
}

bool ends_sentence(std::string_view text) {
  return text.empty() || text.back() == '.' || text.back() == ':' || text.back() == '!' || text.back() == '?';
}

}  // namespace

LeftOut::LeftOut(std::shared_ptr<const Tokenizer> tokenizer, const LeftOutWords& words)
    : tokenizer_(std::move(tokenizer)) {
  for (const std::string& word : words.words) {
    words_.insert(to_lower(word));
    longest_ = std::max(longest_, word.size());
  }
  for (const std::string& before : words.behind) behind_.push_back(to_lower(collapse_spaces(before)));
  for (const std::string& word : words.begun) begun_.insert(to_lower(word));
  std::unordered_set<std::string> not_before;
  for (const std::string& word : words.not_before) not_before.insert(to_lower(word));
  ends_word_.resize(static_cast<std::size_t>(tokenizer_->size()), false);
  for (int id = 0; id < tokenizer_->size(); ++id) {
    const std::string piece = to_lower(tokenizer_->piece(id));
    const std::string_view bare = without_blank(piece);
    ends_word_[static_cast<std::size_t>(id)] =
        !bare.empty() &&
        std::any_of(words_.begin(), words_.end(), [&](const std::string& w) { return ends_with(w, bare); });
    // A special id has no text: the end, or the step to the next section.
    const bool goes_on = bare.size() == piece.size() && !bare.empty() && is_word_byte(bare.front());
    const bool named = not_before.count(std::string(bare.substr(0, bare.find(' ')))) > 0;
    if (bare.empty() || goes_on || named || !is_word_byte(bare.front())) not_behind_.push_back(id);
  }
}

bool LeftOut::may_not_follow(int id) const {
  return std::binary_search(not_behind_.begin(), not_behind_.end(), id);
}

bool LeftOut::may_go(std::string_view begun) const {
  const std::vector<std::string> words = split_words(begun);
  return !words.empty() && std::all_of(words.begin(), words.end(),
                                       [&](const std::string& word) { return begun_.count(word) > 0; });
}

bool LeftOut::may_stand_behind(const std::vector<int>& tokens, std::size_t count) const {
  if (count == 0 || tokenizer_->piece(tokens[count - 1]).empty()) return true;
  // As many tokens as the longest entry could have, and then some.
  constexpr std::size_t kLook = 24;
  std::string text;
  for (std::size_t i = count - std::min(count, kLook); i < count; ++i)
    text.append(tokenizer_->piece(tokens[i]));
  text = to_lower(trim(text));
  if (ends_sentence(text)) return true;
  return std::any_of(behind_.begin(), behind_.end(), [&](const std::string& before) {
    return ends_with(text, before) && begins_at(text, text.size() - before.size());
  });
}

std::optional<std::size_t> LeftOut::word_of(const std::vector<int>& tokens, int id) const {
  if (id < 0 || static_cast<std::size_t>(id) >= ends_word_.size() ||
      !ends_word_[static_cast<std::size_t>(id)])
    return std::nullopt;
  std::string word = to_lower(tokenizer_->piece(id));
  for (std::size_t taken = 0; word.size() <= longest_ + 1; ++taken) {
    const bool first = taken == tokens.size();
    if (word.front() == ' ' || first) {
      if (words_.count(std::string(without_blank(word))) == 0 ||
          !may_stand_behind(tokens, tokens.size() - taken))
        return std::nullopt;
      return taken;
    }
    const std::string_view before = tokenizer_->piece(tokens[tokens.size() - taken - 1]);
    if (before.empty()) return std::nullopt;
    word = to_lower(before) + word;
  }
  return std::nullopt;
}

}  // namespace hilum::runtime
