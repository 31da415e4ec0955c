#include "nlp/words/phrases.h"

#include <algorithm>

#include "core/files/hash.h"
#include "core/text/text.h"

namespace hilum::nlp {
namespace {

constexpr std::size_t kMaxSpellings = 4096;
constexpr std::size_t kMaxDepth = 32;
constexpr std::string_view kPunctuation = "/,;:()?";

std::uint64_t hash_step(std::uint64_t hash, char c) { return fnv1a(std::string_view(&c, 1), hash); }
std::uint64_t hash_end(std::uint64_t hash, bool stem) { return hash_step(hash, stem ? '*' : '\0'); }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// "a|b c? ~2 d" as all the word sequences it stands for.
Result<std::vector<std::vector<std::string>>> spellings(std::string_view phrase) {
  std::string spaced(phrase);
  std::replace(spaced.begin(), spaced.end(), '-', ' ');
  std::vector<std::vector<std::string>> all(1);
  for (std::string word : split_words(spaced)) {
    std::vector<std::string> choices;
    const bool may_miss = word.size() > 1 && word.back() == '?';
    if (may_miss) word.pop_back();
    choices = split(word, '|');
    std::vector<std::vector<std::string>> longer;
    for (const auto& sequence : all) {
      if (may_miss) longer.push_back(sequence);
      for (const std::string& choice : choices) {
        if (choice.empty())
          return Status(ErrorCode::kConfig, "phrase '" + std::string(phrase) + "' has an empty choice");
        longer.push_back(sequence);
        longer.back().push_back(choice);
      }
    }
    all = std::move(longer);
    if (all.size() > kMaxSpellings) {
      return Status(ErrorCode::kConfig, "phrase '" + std::string(phrase) + "' has too many spellings");
    }
  }
  return all;
}

bool is_gap(const std::string& word) {
  return word.size() == 2 && word[0] == '~' && word[1] > '0' && word[1] <= '9';
}

}  // namespace

std::uint32_t PhraseMatcher::lookup(std::uint64_t hash, std::string_view word, bool stem) const {
  const auto found = symbols_.find(hash_end(hash, stem));
  if (found == symbols_.end()) return 0;
  const std::string& name = names_[found->second];
  const bool same =
      name.size() == word.size() + (stem ? 1 : 0) && std::string_view(name).substr(0, word.size()) == word;
  return same ? found->second : 0;
}

std::uint32_t PhraseMatcher::symbol_of(std::string_view word, bool stem) {
  const std::uint64_t hash = fnv1a(word);
  if (const std::uint32_t known = lookup(hash, word, stem); known != 0) return known;
  const auto symbol = static_cast<std::uint32_t>(names_.size());
  symbols_[hash_end(hash, stem)] = symbol;
  names_.push_back(std::string(word) + (stem ? "*" : ""));
  punctuation_.push_back(word.size() == 1 && contains(kPunctuation, word));
  if (stem) stem_lengths_ |= std::uint64_t{1} << std::min<std::size_t>(word.size(), 63);
  return symbol;
}

Status PhraseMatcher::add(std::string_view phrase, std::uint32_t id) {
  HILUM_ASSIGN(const auto sequences, spellings(phrase));
  for (const auto& sequence : sequences) {
    if (sequence.empty() || is_gap(sequence.front()) || is_gap(sequence.back()) ||
        sequence.size() > kMaxDepth) {
      return {ErrorCode::kConfig,
              "phrase '" + std::string(phrase) + "' is empty, too long, or begins or ends in a gap"};
    }
    std::uint32_t node = 0;
    for (const std::string& word : sequence) {
      const auto fresh = static_cast<std::uint32_t>(nodes_.size());
      if (is_gap(word)) {
        Node& from = nodes_[node];
        const auto words = static_cast<std::size_t>(word[1] - '0');
        from.gap_words = std::max(from.gap_words, words);
        if (from.gap_node == 0) {
          from.gap_node = fresh;
          nodes_.emplace_back();
        }
        node = nodes_[node].gap_node;
        continue;
      }
      const bool stem = word.size() > 1 && word.back() == '*';
      const std::uint32_t symbol =
          symbol_of(std::string_view(word).substr(0, word.size() - (stem ? 1 : 0)), stem);
      const auto [it, is_new] = nodes_[node].next.emplace(symbol, fresh);
      node = it->second;
      if (is_new) nodes_.emplace_back();
    }
    auto& ids = nodes_[node].ids;
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
  }
  return Status::ok();
}

void PhraseMatcher::read(std::string_view text, const SplitText& split, const Sentence& sentence,
                         Words& words) const {
  words.tokens.clear();
  words.exact.clear();
  words.first_stem.clear();
  words.stems.clear();
  std::string folded;
  for (std::size_t t = sentence.first_token; t < sentence.end_token; ++t) {
    const Token& token = split.tokens[t];
    const std::string_view bytes = text_of(text, token);
    if (token.kind == TokenKind::kListNumber || bytes == "-") continue;
    if (token.kind == TokenKind::kPunctuation && bytes != "?" &&
        bytes.find_first_not_of(".!?\"'") == std::string_view::npos) {
      continue;
    }
    words.tokens.push_back(t);
    words.first_stem.push_back(static_cast<std::uint32_t>(words.stems.size()));
    std::uint64_t hash = kFnvStart;
    folded.clear();
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      folded.push_back(lower(bytes[i]));
      hash = hash_step(hash, folded.back());
      if (i + 1 < 63 && (stem_lengths_ >> (i + 1) & 1u) != 0) {
        if (const std::uint32_t stem = lookup(hash, folded, true); stem != 0) words.stems.push_back(stem);
      }
    }
    words.exact.push_back(lookup(hash, folded, false));
  }
  words.first_stem.push_back(static_cast<std::uint32_t>(words.stems.size()));
}

void PhraseMatcher::walk(const Words& words, std::size_t first, std::size_t at, std::uint32_t node,
                         std::size_t depth, std::vector<PhraseMatch>& matches) const {
  const Node& here = nodes_[node];
  for (const std::uint32_t id : here.ids) matches.push_back({first, at - 1, id});
  if (at >= words.size() || depth > kMaxDepth) return;
  const auto step = [&](std::uint32_t symbol) {
    const auto next = here.next.find(symbol);
    if (next != here.next.end()) walk(words, first, at + 1, next->second, depth + 1, matches);
  };
  if (!here.next.empty()) {
    if (words.exact[at] != 0) step(words.exact[at]);
    for (std::uint32_t s = words.first_stem[at]; s < words.first_stem[at + 1]; ++s) step(words.stems[s]);
  }
  if (here.gap_node == 0) return;
  for (std::size_t skipped = 0; skipped <= here.gap_words && at + skipped < words.size(); ++skipped) {
    walk(words, first, at + skipped, here.gap_node, depth + 1, matches);
    if (punctuation_[words.exact[at + skipped]]) break;
  }
}

void PhraseMatcher::find(const Words& words, std::vector<PhraseMatch>& matches) const {
  for (std::size_t first = 0; first < words.size(); ++first) walk(words, first, first, 0, 0, matches);
}

}  // namespace hilum::nlp
