#include "nlp/words/clean.h"

#include <algorithm>
#include <array>

#include "core/text/text.h"

namespace hilum::nlp {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_spaced(char c) { return std::string_view("/,;:.!?()").find(c) != std::string_view::npos; }

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// "f", "women", "female" to "woman" and "m", "men", "male" to "man", as whole words.
std::string unify_sex(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 16);
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && is_word(text[end])) ++end;
    const std::string_view word = text.substr(i, end - i);
    if (word == "f" || word == "women" || word == "female") {
      out += "woman";
    } else if (word == "m" || word == "men" || word == "male") {
      out += "man";
    } else if (word.empty()) {
      out += text[end++];
    } else {
      out += word;
    }
    i = end;
  }
  return out;
}

void erase_all(std::string& text, std::string_view part) { replace_all(text, part, ""); }

}  // namespace

std::string space_punctuation(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool after = i > 0 && is_spaced(text[i - 1]) && !is_digit(c);
    const bool before = i > 0 && is_spaced(c) && !is_digit(text[i - 1]);
    if (after || before) out += ' ';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

std::vector<std::string> sei_tokens(std::string_view text) { return split_words(space_punctuation(text)); }

std::string clean_indication(std::string_view text) {
  std::string out = to_lower(text);
  out.erase(
      std::remove_if(out.begin(), out.end(),
                     [](char c) { return std::string_view("/?_!*@").find(c) != std::string_view::npos; }),
      out.end());
  erase_all(out, "--");
  for (const std::string_view part : {"history:", "-year-old", "year old"}) erase_all(out, part);
  out = std::string(trim(space_punctuation(unify_sex(out))));
  if (!out.empty() && (out.back() == '.' || out.back() == ',')) out.pop_back();
  // The first of a run of white space stays, whatever it is.
  out.erase(std::unique(out.begin(), out.end(), [](char a, char b) { return is_space(a) && is_space(b); }),
            out.end());
  replace_all(out, ".", ",");
  replace_all(out, ", ,", ",");
  replace_all(out, "man ,", "man");  // "woman ," too
  replace_all(out, ": :", ":");
  erase_all(out, ": ( )");
  return std::string(trim(out));
}

}  // namespace hilum::nlp
