#include "eval/meteor/words.h"

#include <algorithm>

#include "core/files/file.h"
#include "core/text/text.h"
#include "core/text/utf8.h"
#include "eval/words/preprocess.h"

namespace hilum::eval {
namespace {

constexpr char32_t kOpenQuote = 0x2018, kCloseQuote = 0x2019, kOpenDouble = 0x201c, kCloseDouble = 0x201d,
                   kEnDash = 0x2013;
constexpr char32_t kDots = 0xf0000;  // private use: stands for one dot of a run that must stay together

bool is_digit(char32_t c) { return c >= '0' && c <= '9'; }
bool is_alpha(char32_t c) {
  const bool latin = (c >= 0xc0 && c <= 0x17e && c != 0xd7 && c != 0xf7);
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || latin || c == 0x160 || c == 0x161 ||
         c == 0x178 || (c >= 0x400 && c <= 0x527) || (c >= 0x1d00 && c <= 0x1d7f);
}
bool is_alnum(char32_t c) { return is_alpha(c) || is_digit(c); }
bool is_space(char32_t c) { return c == ' ' || (c >= 9 && c <= 13); }

std::u32string decode(std::string_view text) {
  const std::string valid = repair_utf8(text);
  std::u32string out;
  for (std::size_t i = 0; i < valid.size();) {
    const auto byte = static_cast<unsigned char>(valid[i]);
    const std::size_t size = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    char32_t code = size == 1 ? byte : byte & (0xffu >> (size + 1));
    for (std::size_t k = 1; k < size; ++k)
      code = code << 6 | (static_cast<unsigned char>(valid[i + k]) & 0x3fu);
    out.push_back(code);
    i += size;
  }
  return out;
}

void encode(char32_t c, std::string& out) {
  const auto put = [&out](char32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xc0 | c >> 6), put(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    put(0xe0 | c >> 12), put(0x80 | (c >> 6 & 0x3f)), put(0x80 | (c & 0x3f));
  } else {
    put(0xf0 | c >> 18), put(0x80 | (c >> 12 & 0x3f)), put(0x80 | (c >> 6 & 0x3f)), put(0x80 | (c & 0x3f));
  }
}

// Replaces "<left>mark<right>" by "<left>middle<right>", left to right without overlap, as a regular
// expression would.
template <typename L, typename R>
std::u32string between(const std::u32string& text, char32_t mark, L left, R right,
                       std::u32string_view middle) {
  std::u32string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i + 2 < text.size() && text[i + 1] == mark && left(text[i]) && right(text[i + 2])) {
      out.push_back(text[i]);
      out.append(middle);
      out.push_back(text[i + 2]);
      i += 2;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

// Sets apart what is neither a letter, digit, blank nor one of . ' ` , - and curly quotes; keeps runs of dots
// whole.
std::u32string separate_symbols(const std::u32string& text) {
  std::u32string out = U" ";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char32_t c = text[i];
    if (c == '.' && i + 1 < text.size() && text[i + 1] == '.') {
      out.push_back(' ');
      for (; i < text.size() && text[i] == '.'; ++i) out.push_back(kDots);
      --i;
      out.push_back(' ');
    } else if (is_alnum(c) || is_space(c) || c == '.' || c == '\'' || c == '`' || c == ',' || c == '-' ||
               c == kOpenQuote || c == kCloseQuote) {
      out.push_back(c);
    } else {
      out.push_back(' '), out.push_back(c), out.push_back(' ');
    }
  }
  return out + U" ";
}

std::u32string normalize_marks(const std::u32string& text) {
  std::u32string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char32_t c = text[i];
    if (c == '`' || c == kOpenQuote || c == kCloseQuote) c = '\'';
    if (c == kEnDash) c = '-';
    if (c == kOpenDouble || c == kCloseDouble) {
      out.append(U" \" ");
      continue;
    }
    out.push_back(c);
  }
  std::u32string twice;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const bool pair = i + 1 < out.size() && out[i] == out[i + 1];
    if (pair && out[i] == '\'') {
      twice.append(U" \" ");
      ++i;
    } else if (pair && out[i] == '-') {
      twice.push_back('-');
      ++i;
    } else {
      twice.push_back(out[i]);
    }
  }
  return twice;
}

}  // namespace

Result<MeteorNormalizer> MeteorNormalizer::load() {
  HILUM_ASSIGN(const std::string path, find_data("configs/eval/nonbreaking_prefixes.txt"));
  HILUM_ASSIGN(const std::string text, read_file(path, 1u << 20));
  MeteorNormalizer out;
  for (const std::string& line : split(text, '\n')) {
    const std::vector<std::string> words = split_words(line);
    if (words.empty() || words[0] == "#") continue;
    out.prefixes_[words[0]] = words.size() > 1;
  }
  return out;
}

std::vector<std::string> MeteorNormalizer::words(std::string_view text) const {
  std::u32string line = separate_symbols(decode(text));
  const auto not_digit = [](char32_t c) { return !is_digit(c); };
  line = between(line, ',', not_digit, not_digit, U" , ");
  line = between(line, ',', is_digit, not_digit, U" , ");
  line = between(line, ',', not_digit, is_digit, U" , ");
  line = normalize_marks(line);
  line = between(
      line, '-', [](char32_t c) { return is_alnum(c) || c == '.'; }, is_alnum, U" ");
  const auto not_alpha = [](char32_t c) { return !is_alpha(c); };
  const auto no_word = [](char32_t c) { return !is_alnum(c); };
  line = between(line, '\'', not_alpha, not_alpha, U" ' ");
  line = between(line, '\'', no_word, is_alpha, U" ' ");
  line = between(line, '\'', is_alpha, not_alpha, U" ' ");
  line = between(line, '\'', is_alpha, is_alpha, U" '");
  line = between(
      line, '\'', is_digit, [](char32_t c) { return c == 's'; }, U" '");

  std::vector<std::u32string> parts(1);
  for (const char32_t c : line) {
    if (!is_space(c)) {
      parts.back().push_back(c);
    } else if (!parts.back().empty()) {
      parts.emplace_back();
    }
  }
  if (parts.back().empty()) parts.pop_back();

  std::vector<std::string> out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::u32string& part = parts[i];
    std::string word;
    for (const char32_t c : part) encode(c == kDots ? U'.' : c, word);
    const bool dotted = part.size() > 1 && part.back() == '.';
    if (dotted) {
      const std::string before = word.substr(0, word.size() - 1);
      const bool has_letter = std::any_of(part.begin(), part.end(), is_alpha);
      const char32_t next = i + 1 < parts.size() ? parts[i + 1].front() : U' ';
      const auto prefix = prefixes_.find(before);
      if (contains(before, ".") && has_letter) {
        word.erase(std::remove(word.begin(), word.end(), '.'), word.end());
      } else if ((prefix != prefixes_.end() && !prefix->second) || (next >= 'a' && next <= 'z')) {
        // stays one word
      } else if (prefix != prefixes_.end() && is_digit(next)) {
        // "No. 5"
      } else {
        out.push_back(lower_text(before));
        word = ".";
      }
    }
    out.push_back(lower_text(word));
  }
  return out;
}

}  // namespace hilum::eval
