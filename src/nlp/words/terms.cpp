#include "nlp/words/terms.h"

#include <algorithm>

#include "core/text/text.h"

namespace hilum::nlp {
namespace {

struct Symbol {
  std::string_view bytes, ascii;  // an empty `ascii` is white space
};

constexpr Symbol kSymbols[] = {
    {"\xC3\x97", "x"},      {"\xE2\x9C\x95", "x"},  {"\xE2\x80\x90", "-"},  {"\xE2\x80\x91", "-"},
    {"\xE2\x80\x92", "-"},  {"\xE2\x80\x93", "-"},  {"\xE2\x80\x94", "-"},  {"\xE2\x88\x92", "-"},
    {"\xE2\x89\xA5", ">="}, {"\xE2\x89\xA4", "<="}, {"\xC2\xB0", "degree"}, {"\xE2\x89\x88", "~"},
    {"\xE2\x88\xBC", "~"},  {"\xC2\xA0", ""},       {"\xE2\x80\xAF", ""},   {"\xE2\x80\x89", ""},
    {"\xE2\x80\x99", "'"},  {"\xC2\xBD", ".5"},
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0xC3; }
bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

const Symbol* symbol_at(std::string_view text, std::size_t i) {
  if (static_cast<unsigned char>(text[i]) < 0x80) return nullptr;
  for (const Symbol& symbol : kSymbols) {
    if (text.compare(i, symbol.bytes.size(), symbol.bytes) == 0) return &symbol;
  }
  return nullptr;
}

// The end of a number that starts at i: 12, 3.5, .8
std::size_t number_end(std::string_view text, std::size_t i) {
  while (i < text.size() && is_digit(text[i])) ++i;
  if (i + 1 < text.size() && text[i] == '.' && is_digit(text[i + 1])) {
    ++i;
    while (i < text.size() && is_digit(text[i])) ++i;
  }
  return i;
}

std::size_t word_end(std::string_view text, std::size_t i) {
  while (i < text.size()) {
    const char c = text[i];
    if (static_cast<unsigned char>(c) >= 0x80) {
      if (symbol_at(text, i) != nullptr) break;
      ++i;
    } else if (is_letter(c)) {
      ++i;
    } else if (c == '\'' && i + 1 < text.size() && is_letter(text[i + 1])) {
      ++i;
    } else {
      break;
    }
  }
  return i;
}

}  // namespace

TermText::TermText(std::string_view text, const TermTable& table) : original_(text), lower_(to_lower(text)) {
  const std::string_view all = lower_;
  tokens_.reserve(all.size() / 5 + 4);
  std::size_t i = 0;
  bool glued = false;
  while (i < all.size()) {
    if (is_blank(all[i])) {
      ++i;
      glued = false;
      continue;
    }
    TermToken token;
    token.begin = i;
    token.glued = glued;
    const bool after_word = i > 0 && (is_digit(all[i - 1]) || is_letter(all[i - 1]));
    if (const Symbol* symbol = symbol_at(all, i)) {
      i += symbol->bytes.size();
      if (symbol->ascii.empty()) {
        glued = false;
        continue;
      }
      token.kind = symbol->ascii == ".5"                               ? TermToken::Kind::kNumber
                   : symbol->ascii == "x" || symbol->ascii == "degree" ? TermToken::Kind::kWord
                                                                       : TermToken::Kind::kSymbol;
      token.text = symbol->ascii;
    } else if (is_digit(all[i]) ||
               (all[i] == '.' && !after_word && i + 1 < all.size() && is_digit(all[i + 1]))) {
      i = number_end(all, i);
      token.kind = TermToken::Kind::kNumber;
    } else if (is_letter(all[i])) {
      // "12x9" is a number, a cross and a number; "2.0x1.5" too.
      const bool cross = all[i] == 'x' && i > 0 && is_digit(all[i - 1]) && i + 1 < all.size() &&
                         (is_digit(all[i + 1]) || all[i + 1] == '.');
      i = cross ? i + 1 : std::max(word_end(all, i), i + 1);
    } else {
      ++i;
      token.kind = TermToken::Kind::kSymbol;
      if (i < all.size() && all[i] == '=' && (all[i - 1] == '<' || all[i - 1] == '>')) ++i;
    }
    token.end = i;
    if (token.text.empty()) token.text = all.substr(token.begin, token.end - token.begin);
    if (token.kind != TermToken::Kind::kNumber) token.word = table.word_id(token.text);
    tokens_.push_back(token);
    glued = true;
  }
}

std::size_t TermText::breaks_before(std::size_t i) const {
  const std::size_t from = i == 0 ? 0 : tokens_[i - 1].end;
  const std::size_t to = i < tokens_.size() ? tokens_[i].begin : original_.size();
  return static_cast<std::size_t>(std::count(original_.begin() + static_cast<std::ptrdiff_t>(from),
                                             original_.begin() + static_cast<std::ptrdiff_t>(to), '\n'));
}

void TermTable::add(int category, int value, std::string_view phrase) {
  Entry entry{category, value, {}};
  if (!phrase.empty() && phrase.front() == '=') {
    phrase.remove_prefix(1);
    entry.exact = std::string(phrase);
  }
  const TermText tokens(phrase, *this);
  std::uint32_t node = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].text == "-" && tokens.size() > 1) continue;
    const auto word =
        words_.emplace(std::string(tokens[i].text), static_cast<std::uint32_t>(words_.size()) + 1)
            .first->second;
    const std::uint64_t key = static_cast<std::uint64_t>(node) << 32 | word;
    const auto [edge, added] = edges_.emplace(key, static_cast<std::uint32_t>(nodes_.size()));
    if (added) nodes_.emplace_back();
    node = edge->second;
  }
  if (node != 0) nodes_[node].entries.push_back(std::move(entry));
}

