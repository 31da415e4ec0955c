// A paraphrase table of METEOR 1.5 (its data/paraphrase-*.gz, or the same unpacked): three lines a pair, a
// number that is not used, a phrase, its paraphrase. Only pairs whose words all occur in the texts are kept,
// so that the English table needs little memory. Read-only once loaded; safe from any thread.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "hilum/status.h"

#include "eval/words/corpus.h"

namespace hilum::eval {

using Phrase = std::u32string;  // of word numbers

class ParaphraseTable {
 public:
  // `words` are those of the texts. kFileNotFound; kFileInvalid names the line; kFileUnreadable when the
  // file is damaged.
  static Result<ParaphraseTable> load(const std::string& path, const Vocabulary& words);

  struct Hit {
    std::size_t length;  // words of the phrase
    const Phrase* paraphrase;
  };
  // Every pair whose phrase begins at `at`, shorter phrases first, then in the order of the file.
  std::vector<Hit> at(const Phrase& text, std::size_t at) const;

  std::size_t pairs() const { return pairs_; }  // in the file
  std::size_t kept() const { return kept_; }
  const std::string& description() const { return description_; }  // "name.gz sha256 1f2e…"

 private:
  std::unordered_map<Phrase, std::vector<Phrase>> paraphrases_;
  std::size_t longest_ = 0, pairs_ = 0, kept_ = 0;
  std::string description_;
};

}  // namespace hilum::eval
