#include "nlp/lunguage/qualifiers.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "hilum/json.h"

#include "core/files/file.h"
#include "core/text/text.h"
#include "nlp/words/sentence_phrases.h"
#include "nlp/words/sentences.h"
#include "record/json_lists.h"

namespace hilum::nlp {
namespace {

constexpr std::size_t kMaxFileBytes = 1u << 20;
constexpr std::array<std::string_view, 4> kRelations = {"comparison", "other source",
                                                        "assessment limitations", "no source"};
constexpr std::size_t kOtherSource = 1;
constexpr std::size_t kNoSource = 3;
constexpr std::size_t kMostWords = 8;  // taken by "…"

// The token behind the last one that "…" takes, from `token` on.
std::size_t rest_end(const SplitText& split, const Sentence& sentence, std::size_t token) {
  std::size_t words = 0;
  for (; token < sentence.end_token && words < kMostWords; ++token, ++words) {
    if (split.tokens[token].kind == TokenKind::kPunctuation) break;
  }
  return token;
}

}  // namespace

Result<QualifierFinder> QualifierFinder::load(const std::string& file) {
  std::string path = file;
  if (file.empty()) {
    HILUM_ASSIGN(path, find_data("configs/lexicon/qualifiers.json"));
  }
  HILUM_ASSIGN(const Json table, read_json_file(path, kMaxFileBytes));
  QualifierFinder finder;
  for (std::size_t relation = 0; relation < kRelations.size(); ++relation) {
    const auto list = texts_at(table, kRelations[relation]);
    if (!list) return list.status().at(path);
    for (const std::string& item : *list) {
      std::string_view phrase = trim(item);
      const bool takes_rest = ends_with(phrase, "…");
      if (takes_rest) phrase.remove_suffix(std::string_view("…").size());
      HILUM_RETURN_IF_ERROR(
          finder.matcher_.add(trim(phrase), static_cast<std::uint32_t>(finder.phrases_.size())).at(path));
      finder.phrases_.push_back({relation, takes_rest});
    }
  }
  return finder;
}

std::vector<Qualifier> QualifierFinder::find(std::string_view text) const {
  std::vector<Qualifier> found;
  const SplitText split = split_sentences(text);
  for_each_sentence(
      matcher_, text, split,
      [&](const Sentence& sentence, const Words& words, const std::vector<PhraseMatch>& matches) {
        const bool asks = std::any_of(matches.begin(), matches.end(), [&](const PhraseMatch& match) {
          return phrases_[match.id].relation == kNoSource;
        });
        std::size_t free = 0;  // token
        for (const PhraseMatch& match : matches) {
          const Phrase& phrase = phrases_[match.id];
          const std::size_t first = words.tokens[match.first];
          if (first < free || phrase.relation == kNoSource || (asks && phrase.relation == kOtherSource))
            continue;
          free = words.tokens[match.last] + 1;
          if (phrase.takes_rest) free = rest_end(split, sentence, free);
          const ByteRange bytes{split.tokens[first].begin, split.tokens[free - 1].end};
          found.push_back({kRelations[phrase.relation],
                           to_lower(collapse_spaces(text_of(text, bytes))),
                           bytes,
                           {sentence.begin, sentence.end}});
        }
        return true;
      });
  return found;
}

}  // namespace hilum::nlp
