// Phrases that must not, or must, appear in the generated text. Works on the text the tokens make, so that no
// other way of cutting a forbidden phrase into tokens slips through. ASCII letters compare without regard to
// case.
//
// A forbidden phrase matches where a word begins: "mass" also forbids "massive", not "biomass". Forbidden
// words match where a word begins and, as far as a token shows it, where one ends: "again" does not forbid
// "against" in one token, but does forbid "again" with "st" as a token of its own. A required phrase that is
// still missing when the model would end, or when the limit leaves just room for it, is put in there, token
// by token; until then the end token is barred.
//
// Two things are mended rather than barred. A word that only says how something changed ("stable") may be
// left out: the decoder hears it and goes on with the finding behind it, the text does without. And where the
// rest of a word is barred that the decoder has begun and would finish ("un" of "unchanged"), the beginning
// is taken back as soon as another word follows; so is, before a mark or a preposition, the "has" of "has
// increased". Immutable; threads may share it. A step costs a look-up for
// each word that begins near the end of the text, however many phrases there are.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "hilum/status.h"

#include "runtime/tokenizers/tokenizer.h"

namespace hilum::runtime {

// Where a beam stands: inside a phrase that is being put in, or not.
struct ConstraintState {
  int phrase = -1;
  std::size_t at = 0;
  bool left_out = false;  // the last token was a word that the text leaves out
  bool capital = false;   // and it had a capital letter, which the next word takes over
};

// Forbidden words that are left out where something else of the sentence stays.
struct LeftOutWords {
  std::vector<std::string> words;
  std::vector<std::string> behind;      // words in front of them, besides the start of a sentence
  std::vector<std::string> not_before;  // words that may not follow; no mark and no end may either
  std::vector<std::string> begun;  // beginnings of forbidden phrases ("has" of "has increased"), of these
                                   // words alone, that are taken back when none of what may follow them does
};

struct ConstraintPhrases {
  std::vector<std::string> forbid;        // from the start of a word
  std::vector<std::string> forbid_words;  // as whole words
  std::vector<std::string> require;
  LeftOutWords leave_out = {};  // `words` should be among `forbid_words`
};

// What a chosen token does to a text.
struct TokenEffect {
  std::size_t taken_back = 0;  // tokens at the end of the text that go
  bool kept = true;            // whether the token itself is part of the text
  bool capital = false;        // whether its first letter becomes a capital one
};

class LeftOut;

class Constraints {
 public:
  // kUsage when a phrase is empty, has words the vocabulary lacks, or a required one holds a forbidden one.
  static Result<Constraints> make(std::shared_ptr<const Tokenizer> tokenizer,
                                  const ConstraintPhrases& phrases, int eos);

  bool empty() const { return forbidden_.empty() && required_.empty(); }

  // Sets the log-probability of what may not follow `tokens` to minus infinity; while `state` is inside a
  // phrase, that is everything but its next token. `steps_left` counts this step.
  void apply(const std::vector<int>& tokens, int steps_left, ConstraintState& state,
             std::vector<float>& logprobs) const;

  // What choosing `id` behind `tokens` does, and the state after it. `offered` are the `offers`
  // log-probabilities before `apply`.
  TokenEffect take(const std::vector<int>& tokens, int id, const float* offered, std::size_t offers,
                   ConstraintState& state) const;

  // Phrases required and not in the text.
  std::vector<std::string> missing(const std::vector<int>& tokens) const;

 private:
  struct Forbidden {
    std::string text;  // lower case
    bool whole_words = false;
  };
  struct Required {
    std::string text;  // lower case
    std::vector<int> ids;
  };
  Status forbid(const std::vector<std::string>& phrases, bool whole_words);
  std::size_t begun_phrase(const std::vector<int>& tokens, const std::string& text, int wanted) const;
  std::size_t broken_off(const std::vector<int>& tokens, int id, const float* offered,
                         std::size_t offers) const;
  template <typename Bar>
  void for_each_barred(const std::string& text, const Bar& bar) const;
  void index_pieces();
  bool wants_forcing(const std::string& text, int steps_left, ConstraintState& state,
                     std::vector<float>& logprobs) const;
  std::string text_of(const std::vector<int>& tokens) const;
  std::shared_ptr<const Tokenizer> tokenizer_;
  std::vector<Forbidden> forbidden_;
  std::vector<int> never_;           // ids that hold a forbidden phrase behind their first byte
  std::vector<int> never_at_start_;  // ids that begin with one: barred unless they continue a word
  // What the text may end in, the start of a forbidden phrase, and the ids that complete one.
  std::unordered_map<std::string, std::vector<int>> completers_;
  std::size_t longest_ = 0;  // bytes of a forbidden phrase
  std::vector<Required> required_;
  std::shared_ptr<const LeftOut> left_out_;  // may be null
  int eos_ = 0;
};

}  // namespace hilum::runtime