std::uint32_t TermTable::word_id(std::string_view lower_word) const {
  thread_local std::string key;  // avoids an allocation a word
  key.assign(lower_word);
  const auto found = words_.find(key);
  return found == words_.end() ? 0 : found->second;
}

std::uint32_t TermTable::child(std::uint32_t node, std::uint32_t word) const {
  const auto found = edges_.find(static_cast<std::uint64_t>(node) << 32 | word);
  return found == edges_.end() ? 0 : found->second;
}

std::vector<TermMatch> TermTable::find(const TermText& tokens) const {
  std::vector<TermMatch> found;
  for (std::size_t start = 0; start < tokens.size(); ++start) {
    std::uint32_t node = 0;
    std::size_t i = start;
    while (i < tokens.size()) {
      std::uint32_t next = tokens[i].word == 0 ? 0 : child(node, tokens[i].word);
      if (next == 0) {
        if (i == start || tokens[i].text != "-") break;
        ++i;
        continue;
      }
      node = next;
      ++i;
      for (const Entry& entry : nodes_[node].entries) {
        if (!entry.exact.empty() &&
            tokens.original().substr(tokens[start].begin, tokens[i - 1].end - tokens[start].begin) !=
                entry.exact)
          continue;
        found.push_back({entry.category, entry.value, start, i});
      }
    }
  }
  // Same category: the longer match wins over one that lies within it.
  std::stable_sort(found.begin(), found.end(), [](const TermMatch& a, const TermMatch& b) {
    return a.first != b.first ? a.first < b.first : a.last > b.last;
  });
  std::vector<TermMatch> kept;
  kept.reserve(found.size());
  std::unordered_map<int, TermMatch> reach;  // per category, the match that ends last so far
  for (const TermMatch& m : found) {
    const auto [longest, added] = reach.emplace(m.category, m);
    const bool same = longest->second.first == m.first && longest->second.last == m.last;
    if (!added && longest->second.last >= m.last && !same) continue;
    if (m.last > longest->second.last) longest->second = m;
    kept.push_back(m);
  }
  return kept;
}

}  // namespace hilum::nlp
