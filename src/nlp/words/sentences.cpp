#include "nlp/words/sentences.h"

#include <algorithm>
#include <array>

namespace hilum::nlp {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_letter(char c) { return is_upper(c) || is_lower(c); }
bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_stop(char c) { return c == '.' || c == '?' || c == '!'; }

// Words whose full stop ends no sentence. Lower case, without the stop.
constexpr std::array<std::string_view, 22> kAbbreviations = {
    "dr", "drs", "mr", "mrs", "ms",   "prof", "st",  "vs",  "approx", "e.g", "i.e",
    "eg", "ca",  "cf", "fig", "resp", "no",   "a.m", "p.m", "incl",   "est", "dept"};

class Splitter {
 public:
  explicit Splitter(std::string_view text) : text_(text) {}

  SplitText run() {
    while (at_ < text_.size()) {
      if (const std::size_t n = space_length(at_); n > 0) {
        read_space(n);
      } else {
        read_token();
      }
    }
    end_sentence();
    return std::move(out_);
  }

 private:
  char peek(std::size_t i) const { return i < text_.size() ? text_[i] : '\0'; }

  // Bytes of the white space at i: ASCII, or a no-break space.
  std::size_t space_length(std::size_t i) const {
    if (is_space(peek(i)) && i < text_.size()) return 1;
    return text_.substr(i, 2) == "\xC2\xA0" ? 2 : 0;
  }

  // Bytes of a non-ASCII punctuation mark at i: U+2010..U+2027 (dashes, quotes, bullet, ellipsis), U+00B7.
  std::size_t wide_punctuation(std::size_t i) const {
    if (text_.substr(i, 2) == "\xC2\xB7") return 2;
    if (text_.substr(i, 2) != "\xE2\x80" || i + 2 >= text_.size()) return 0;
    const auto last = static_cast<unsigned char>(text_[i + 2]);
    return last >= 0x90 && last <= 0xA7 ? 3 : 0;
  }

  bool word_byte(std::size_t i) const {
    if (i >= text_.size()) return false;
    const char c = text_[i];
    if (is_letter(c) || is_digit(c) || c == '_') return true;
    return static_cast<unsigned char>(c) >= 0x80 && wide_punctuation(i) == 0 && space_length(i) == 0;
  }

  bool at_sentence_start() const { return out_.tokens.size() == first_token_; }

  void add(std::size_t end, TokenKind kind) {
    out_.tokens.push_back({at_, end, kind});
    at_ = end;
  }

  void end_sentence() {
    if (at_sentence_start()) return;
    out_.sentences.push_back(
        {out_.tokens[first_token_].begin, out_.tokens.back().end, first_token_, out_.tokens.size()});
    first_token_ = out_.tokens.size();
  }

  void read_space(std::size_t n) {
    int breaks = 0;
    for (; n > 0; n = space_length(at_)) {
      if (text_[at_] == '\n') ++breaks;
      at_ += n;
    }
    if (breaks == 0) return;
    // After a blank line or before an item or header the line break is an end; else it is a wrapped line.
    if (breaks > 1 || list_mark(at_, true) > 0 || header_ahead()) {
      end_sentence();
      if (breaks > 1) expected_item_ = 0;
    }
  }

  // "FINDINGS:" at the start of a line.
  bool header_ahead() const {
    std::size_t i = at_;
    while (is_upper(peek(i)) ||
           (i > at_ && (peek(i) == ' ' || peek(i) == '/' || peek(i) == ',' || peek(i) == '-'))) {
      if (++i > at_ + 60) return false;
    }
    return i > at_ + 2 && peek(i) == ':';
  }

  // Length of a list mark at i ("1.", "12)", "-", "*", a bullet), or 0. `line_start`: i begins a line, where
  // a dash can be a bullet.
  std::size_t list_mark(std::size_t i, bool line_start) const {
    if (line_start && (peek(i) == '-' || peek(i) == '*') && space_length(i + 1) > 0) return 1;
    if (text_.substr(i, 3) == "\xE2\x80\xA2") return 3;
    std::size_t digits = 0;
    while (digits < 3 && is_digit(peek(i + digits))) ++digits;
    if (digits == 0 || digits == 3 || (peek(i + digits) != '.' && peek(i + digits) != ')')) return 0;
    const std::size_t after = i + digits + 1;
    return space_length(after) > 0 || is_letter(peek(after)) ? digits + 1 : 0;
  }

  int number_at(std::size_t i) const {
    int value = 0;
    while (is_digit(peek(i)) && value < 1000) value = value * 10 + (text_[i++] - '0');
    return value;
  }

  void read_token() {
    const bool line_start = at_ == 0 || text_[at_ - 1] == '\n' || at_sentence_start();
    if (const std::size_t length = list_mark(at_, line_start); length > 0) {
      const bool numbered = is_digit(text_[at_]);
      const int number = numbered ? number_at(at_) : 0;
      // Inside a sentence only the number that the list has to go on with is an item ("… disease 2. Stable
      // …"), or the first one behind a header ("IMPRESSION: 1. No …").
      const bool behind_header =
          number == 1 && !at_sentence_start() && text_of(text_, out_.tokens.back()) == ":";
      const bool goes_on = behind_header || (numbered && number > 1 && number == expected_item_);
      if (at_sentence_start() || (goes_on && is_upper(peek(skip_space(at_ + length))))) {
        end_sentence();
        add(at_ + length, TokenKind::kListNumber);
        if (numbered) expected_item_ = number + 1;
        return;
      }
    }
    if (is_digit(text_[at_])) return read_number();
    if (word_byte(at_)) return read_word();
    if (is_stop(text_[at_])) return read_stop();
    const std::size_t wide = wide_punctuation(at_);
    add(at_ + (wide > 0 ? wide : 1), TokenKind::kPunctuation);
  }

