// Words of a text with their byte spans, and a table of phrases to look up in them. Made for rule-based
// readers: one pass finds every phrase of every category. Case does not matter, hyphens between words are
// optional ("intra-aortic", "intra aortic"). A TermText keeps its own lower-case copy; a TermTable is
// immutable after loading and safe to share between threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace hilum::nlp {

struct TermToken {
  enum class Kind : std::uint8_t { kWord, kNumber, kSymbol };
  std::size_t begin = 0, end = 0;  // bytes of the original text
  std::string_view text;   // lower case; symbols in ASCII where there is an equivalent (– is -, × is x)
  std::uint32_t word = 0;  // id in the phrase table, 0 when no phrase has the word
  Kind kind = Kind::kWord;
  bool glued = false;  // nothing between this token and the one before
};

class TermTable;

class TermText {
 public:
  // `text` must outlive nothing: what is needed is copied. Invalid UTF-8 becomes symbols.
  TermText(std::string_view text, const TermTable& table);
  TermText(const TermText&) = delete;
  TermText& operator=(const TermText&) = delete;

  std::size_t size() const { return tokens_.size(); }
  const TermToken& operator[](std::size_t i) const { return tokens_[i]; }
  std::string_view original() const { return original_; }
  bool is(std::size_t i, std::string_view text) const {
    return i < tokens_.size() && tokens_[i].text == text;
  }
  // The line breaks between token i-1 and token i.
  std::size_t breaks_before(std::size_t i) const;

 private:
  std::string original_, lower_;
  std::vector<TermToken> tokens_;
};

struct TermMatch {
  int category = 0;
  int value = 0;
  std::size_t first = 0, last = 0;  // tokens [first, last)
};

class TermTable {
 public:
  // A phrase that starts with '=' must be met in exactly this case ("=ET").
  void add(int category, int value, std::string_view phrase);

  // Every phrase met, by first token; inside one category a match within a longer one is dropped.
  std::vector<TermMatch> find(const TermText& tokens) const;

  std::uint32_t word_id(std::string_view lower_word) const;

 private:
  struct Entry {
    int category, value;
    std::string exact;  // empty: any case
  };
  struct Node {
    std::vector<Entry> entries;
  };
  std::uint32_t child(std::uint32_t node, std::uint32_t word) const;
  std::unordered_map<std::string, std::uint32_t> words_;
  std::unordered_map<std::uint64_t, std::uint32_t> edges_;  // node << 32 | word
  std::vector<Node> nodes_{1};
};

}  // namespace hilum::nlp
