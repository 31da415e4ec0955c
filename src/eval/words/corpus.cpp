#include "eval/words/corpus.h"

#include <functional>

namespace hilum::eval {
namespace {

constexpr std::size_t kBlockBytes = 1u << 16;

}  // namespace

Vocabulary::Vocabulary() : slots_(1u << 12, 0) {}

WordId Vocabulary::intern(std::string_view word) {
  std::size_t slot = std::hash<std::string_view>{}(word) & (slots_.size() - 1);
  while (slots_[slot] != 0) {
    if (words_[slots_[slot] - 1] == word) return slots_[slot] - 1;
    slot = (slot + 1) & (slots_.size() - 1);
  }
  if (blocks_.empty() || blocks_.back().size() + word.size() > blocks_.back().capacity()) {
    blocks_.emplace_back();
    blocks_.back().reserve(std::max(kBlockBytes, word.size()));
  }
  std::string& block = blocks_.back();
  const std::size_t at = block.size();
  block.append(word);
  words_.push_back(std::string_view(block).substr(at));
  slots_[slot] = static_cast<std::uint32_t>(words_.size());
  if (words_.size() * 2 > slots_.size()) grow();
  return static_cast<WordId>(words_.size() - 1);
}

std::optional<WordId> Vocabulary::find(std::string_view word) const {
  std::size_t slot = std::hash<std::string_view>{}(word) & (slots_.size() - 1);
  for (; slots_[slot] != 0; slot = (slot + 1) & (slots_.size() - 1)) {
    if (words_[slots_[slot] - 1] == word) return slots_[slot] - 1;
  }
  return std::nullopt;
}

void Vocabulary::grow() {
  slots_.assign(slots_.size() * 4, 0);
  for (std::size_t id = 0; id < words_.size(); ++id) {
    std::size_t slot = std::hash<std::string_view>{}(words_[id]) & (slots_.size() - 1);
    while (slots_[slot] != 0) slot = (slot + 1) & (slots_.size() - 1);
    slots_[slot] = static_cast<std::uint32_t>(id + 1);
  }
}

void Corpus::add(std::string_view hypothesis, const std::vector<std::string_view>& references,
                 std::size_t cut_hypothesis, std::size_t cut_reference) {
  add_text(hypothesis, cut_hypothesis);
  for (const std::string_view reference : references) add_text(reference, cut_reference);
  first_text_.push_back(texts_.size());
}

void Corpus::add_text(std::string_view raw, std::size_t cut) {
  const std::string prepared = preprocess(kind_, raw);
  std::string_view text = prepared;
  Text entry;
  entry.begin = words_.size();
  std::size_t kept = 0, joined = 0;
  const char* end = text.data();
  for_each_word(text, [&](std::string_view word) {
    if (cut > 0 && kept == cut) return;
    words_.push_back(vocabulary_.intern(word));
    joined += word.size() + (kept > 0 ? 1 : 0);
    end = word.data() + word.size();
    ++kept;
  });
  entry.end = words_.size();
  if (cut > 0 && kept == cut) text = text.substr(0, static_cast<std::size_t>(end - text.data()));
  const bool only_single_blanks =
      kept > 0 && joined == text.size() && text.find_first_of("\t\n\r\v\f") == std::string_view::npos &&
      text.find("\xc2") == std::string_view::npos && text.find("\xe2\x80") == std::string_view::npos;
  if (only_single_blanks) {
    entry.spaced_begin = entry.begin;
    entry.spaced_end = entry.end;
  } else {
    entry.spaced_begin = words_.size();
    std::size_t start = 0;
    while (true) {
      const std::size_t blank = text.find(' ', start);
      words_.push_back(
          vocabulary_.intern(text.substr(start, blank == std::string_view::npos ? blank : blank - start)));
      if (blank == std::string_view::npos) break;
      start = blank + 1;
    }
    entry.spaced_end = words_.size();
  }
  texts_.push_back(entry);
}

std::string Corpus::join(Words words) const {
  std::string out;
  for (std::size_t i = 0; i < words.size; ++i) {
    if (i > 0) out.push_back(' ');
    out += vocabulary_.word(words[i]);
  }
  return out;
}

}  // namespace hilum::eval
