// Text to token ids and back, one interface for the four kinds of tokenizer a bundle may carry. Immutable
// after loading; threads may share one.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hilum/bundle.h"
#include "hilum/status.h"

#include "runtime/tokenizers/tokenizer_spec.h"

namespace hilum::runtime {

struct Encoded {
  std::vector<int> ids;  // without begin and end tokens
  std::size_t unknown_words =
      0;  // what the vocabulary lacks: `unk` stands there, or nothing if there is no `unk`
};

class Tokenizer {
 public:
  virtual ~Tokenizer() = default;
  virtual Result<Encoded> encode(std::string_view text) const = 0;
  // The text that this id appends ("" for special ids and ids out of range). The text of a sequence is the
  // texts of its ids in a row, with blanks in front removed. May be part of a UTF-8 sequence.
  std::string_view piece(int id) const {
    return id >= 0 && id < size() ? std::string_view(pieces_[static_cast<std::size_t>(id)])
                                  : std::string_view();
  }
  int size() const { return static_cast<int>(pieces_.size()); }

  // The text of a sequence, invalid UTF-8 repaired.
  std::string decode(const std::vector<int>& ids) const;

 protected:
  std::vector<std::string> pieces_;  // by id
};

// Loads what the manifest names, from verified bytes. kBundleInvalid, kBundleAltered, kModuleMissing.
Result<std::shared_ptr<const Tokenizer>> load_tokenizer(const Bundle& bundle);

// The kinds by themselves. `json` is a Hugging Face tokenizer.json or a bare vocabulary {"word": id}.
// Word-level: runs of word characters or of other non-blank characters (the expression \w+|[^\w\s]+).
Result<std::shared_ptr<const Tokenizer>> make_wordlevel(std::string_view json, const TokenizerSpec& spec);
// Byte-level BPE as GPT-2's. `merges` is the text of merges.txt, or "" when `json` holds the merges.
Result<std::shared_ptr<const Tokenizer>> make_bpe(std::string_view json, std::string_view merges,
                                                  const TokenizerSpec& spec);
// BERT's: marks and case removed as the vocabulary wants it, cut at blanks and punctuation, then the longest
// pieces from the left. `vocabulary` is vocab.txt or, when spec.file ends in ".json", a tokenizer.json.
Result<std::shared_ptr<const Tokenizer>> make_wordpiece(std::string_view vocabulary,
                                                        const TokenizerSpec& spec);
// A serialised SentencePiece model, through the run-time module.
Result<std::shared_ptr<const Tokenizer>> make_sentencepiece(std::string_view model,
                                                            const TokenizerSpec& spec);

}  // namespace hilum::runtime
