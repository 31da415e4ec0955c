#include "nlp/radgraph/words.h"

#include <algorithm>
#include <array>

#include "core/text/text.h"
#include "nlp/words/clean.h"

namespace hilum::nlp {
namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

std::vector<std::string> v1_words(std::string_view text) {
  std::string spaced;
  spaced.reserve(text.size() + text.size() / 8);
  for (const char c : text) {
    const bool mark = std::string_view("/,:.!?()").find(c) != std::string_view::npos;
    if (mark) spaced += ' ';
    spaced += c;
    if (mark) spaced += ' ';
  }
  return split_words(spaced);
}

std::vector<std::string> xl_words(std::string_view text) {
  constexpr std::array<std::string_view, 5> kTwoWords = {").", "%.", ".'", "%,", "%)"};
  std::vector<std::string> words;
  for (std::size_t at = 0; at < text.size();) {
    if (is_space(text[at])) {
      ++at;
      continue;
    }
    std::size_t end = at + 1;
    while (end < text.size() && !is_space(text[end]) && is_letter(text[end]) == is_letter(text[at])) ++end;
    const std::string_view word = text.substr(at, end - at);
    if (std::find(kTwoWords.begin(), kTwoWords.end(), word) != kTwoWords.end()) {
      words.emplace_back(word.substr(0, 1));
      words.emplace_back(word.substr(1));
    } else {
      words.emplace_back(word);
    }
    at = end;
  }
  return words;
}

}  // namespace

Result<RadGraphWords> radgraph_words_from_name(std::string_view name) {
  if (name == "radgraph") return RadGraphWords::kV1;
  if (name == "radgraph-xl") return RadGraphWords::kXl;
  if (name == "sei") return RadGraphWords::kSei;
  return Status(ErrorCode::kUsage,
                "no way to make words '" + std::string(name) + "'; there are radgraph, radgraph-xl, sei");
}

std::vector<std::string> radgraph_words(std::string_view text, RadGraphWords kind) {
  if (kind == RadGraphWords::kSei) return sei_tokens(text);
  return kind == RadGraphWords::kXl ? xl_words(text) : v1_words(text);
}

std::vector<ByteRange> locate_words(std::string_view text, const std::vector<std::string>& words) {
  std::vector<ByteRange> ranges;
  std::size_t at = 0;
  for (const std::string& word : words) {
    while (at < text.size() && is_space(text[at])) ++at;
    ranges.push_back({at, at + word.size()});
    at += word.size();
  }
  return ranges;
}

}  // namespace hilum::nlp