  std::size_t skip_space(std::size_t i) const {
    for (std::size_t n = space_length(i); n > 0; n = space_length(i)) i += n;
    return i;
  }

  // "1.2", "1,000", "3:00", "5/6", "11/02/2011", "2012", "3rd", "2nd"; a unit that touches ("4cm") splits
  // off.
  void read_number() {
    std::size_t i = at_;
    for (;;) {
      while (is_digit(peek(i))) ++i;
      const char c = peek(i);
      if ((c == '.' || c == ',' || c == ':' || c == '/') && is_digit(peek(i + 1))) {
        ++i;
        continue;
      }
      break;
    }
    const std::string_view suffix = text_.substr(i, 2);
    if ((suffix == "st" || suffix == "nd" || suffix == "rd" || suffix == "th") && !word_byte(i + 2)) i += 2;
    add(i, TokenKind::kNumber);
  }

  void read_word() {
    std::size_t i = at_;
    if (text_[i] == '_') {
      while (peek(i) == '_') ++i;
      return add(i, TokenKind::kMark);
    }
    while (word_byte(i) && peek(i) != '_') ++i;
    const std::string_view word = text_.substr(at_, i - at_);
    if (word.size() >= 3 && word.find_first_not_of('X') == std::string_view::npos)
      return add(i, TokenKind::kMark);
    // "T2/T3", "L4/5": a level on either side of the slash.
    while (peek(i) == '/' && is_digit(text_[i - 1])) {
      std::size_t j = i + 1;
      while (is_letter(peek(j)) && j < i + 2) ++j;
      if (!is_digit(peek(j))) break;
      while (is_digit(peek(j))) ++j;
      i = j;
    }
    // "s/p", "w/o", "r/o", "c/w": a letter, a slash, a letter or nothing.
    if (i - at_ == 1 && peek(i) == '/') {
      if (is_letter(peek(i + 1)) && !word_byte(i + 2)) return add(i + 2, TokenKind::kWord);
      if (space_length(i + 1) > 0) return add(i + 1, TokenKind::kWord);
    }
    // "p.m.", "e.g.", "A.P.": letters with stops between them keep all their stops.
    if (i - at_ == 1 && peek(i) == '.' && is_letter(peek(i + 1)) && peek(i + 2) == '.') {
      while (is_letter(peek(i + 1)) && peek(i + 2) == '.') i += 2;
      const bool ends = abbreviation_ends_sentence(i + 1);
      add(i + 1, TokenKind::kWord);
      if (ends) end_sentence();
      return;
    }
    // "patient's": the apostrophe stays inside.
    if (peek(i) == '\'' && is_letter(peek(i + 1))) {
      ++i;
      while (word_byte(i)) ++i;
    }
    add(i, TokenKind::kWord);
  }

  // After "p.m.": a new sentence begins with a capital on the far side of the space.
  bool abbreviation_ends_sentence(std::size_t after) const {
    const std::size_t next = skip_space(after);
    return next > after && is_upper(peek(next));
  }

  void read_stop() {
    std::size_t i = at_;
    while (is_stop(peek(i))) ++i;
    const bool question = text_[at_] != '.';
    // The question mark of a bracketed or leading "?" ("? pneumonia", "(?)") asks, it does not end.
    const std::size_t before = at_;
    const bool touches_word =
        before > 0 && (word_byte(before - 1) || text_[before - 1] == ')' || text_[before - 1] == ']' ||
                       text_[before - 1] == '"' || text_[before - 1] == '\'');
    const std::size_t next = skip_space(i);
    bool ends = next > i || i >= text_.size();
    if (!ends)
      ends = is_upper(peek(i)) || (is_letter(peek(i)) && touches_word) || (is_digit(peek(i)) && touches_word);
    if (question && !touches_word && i - at_ == 1) ends = false;
    if (ends && !question && i - at_ == 1 && !out_.tokens.empty() && !at_sentence_start() &&
        next < text_.size()) {
      ends = !after_abbreviation(next);
    }
    while (peek(i) == '"' && ends) ++i;
    add(i, TokenKind::kPunctuation);
    if (ends) end_sentence();
  }

  bool after_abbreviation(std::size_t next) const {
    const Token& last = out_.tokens.back();
    if (last.end != at_ || last.kind != TokenKind::kWord) return false;
    const std::string_view word = text_of(text_, last);
    std::array<char, 8> lower{};
    if (word.size() > lower.size()) return false;
    std::transform(word.begin(), word.end(), lower.begin(),
                   [](char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; });
    const std::string_view folded(lower.data(), word.size());
    if (std::find(kAbbreviations.begin(), kAbbreviations.end(), folded) == kAbbreviations.end()) return false;
    // "vs. Consolidation" and "Dr. Smith" go on whatever follows; "No." is the number only before a digit.
    if (folded == "no") return is_digit(peek(next));
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t first_token_ = 0;
  int expected_item_ = 0;
  SplitText out_;
};

}  // namespace

SplitText split_sentences(std::string_view text) { return Splitter(text).run(); }

}  // namespace hilum::nlp
