#include "runtime/tokenizers/unicode.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>

namespace hilum::runtime {
namespace {

struct Range {
  char32_t first, last;
};

// Characters first, first + step, … last, whose lower case lies `distance` away.
struct LowerRun {
  char32_t first, last;
  std::int32_t step, distance;
};

// What stays of a character's canonical decomposition without its marks; 0 behind the last.
struct Base {
  char32_t first;
  std::array<char32_t, 3> left;
};

#include "runtime/tokenizers/unicode_bert.inc"
#include "runtime/tokenizers/unicode_tables.inc"

template <typename Row, std::size_t N>
const Row* find_row(const Row (&table)[N], char32_t c) {
  const Row* after = std::upper_bound(std::begin(table), std::end(table), c,
                                      [](char32_t value, const Row& row) { return value < row.first; });
  return after != std::begin(table) && c <= std::prev(after)->last ? std::prev(after) : nullptr;
}

}  // namespace

char32_t next_code_point(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at);
  const std::size_t more = lead < 0x80       ? 0
                           : lead >> 5 == 6  ? 1
                           : lead >> 4 == 14 ? 2
                           : lead >> 3 == 30 ? 3
                                             : 4;
  if (more == 0) return byte(at++);
  if (more == 4 || text.size() - at <= more) {
    ++at;
    return 0xFFFD;
  }
  char32_t c = static_cast<char32_t>(lead & (0x3Fu >> more));
  for (std::size_t i = 1; i <= more; ++i) {
    if (byte(at + i) >> 6 != 2) {
      ++at;
      return 0xFFFD;
    }
    c = c << 6 | static_cast<char32_t>(byte(at + i) & 0x3F);
  }
  at += more + 1;
  return c;
}

void append_utf8(std::string& text, char32_t c) {
  const auto put = [&](char32_t byte) {
    text.push_back(static_cast<char>(static_cast<unsigned char>(byte)));
  };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | c >> 6);
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3F));
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

bool is_letter(char32_t c) { return find_row(kLetters, c) != nullptr; }
bool is_number(char32_t c) { return find_row(kNumbers, c) != nullptr; }
bool is_word(char32_t c) { return find_row(kWords, c) != nullptr; }
bool is_space(char32_t c) { return find_row(kSpaces, c) != nullptr; }

bool is_punctuation(char32_t c) { return find_row(kPunctuation, c) != nullptr; }
bool is_control(char32_t c) { return find_row(kControls, c) != nullptr; }

std::string strip_marks_utf8(std::string_view text) {
  constexpr char32_t kSyllables = 0xAC00, kVowels = 21, kFinals = 28;
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_code_point(text, at);
    if (c < 0x80) {
      out.push_back(static_cast<char>(c));
    } else if (c >= kSyllables && c <= 0xD7A3) {
      const char32_t number = c - kSyllables;
      append_utf8(out, 0x1100 + number / (kVowels * kFinals));
      append_utf8(out, 0x1161 + number / kFinals % kVowels);
      if (number % kFinals > 0) append_utf8(out, 0x11A7 + number % kFinals);
    } else if (find_row(kMarks, c) == nullptr) {
      const Base* base = std::lower_bound(std::begin(kBases), std::end(kBases), c,
                                          [](const Base& row, char32_t value) { return row.first < value; });
      if (base == std::end(kBases) || base->first != c) {
        append_utf8(out, c);
        continue;
      }
      for (const char32_t left : base->left) {
        if (left != 0) append_utf8(out, left);
      }
    }
  }
  return out;
}

std::string to_lower_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    char32_t c = next_code_point(text, at);
    const LowerRun* run = find_row(kLower, c);
    if (run != nullptr && (c - run->first) % static_cast<char32_t>(run->step) == 0) {
      c = static_cast<char32_t>(static_cast<std::int64_t>(c) + run->distance);
    }
    append_utf8(out, c);
  }
  return out;
}

}  // namespace hilum::runtime
