// The phrases of every sentence of a text, for rules that judge sentence by sentence.
#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

#include "nlp/words/phrases.h"
#include "nlp/words/sentences.h"

namespace hilum::nlp {

// Calls `visit(sentence, words, matches)` for each sentence, the matches by where they begin and at one place
// the longest first, until it returns false.
template <typename Visit>
void for_each_sentence(const PhraseMatcher& matcher, std::string_view text, const SplitText& split,
                       const Visit& visit) {
  Words words;
  std::vector<PhraseMatch> matches;
  for (const Sentence& sentence : split.sentences) {
    matches.clear();
    matcher.read(text, split, sentence, words);
    matcher.find(words, matches);
    std::stable_sort(matches.begin(), matches.end(), [](const PhraseMatch& a, const PhraseMatch& b) {
      return a.first != b.first ? a.first < b.first : a.last > b.last;
    });
    if (!visit(sentence, words, matches)) return;
  }
}

}  // namespace hilum::nlp
