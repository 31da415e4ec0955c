// Penn Treebank words as Stanford's tokenizer 3.4.1 writes them with -preserveLines -lowerCase, for report
// text: numbers with inner dots and commas, hyphenated and slashed words, clitics ("n't", "'s"),
// abbreviations, opening and closing quotes, brackets, dashes and ellipses. Markup, e-mail addresses and
// emoticons are not recognised.
#include <algorithm>
#include <array>

#include "core/text/text.h"
#include "eval/words/preprocess.h"

namespace hilum::eval {
namespace {

bool is_letter(unsigned char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80; }
bool is_digit(unsigned char c) { return c >= '0' && c <= '9'; }
bool is_word(unsigned char c) { return is_letter(c) || is_digit(c) || c == '_'; }

// Words whose final dot belongs to them.
bool is_abbreviation(std::string_view lowered) {
  static constexpr std::array<std::string_view, 40> kWords = {
      "dr",  "mr",  "mrs", "ms",  "st",  "jr",  "sr",  "vs",     "inc", "ltd", "co",  "corp", "prof", "rev",
      "gen", "col", "maj", "lt",  "sgt", "jan", "feb", "mar",    "apr", "jun", "jul", "aug",  "sep",  "sept",
      "oct", "nov", "dec", "fig", "no",  "etc", "ph",  "messrs", "mt",  "ave", "e.g", "i.e"};
  // "no." is an abbreviation in front of a number only; the caller checks that.
  return std::find(kWords.begin(), kWords.end(), lowered) != kWords.end();
}

struct Symbol {
  std::string_view bytes;
  std::string_view word;
};

// Characters outside ASCII that the tokenizer rewrites.
constexpr std::array<Symbol, 9> kSymbols = {{{"\xe2\x80\x94", "--"},   // em dash
                                             {"\xe2\x80\x93", "--"},   // en dash
                                             {"\xe2\x80\xa6", "..."},  // ellipsis
                                             {"\xe2\x80\x9c", "``"},   // opening double quote
                                             {"\xe2\x80\x9d", "''"},   // closing double quote
                                             {"\xe2\x80\x98", "`"},    // opening single quote
                                             {"\xe2\x80\x99", "'"},    // closing single quote
                                             {"\xe2\x89\xa5", "\xe2\x89\xa5"},
                                             {"\xe2\x89\xa4", "\xe2\x89\xa4"}}};

const Symbol* symbol_at(std::string_view text, std::size_t at) {
  for (const Symbol& symbol : kSymbols) {
    if (text.substr(at, symbol.bytes.size()) == symbol.bytes) return &symbol;
  }
  return nullptr;
}

// End of a run of word characters from `at`, with inner hyphens, slashes, dots of numbers and single
// initials.
std::size_t word_end(std::string_view text, std::size_t at) {
  const auto byte = [&text](std::size_t i) {
    return static_cast<unsigned char>(i < text.size() ? text[i] : '\0');
  };
  std::size_t i = at;
  while (i < text.size()) {
    const unsigned char c = byte(i);
    if (c >= 0x80 && (symbol_at(text, i) != nullptr || white_space_at(text, i) > 0)) break;
    if (is_word(c)) {
      ++i;
      continue;
    }
    const bool between = i > at && is_word(byte(i + 1)) && is_word(byte(i - 1));
    const bool joins_words = (c == '-' || c == '/') && between;
    const bool joins_digits =
        (c == '.' || c == ',' || c == ':') && between && is_digit(byte(i - 1)) && is_digit(byte(i + 1));
    const bool initials =
        c == '.' && between && is_letter(byte(i + 1)) && (i - at == 1 || (i - at >= 2 && byte(i - 2) == '.'));
    if (!joins_words && !joins_digits && !initials) break;
    ++i;
  }
  return i;
}

// "cannot" and clitics: can't -> ca n't, patient's -> patient 's.
void add_word(std::vector<std::string>& words, const std::string& word) {
  static constexpr std::array<std::array<std::string_view, 2>, 6> kPairs = {
      {{"can", "not"}, {"gim", "me"}, {"gon", "na"}, {"got", "ta"}, {"lem", "me"}, {"wan", "na"}}};
  for (const auto& pair : kPairs) {
    if (word == std::string(pair[0]) + std::string(pair[1])) {
      words.emplace_back(pair[0]);
      words.emplace_back(pair[1]);
      return;
    }
  }
  words.push_back(word);
}

}  // namespace

std::vector<std::string> ptb_words(std::string_view input) {
  const std::string lowered = lower_text(input);
  const std::string_view text(lowered);
  std::vector<std::string> words;
  bool quote_open = false;
  for (std::size_t i = 0; i < text.size();) {
    if (const std::size_t white = white_space_at(text, i); white > 0) {
      i += white;
      continue;
    }
    if (const Symbol* symbol = symbol_at(text, i)) {
      words.emplace_back(symbol->word);
      i += symbol->bytes.size();
      continue;
    }
    const auto c = static_cast<unsigned char>(text[i]);
    if (is_word(c)) {
      std::size_t end = word_end(text, i);
      std::string word(text.substr(i, end - i));
      const std::string_view rest = text.substr(end);
      std::string clitic;
      if (ends_with(word, "n") && starts_with(rest, "'t") &&
          (rest.size() == 2 || !is_word(static_cast<unsigned char>(rest[2])))) {
        word.pop_back();
        clitic = "n't";
        end += 2;
      } else {
        for (const std::string_view tail : {"'s", "'ll", "'re", "'ve", "'d", "'m"}) {
          const bool whole =
              rest.size() == tail.size() ||
              (rest.size() > tail.size() && !is_word(static_cast<unsigned char>(rest[tail.size()])));
          if (starts_with(rest, tail) && whole) {
            clitic = tail;
            end += tail.size();
            break;
          }
        }
      }
      const bool dotted = clitic.empty() && starts_with(rest, ".") && !starts_with(rest, "..");
      const bool before_number =
          rest.size() > 2 && rest[1] == ' ' && is_digit(static_cast<unsigned char>(rest[2]));
      const bool initials = word.size() >= 3 && word.find('.') != std::string::npos &&
                            is_letter(static_cast<unsigned char>(word[0]));
      const bool more_text = trim(rest.substr(std::min<std::size_t>(1, rest.size()))).size() > 0;
      if (dotted && more_text && (initials || (is_abbreviation(word) && (word != "no" || before_number)))) {
        word += '.';
        ++end;
      } else if (dotted && initials) {
        word += '.';
      }
      if (!word.empty()) add_word(words, word);
      if (!clitic.empty()) words.push_back(clitic);
      i = end;
      continue;
    }
    std::size_t run = 1;
    while (i + run < text.size() && text[i + run] == text[i]) ++run;
    switch (c) {
      case '(':
        words.emplace_back("-lrb-");
        break;
      case ')':
        words.emplace_back("-rrb-");
        break;
      case '{':
        words.emplace_back("-lcb-");
        break;
      case '}':
        words.emplace_back("-rcb-");
        break;
      case '[':
        words.emplace_back("-lsb-");
        break;
      case ']':
        words.emplace_back("-rsb-");
        break;
      case '"':
        words.emplace_back(quote_open ? "''" : "``");
        quote_open = !quote_open;
        break;
      case '.':
        if (run >= 2) {
          words.emplace_back(run == 2 ? ".." : "...");
          i += run;
          continue;
        }
        words.emplace_back(".");
        break;
      case '-':
        words.emplace_back(run >= 2 ? "--" : "-");
        i += run;
        continue;
      case '?':
      case '!':
        words.emplace_back(text.substr(i, run));
        i += run;
        continue;
      default:
        words.emplace_back(text.substr(i, 1));
    }
    ++i;
  }
  return words;
}

}  // namespace hilum::eval
