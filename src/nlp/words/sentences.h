// Sentences and tokens of a report as byte ranges of the text they came from.
//
// A decimal ("1.2"), a number with commas, a time ("3:00"), "p.m.", levels ("T2/T3", "5/6"), "s/p" and "w/o",
// and the de-identification marks `___` and `XXXX` are one token each. A hyphen and any other slash are
// tokens of their own, so "air-space" and "air space" are the same two words, and "and/or" is two. A list
// number ("2.", "3)") and a bullet belong to the sentence they start. Blank lines end a sentence; a single
// line break does so only before a list item or a header ("IMPRESSION:"). Total: works on any bytes, never
// fails; linear in the length of the text. Thread-safe.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace hilum::nlp {

enum class TokenKind {
  kWord,
  kNumber,
  kMark,         // `___`, `XXXX`: a word that was taken out
  kPunctuation,  // one character (or one run of dots)
  kListNumber,   // "1." or "2)" or a bullet at the start of a sentence
};

struct Token {
  std::size_t begin = 0;  // bytes
  std::size_t end = 0;    // one past the last byte
  TokenKind kind = TokenKind::kWord;
};

struct Sentence {
  std::size_t begin = 0;  // bytes, without white space at either end
  std::size_t end = 0;
  std::size_t first_token = 0;  // indices into SplitText::tokens
  std::size_t end_token = 0;    // one past the last
};

struct SplitText {
  std::vector<Token> tokens;        // in order, never overlapping; every byte outside is white space
  std::vector<Sentence> sentences;  // in order; every token is in exactly one
};

SplitText split_sentences(std::string_view text);

// The bytes of a token or sentence.
template <typename Range>
std::string_view text_of(std::string_view text, const Range& range) {
  return text.substr(range.begin, range.end - range.begin);
}

}  // namespace hilum::nlp
