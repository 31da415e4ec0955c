#include "hilum/runtime/constraints.h"

#include <algorithm>
#include <limits>
#include <string_view>

#include "hilum/core/text.h"

namespace hilum::runtime {
namespace {

constexpr float kBarred = -std::numeric_limits<float>::infinity();

bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         static_cast<unsigned char>(c) >= 0x80;
}

// Whether a phrase may begin at `at`: at the start of the text or of a word.
bool begins_at(std::string_view text, std::size_t at) {
  return at == 0 || !is_word_byte(text[at - 1]) || !is_word_byte(text[at]);
}

bool holds(std::string_view text, std::string_view phrase) {
  for (std::size_t at = text.find(phrase); at != std::string_view::npos; at = text.find(phrase, at + 1)) {
    if (begins_at(text, at)) return true;
  }
  return false;
}

}  // namespace

Result<Constraints> Constraints::make(std::shared_ptr<const Tokenizer> tokenizer,
                                      const std::vector<std::string>& forbid,
                                      const std::vector<std::string>& require, int eos) {
  Constraints made;
  made.tokenizer_ = std::move(tokenizer);
  made.eos_ = eos;
  const int size = made.tokenizer_->size();
  std::vector<std::string> pieces;
  for (int id = 0; id < size; ++id) pieces.push_back(to_lower(made.tokenizer_->piece(id)));
  for (const std::string& phrase : forbid) {
    Forbidden rule{to_lower(collapse_spaces(phrase)), {}};
    if (rule.text.empty()) return Status(ErrorCode::kUsage, "--forbid: an empty phrase");
    rule.completers.resize(rule.text.size());
    for (int id = 0; id < size; ++id) {
      const std::string& piece = pieces[static_cast<std::size_t>(id)];
      for (std::size_t there = 1; there < rule.text.size(); ++there) {
        if (starts_with(piece, std::string_view(rule.text).substr(there)))
          rule.completers[there].push_back(id);
      }
      // Whole inside one piece; where the piece begins, the text before it decides (apply).
      if (piece.find(rule.text) != std::string::npos) rule.completers[0].push_back(id);
    }
    made.forbidden_.push_back(std::move(rule));
  }
  for (const std::string& phrase : require) {
    const std::string text = collapse_spaces(phrase);
    if (text.empty()) return Status(ErrorCode::kUsage, "--require: an empty phrase");
    HILUM_ASSIGN(Encoded encoded, made.tokenizer_->encode(text));
    if (encoded.unknown_words > 0 || encoded.ids.empty()) {
      return Status(ErrorCode::kUsage, "--require: the bundle's vocabulary lacks a word of '" + text + "'");
    }
    // What the tokens say, so that the phrase is found again in the text (a word-level tokenizer puts blanks
    // between).
    const std::string said = to_lower(made.tokenizer_->decode(encoded.ids));
    for (const Forbidden& rule : made.forbidden_) {
      if (holds(said, rule.text))
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
  for (const Forbidden& rule : forbidden_) {
    for (const int id : rule.completers[0]) {
      // The first piece of a text loses its blank; elsewhere the bytes decide.
      const std::string piece = to_lower(tokenizer_->piece(id));
      if (holds(text.empty() ? std::string(trim(piece)) : text + piece, rule.text)) bar(id);
    }
    for (std::size_t there = 1; there < rule.text.size() && there <= text.size(); ++there) {
      if (!ends_with(text, std::string_view(rule.text).substr(0, there))) continue;
      if (!begins_at(text, text.size() - there)) continue;
      for (const int id : rule.completers[there]) bar(id);
    }
  }
}

ConstraintState Constraints::advance(ConstraintState state) const {
  if (state.phrase < 0) return state;
  if (++state.at >= required_[static_cast<std::size_t>(state.phrase)].ids.size()) return {};
  return state;
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
