// Finds many phrases in a sentence at once, word by word: a trie over words with hashed look-up, so the cost
// is that of the text, whatever the number of phrases. Immutable after the last add(); then safe from any
// thread.
//
// A phrase is words with blanks between, lower case:
//   opaci*      any word that starts so        a|b       one of these words
//   pleural?    a word that may be missing     ~3        up to three words of any kind, but no punctuation
// Hyphens count for nothing on either side ("air-space" is "air space"). `/`, `,`, `;`, `:`, `(`, `)` and `?`
// are words.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "hilum/status.h"

#include "nlp/words/sentences.h"

namespace hilum::nlp {

struct PhraseMatch {
  std::size_t first = 0;  // words of the sentence, inclusive
  std::size_t last = 0;
  std::uint32_t id = 0;
};

// A sentence as the matcher sees it: its tokens without hyphens, list numbers and stops.
struct Words {
  std::vector<std::size_t> tokens;        // index of each word's token in SplitText::tokens
  std::vector<std::uint32_t> exact;       // symbol of the word, 0 when no phrase has it
  std::vector<std::uint32_t> first_stem;  // range in `stems` of the prefixes the word starts with
  std::vector<std::uint32_t> stems;
  std::size_t size() const { return tokens.size(); }
};

class PhraseMatcher {
 public:
  // kConfig for a phrase that is empty, too wide (more than 4,096 spellings) or ends in a gap.
  Status add(std::string_view phrase, std::uint32_t id);

  // Fills `words` (reused from call to call) with a sentence.
  void read(std::string_view text, const SplitText& split, const Sentence& sentence, Words& words) const;

  // Appends every match, longest or not, ordered by first word.
  void find(const Words& words, std::vector<PhraseMatch>& matches) const;

 private:
  struct Node {
    std::unordered_map<std::uint32_t, std::uint32_t> next;  // symbol -> node
    std::vector<std::uint32_t> ids;
    std::uint32_t gap_node = 0;  // what follows a gap of up to gap_words
    std::size_t gap_words = 0;
  };
  std::uint32_t symbol_of(std::string_view word, bool stem);
  std::uint32_t lookup(std::uint64_t hash, std::string_view word, bool stem) const;
  void walk(const Words& words, std::size_t first, std::size_t at, std::uint32_t node, std::size_t depth,
            std::vector<PhraseMatch>& matches) const;

  std::vector<Node> nodes_ = std::vector<Node>(1);
  std::unordered_map<std::uint64_t, std::uint32_t> symbols_;
  std::vector<std::string> names_ = std::vector<std::string>(1);  // of each symbol; stems end in '*'
  std::uint64_t stem_lengths_ = 0;                                // bit n: there is a stem of n letters
  std::vector<bool> punctuation_ = std::vector<bool>(1);          // of each symbol
};

}  // namespace hilum::nlp
