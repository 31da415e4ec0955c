#include "runtime/decoding/constraints.h"

#include <algorithm>
#include <limits>
#include <string_view>

#include "core/text/text.h"
#include "runtime/decoding/left_out.h"
#include "runtime/decoding/phrase_bounds.h"

namespace hilum::runtime {
namespace {

constexpr float kBarred = -std::numeric_limits<float>::infinity();

// Whether the phrase stands in the text, at byte `from` or later.
bool holds(std::string_view text, std::string_view phrase, bool whole_words = false, std::size_t from = 0) {
  for (std::size_t at = text.find(phrase, from); at != std::string_view::npos;
       at = text.find(phrase, at + 1)) {
    if (begins_at(text, at) && (!whole_words || ends_at(text, at + phrase.size()))) return true;
  }
  return false;
}

}  // namespace

Status Constraints::forbid(const std::vector<std::string>& phrases, bool whole_words) {
  for (const std::string& phrase : phrases) {
    Forbidden rule{to_lower(collapse_spaces(phrase)), whole_words};
    if (rule.text.empty()) return Status(ErrorCode::kUsage, "setting 'forbid': an empty phrase");
    longest_ = std::max(longest_, rule.text.size());
    forbidden_.push_back(std::move(rule));
  }
  return Status::ok();
}

// Which ids bring a forbidden phrase in: alone, or behind the start of one.
void Constraints::index_pieces() {
  std::vector<std::pair<std::string, int>>
      pieces;  // by text, so that those with one beginning are neighbours
  for (int id = 0; id < tokenizer_->size(); ++id) {
    std::string piece = to_lower(tokenizer_->piece(id));
    if (!piece.empty()) pieces.emplace_back(std::move(piece), id);
  }
  std::sort(pieces.begin(), pieces.end());
  const auto each_with = [&](std::string_view start, bool whole_words, std::vector<int>& ids) {
    auto at = std::lower_bound(pieces.begin(), pieces.end(), start,
                               [](const auto& entry, std::string_view value) { return entry.first < value; });
    for (; at != pieces.end() && starts_with(at->first, start); ++at) {
      if (!whole_words || ends_at(at->first, start.size())) ids.push_back(at->second);
    }
  };
  for (const Forbidden& rule : forbidden_) {
    const std::string_view text = rule.text;
    each_with(text, rule.whole_words, is_word_byte(text.front()) ? never_at_start_ : never_);
    for (std::size_t there = 1; there < text.size(); ++there) {
      std::vector<int> ids;
      each_with(text.substr(there), rule.whole_words, ids);
      if (ids.empty()) continue;
      std::vector<int>& all = completers_[std::string(text.substr(0, there))];
      all.insert(all.end(), ids.begin(), ids.end());
    }
    for (const auto& [piece, id] : pieces) {
      if (piece.size() > text.size() && holds(piece, text, rule.whole_words, 1)) never_.push_back(id);
    }
  }
}

Result<Constraints> Constraints::make(std::shared_ptr<const Tokenizer> tokenizer,
                                      const ConstraintPhrases& phrases, int eos) {
  Constraints made;
  made.tokenizer_ = std::move(tokenizer);
  made.eos_ = eos;
  HILUM_RETURN_IF_ERROR(made.forbid(phrases.forbid, false));
  HILUM_RETURN_IF_ERROR(made.forbid(phrases.forbid_words, true));
  made.index_pieces();
  if (!phrases.leave_out.words.empty())
    made.left_out_ = std::make_shared<const LeftOut>(made.tokenizer_, phrases.leave_out);
  for (const std::string& phrase : phrases.require) {
    const std::string text = collapse_spaces(phrase);
    if (text.empty()) return Status(ErrorCode::kUsage, "setting 'require': an empty phrase");
    HILUM_ASSIGN(Encoded encoded, made.tokenizer_->encode(text));
    if (encoded.unknown_words > 0 || encoded.ids.empty()) {
      return Status(ErrorCode::kUsage,
                    "setting 'require': the bundle's vocabulary lacks a word of '" + text + "'");
    }
    // What the tokens say, so that the phrase is found again in the text (a word-level tokenizer puts blanks
    // between).
    const std::string said = to_lower(made.tokenizer_->decode(encoded.ids));
    for (const Forbidden& rule : made.forbidden_) {
      if (holds(said, rule.text, rule.whole_words))
        return Status(ErrorCode::kUsage, "'" + text + "' is required and '" + rule.text + "' forbidden");
    }
    made.required_.push_back({said, std::move(encoded.ids)});
  }
  return made;
}

std::string Constraints::text_of(const std::vector<int>& tokens) const {
  std::string text;
  for (const int id : tokens) text.append(tokenizer_->piece(id));
  if (!text.empty() && text.front() == ' ') text.erase(0, 1);
  return to_lower(text);
}

bool Constraints::wants_forcing(const std::string& text, int steps_left, ConstraintState& state,
                                std::vector<float>& logprobs) const {
  if (state.phrase >= 0) return true;
  int first_missing = -1;
  std::size_t needed = 1;  // the end token
  for (std::size_t i = 0; i < required_.size(); ++i) {
    if (holds(text, required_[i].text)) continue;
    if (first_missing < 0) first_missing = static_cast<int>(i);
    needed += required_[i].ids.size();
  }
  if (first_missing < 0) return false;
  const auto best = std::max_element(logprobs.begin(), logprobs.end()) - logprobs.begin();
  if (best != eos_ && static_cast<std::size_t>(steps_left) > needed) {
    logprobs[static_cast<std::size_t>(eos_)] = kBarred;
    return false;
  }
  state = {first_missing, 0};
  return true;
}

void Constraints::apply(const std::vector<int>& tokens, int steps_left, ConstraintState& state,
                        std::vector<float>& logprobs) const {
  const std::string text = text_of(tokens);
  if (!required_.empty() && wants_forcing(text, steps_left, state, logprobs)) {
    const auto forced =
        static_cast<std::size_t>(required_[static_cast<std::size_t>(state.phrase)].ids[state.at]);
    const float kept = logprobs[forced];
    std::fill(logprobs.begin(), logprobs.end(), kBarred);
    logprobs[forced] = kept;
    return;
  }
  const auto bar = [&](int id) {
    if (static_cast<std::size_t>(id) < logprobs.size()) logprobs[static_cast<std::size_t>(id)] = kBarred;
  };
  for_each_barred(text, [&](int id) {
    const bool may_be_left_out = left_out_ != nullptr && !state.left_out;
    if (!may_be_left_out || !left_out_->word_of(tokens, id)) bar(id);
  });
  if (state.left_out) {
    for (const int id : left_out_->not_behind()) bar(id);
    bar(eos_);
  }
}

template <typename Bar>
void Constraints::for_each_barred(const std::string& text, const Bar& bar) const {
  for (const int id : never_) bar(id);
  if (text.empty() || !is_word_byte(text.back())) {
    for (const int id : never_at_start_) bar(id);
  }
  // Of a phrase at most all but its last byte is there.
  for (std::size_t there = 1; there < longest_ && there <= text.size(); ++there) {
    if (!begins_at(text, text.size() - there)) continue;
    const auto found = completers_.find(text.substr(text.size() - there));
    if (found == completers_.end()) continue;
    for (const int id : found->second) bar(id);
  }
}

// How many tokens at the end are the beginning of a forbidden phrase that `wanted` completes and that may be
// taken back; 0 for none.
std::size_t Constraints::begun_phrase(const std::vector<int>& tokens, const std::string& text,
                                      int wanted) const {
  std::size_t longest = 0;
  for (std::size_t there = 1; there < longest_ && there <= text.size(); ++there) {
    const std::string begun = text.substr(text.size() - there);
    const auto found = completers_.find(begun);
    if (found == completers_.end() || !begins_at(text, text.size() - there) || !left_out_->may_go(begun))
      continue;
    if (std::find(found->second.begin(), found->second.end(), wanted) != found->second.end()) longest = there;
  }
  std::size_t bytes = 0;
  for (std::size_t count = 1; count <= tokens.size() && bytes < longest; ++count) {
    const std::string_view piece = tokenizer_->piece(tokens[tokens.size() - count]);
    bytes += piece.size();
    const std::size_t blank = !piece.empty() && piece.front() == ' ' ? 1 : 0;
    if (bytes - blank == longest) return count;
  }
  return 0;
}

// How many tokens at the end are the beginning of a word or phrase that the decoder would have gone on with,
// had the rest not been barred, while `id` leads elsewhere; 0 where nothing is broken off.
std::size_t Constraints::broken_off(const std::vector<int>& tokens, int id, const float* offered,
                                    std::size_t offers) const {
  const auto goes_on = [&](int token) {
    const std::string_view piece = tokenizer_->piece(token);
    return !piece.empty() && is_word_byte(piece.front());
  };
  if (tokens.empty() || goes_on(id) || forbidden_.empty()) return 0;
  const std::string_view last = tokenizer_->piece(tokens.back());
  if (last.empty() || !is_word_byte(last.back())) return 0;
  const int best = static_cast<int>(std::max_element(offered, offered + offers) - offered);
  if (best == id) return 0;
  const std::string text = text_of(tokens);
  bool barred = false;
  for_each_barred(text, [&](int token) { barred = barred || token == best; });
  if (!barred) return 0;
  if (!goes_on(best))
    return left_out_ != nullptr && left_out_->may_not_follow(id) ? begun_phrase(tokens, text, best) : 0;
  for (std::size_t count = 1; count <= tokens.size(); ++count) {
    std::string_view piece = tokenizer_->piece(tokens[tokens.size() - count]);
    const bool begins = count == tokens.size() || piece.empty() || !is_word_byte(piece.front());
    if (!piece.empty() && piece.front() == ' ') piece.remove_prefix(1);
    // A token that holds more than this word cannot be taken back.
    if (!std::all_of(piece.begin(), piece.end(), is_word_byte)) return 0;
    if (begins) return piece.empty() ? count - 1 : count;
  }
  return 0;
}

TokenEffect Constraints::take(const std::vector<int>& tokens, int id, const float* offered,
                              std::size_t offers, ConstraintState& state) const {
  TokenEffect effect;
  if (state.phrase >= 0) {
    const bool done = ++state.at >= required_[static_cast<std::size_t>(state.phrase)].ids.size();
    if (done) state = {};
    return effect;
  }
  if (left_out_ != nullptr && !state.left_out) {
    if (const auto word = left_out_->word_of(tokens, id)) {
      const int first = *word == 0 ? id : tokens[tokens.size() - *word];
      const std::string_view piece = tokenizer_->piece(first);
      const std::size_t at = !piece.empty() && piece.front() == ' ' ? 1 : 0;
      state.left_out = true;
      state.capital = at < piece.size() && piece[at] >= 'A' && piece[at] <= 'Z';
      return {*word, false, false};
    }
  }
  effect.taken_back = broken_off(tokens, id, offered, offers);
  effect.capital = state.left_out && state.capital;
  state = {};
  return effect;
}

std::vector<std::string> Constraints::missing(const std::vector<int>& tokens) const {
  const std::string text = text_of(tokens);
  std::vector<std::string> out;
  for (const Required& rule : required_) {
    if (!holds(text, rule.text)) out.push_back(rule.text);
  }
  return out;
}

}  // namespace hilum::runtime
