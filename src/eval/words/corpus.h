// Hypotheses and references as interned words: each distinct word is one number, so metrics compare integers.
// Not thread-safe while texts are added; read-only use is.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "eval/words/preprocess.h"

namespace hilum::eval {

using WordId = std::uint32_t;

// Words to numbers 0, 1, …, in order of first appearance.
class Vocabulary {
 public:
  Vocabulary();
  WordId intern(std::string_view word);
  std::optional<WordId> find(std::string_view word) const;
  std::size_t size() const { return words_.size(); }
  std::string_view word(WordId id) const { return words_[id]; }

 private:
  void grow();
  std::deque<std::string> blocks_;  // stable storage of the words
  std::vector<std::string_view> words_;
  std::vector<std::uint32_t> slots_;  // id + 1; 0 is free
};

// A run of word numbers inside a corpus.
struct Words {
  const WordId* data = nullptr;
  std::size_t size = 0;
  WordId operator[](std::size_t i) const { return data[i]; }
};

// One hypothesis and its references (one or more). `text` of the result is prepared by `kind` before it is
// cut into words, once between any white space and once, for COCO's ROUGE-L, between single blanks.
class Corpus {
 public:
  explicit Corpus(Preprocess kind) : kind_(kind) {}

  // `cut_reference` and `cut_hypothesis`: keep that many words; 0 keeps all.
  void add(std::string_view hypothesis, const std::vector<std::string_view>& references,
           std::size_t cut_hypothesis = 0, std::size_t cut_reference = 0);

  std::size_t size() const { return first_text_.size() - 1; }
  Preprocess kind() const { return kind_; }
  const Vocabulary& vocabulary() const { return vocabulary_; }
  std::size_t references(std::size_t pair) const { return first_text_[pair + 1] - first_text_[pair] - 1; }
  Words hypothesis(std::size_t pair) const { return words(first_text_[pair]); }
  Words reference(std::size_t pair, std::size_t k) const { return words(first_text_[pair] + 1 + k); }
  Words spaced_hypothesis(std::size_t pair) const { return spaced(first_text_[pair]); }
  Words spaced_reference(std::size_t pair, std::size_t k) const { return spaced(first_text_[pair] + 1 + k); }
  std::string join(Words words) const;

 private:
  struct Text {
    std::size_t begin = 0, end = 0;                // in words_
    std::size_t spaced_begin = 0, spaced_end = 0;  // the same range when both ways of cutting agree
  };
  void add_text(std::string_view text, std::size_t cut);
  Words words(std::size_t text) const {
    return {words_.data() + texts_[text].begin, texts_[text].end - texts_[text].begin};
  }
  Words spaced(std::size_t text) const {
    return {words_.data() + texts_[text].spaced_begin, texts_[text].spaced_end - texts_[text].spaced_begin};
  }
  Preprocess kind_;
  Vocabulary vocabulary_;
  std::vector<WordId> words_;
  std::vector<Text> texts_;
  std::vector<std::size_t> first_text_{0};
};

}  // namespace hilum::eval
