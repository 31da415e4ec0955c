// Snowball's "english" stemmer (Porter2), as described on the Snowball site before its 2018 changes.
#include <array>
#include <vector>

#include "core/text/text.h"
#include "eval/stems/stemmers.h"

namespace hilum::eval {
namespace {

bool is_vowel(char c) { return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u' || c == 'y'; }

// First position after a consonant that follows a vowel, from `from`; the word's length if there is none.
std::size_t region_after(const std::string& word, std::size_t from) {
  for (std::size_t i = from + 1; i < word.size(); ++i) {
    if (is_vowel(word[i - 1]) && !is_vowel(word[i])) return i + 1;
  }
  return word.size();
}

// A word being stemmed; y that acts as a consonant is written Y.
struct Stem {
  std::string word;
  std::size_t r1 = 0, r2 = 0;

  bool has_vowel_before(std::size_t end) const {
    for (std::size_t i = 0; i < end; ++i) {
      if (is_vowel(word[i])) return true;
    }
    return false;
  }
  // A short syllable ends at `end`.
  bool short_syllable(std::size_t end) const {
    if (end == 2) return is_vowel(word[0]) && !is_vowel(word[1]);
    if (end < 3) return false;
    const char last = word[end - 1];
    return !is_vowel(last) && last != 'w' && last != 'x' && last != 'Y' && is_vowel(word[end - 2]) &&
           !is_vowel(word[end - 3]);
  }
  void replace(std::size_t suffix, std::string_view with) {
    word.resize(word.size() - suffix);
    word.append(with);
  }
};

// The longest of the suffixes the word ends with, or "".
template <std::size_t N>
std::string_view longest(const std::string& word, const std::array<std::string_view, N>& suffixes) {
  std::string_view best;
  for (const std::string_view suffix : suffixes) {
    if (suffix.size() > best.size() && ends_with(word, suffix)) best = suffix;
  }
  return best;
}

void step0(Stem& s) {
  static constexpr std::array<std::string_view, 3> kSuffixes = {"'", "'s", "'s'"};
  s.replace(longest(s.word, kSuffixes).size(), "");
}

void step1a(Stem& s) {
  static constexpr std::array<std::string_view, 6> kSuffixes = {"sses", "ied", "ies", "s", "us", "ss"};
  const std::string_view found = longest(s.word, kSuffixes);
  if (found == "sses") {
    s.replace(4, "ss");
  } else if (found == "ied" || found == "ies") {
    s.replace(3, s.word.size() > 4 ? "i" : "ie");
  } else if (found == "s" && s.word.size() >= 2 && s.has_vowel_before(s.word.size() - 2)) {
    s.replace(1, "");
  }
}

void step1b(Stem& s) {
  static constexpr std::array<std::string_view, 6> kSuffixes = {"eed", "eedly", "ed", "edly", "ing", "ingly"};
  const std::string_view found = longest(s.word, kSuffixes);
  if (found.empty()) return;
  const std::size_t start = s.word.size() - found.size();
  if (found == "eed" || found == "eedly") {
    if (start >= s.r1) s.replace(found.size(), "ee");
    return;
  }
  if (!s.has_vowel_before(start)) return;
  s.replace(found.size(), "");
  for (const std::string_view end : {"at", "bl", "iz"}) {
    if (ends_with(s.word, end)) {
      s.word.push_back('e');
      return;
    }
  }
  for (const std::string_view twin : {"bb", "dd", "ff", "gg", "mm", "nn", "pp", "rr", "tt"}) {
    if (ends_with(s.word, twin)) {
      s.word.pop_back();
      return;
    }
  }
  if (s.word.size() <= s.r1 && s.short_syllable(s.word.size())) s.word.push_back('e');
}

void step1c(Stem& s) {
  const std::size_t n = s.word.size();
  if (n > 2 && (s.word[n - 1] == 'y' || s.word[n - 1] == 'Y') && !is_vowel(s.word[n - 2]))
    s.word[n - 1] = 'i';
}

struct Rule {
  std::string_view suffix, with;
};

template <std::size_t N>
const Rule* longest_rule(const std::string& word, const std::array<Rule, N>& rules) {
  const Rule* best = nullptr;
  for (const Rule& rule : rules) {
    if ((best == nullptr || rule.suffix.size() > best->suffix.size()) && ends_with(word, rule.suffix))
      best = &rule;
  }
  return best;
}

void step2(Stem& s) {
  static constexpr std::array<Rule, 24> kRules = {
      {{"tional", "tion"}, {"enci", "ence"},   {"anci", "ance"},   {"abli", "able"},   {"entli", "ent"},
       {"izer", "ize"},    {"ization", "ize"}, {"ational", "ate"}, {"ation", "ate"},   {"ator", "ate"},
       {"alism", "al"},    {"aliti", "al"},    {"alli", "al"},     {"fulness", "ful"}, {"ousli", "ous"},
       {"ousness", "ous"}, {"iveness", "ive"}, {"iviti", "ive"},   {"biliti", "ble"},  {"bli", "ble"},
       {"ogi", "og"},      {"fulli", "ful"},   {"lessli", "less"}, {"li", ""}}};
  const Rule* rule = longest_rule(s.word, kRules);
  if (rule == nullptr) return;
  const std::size_t start = s.word.size() - rule->suffix.size();
  if (start < s.r1) return;
  const char before = start > 0 ? s.word[start - 1] : '\0';
  if (rule->suffix == "ogi" && before != 'l') return;
  if (rule->suffix == "li" && std::string_view("cdeghkmnrt").find(before) == std::string_view::npos) return;
  s.replace(rule->suffix.size(), rule->with);
}

void step3(Stem& s) {
  static constexpr std::array<Rule, 9> kRules = {{{"tional", "tion"},
                                                  {"ational", "ate"},
                                                  {"alize", "al"},
                                                  {"icate", "ic"},
                                                  {"iciti", "ic"},
                                                  {"ical", "ic"},
                                                  {"ful", ""},
                                                  {"ness", ""},
                                                  {"ative", ""}}};
  const Rule* rule = longest_rule(s.word, kRules);
  if (rule == nullptr) return;
  const std::size_t start = s.word.size() - rule->suffix.size();
  if (start < s.r1 || (rule->suffix == "ative" && start < s.r2)) return;
  s.replace(rule->suffix.size(), rule->with);
}

void step4(Stem& s) {
  static constexpr std::array<std::string_view, 18> kSuffixes = {
      "al",   "ance", "ence", "er",  "ic",  "able", "ible", "ant", "ement",
      "ment", "ent",  "ism",  "ate", "iti", "ous",  "ive",  "ize", "ion"};
  const std::string_view found = longest(s.word, kSuffixes);
  if (found.empty()) return;
  const std::size_t start = s.word.size() - found.size();
  if (start < s.r2) return;
  if (found == "ion" && (start == 0 || (s.word[start - 1] != 's' && s.word[start - 1] != 't'))) return;
  s.replace(found.size(), "");
}

void step5(Stem& s) {
  if (s.word.empty()) return;
  const std::size_t last = s.word.size() - 1;
  if (s.word[last] == 'e') {
    if (last >= s.r2 || (last >= s.r1 && !s.short_syllable(last))) s.word.pop_back();
  } else if (s.word[last] == 'l' && last >= s.r2 && last > 0 && s.word[last - 1] == 'l') {
    s.word.pop_back();
  }
}

}  // namespace

std::string snowball_stem(std::string_view input) {
  static constexpr std::array<Rule, 18> kExceptions = {{{"skis", "ski"},
                                                        {"skies", "sky"},
                                                        {"dying", "die"},
                                                        {"lying", "lie"},
                                                        {"tying", "tie"},
                                                        {"idly", "idl"},
                                                        {"gently", "gentl"},
                                                        {"ugly", "ugli"},
                                                        {"early", "earli"},
                                                        {"only", "onli"},
                                                        {"singly", "singl"},
                                                        {"sky", "sky"},
                                                        {"news", "news"},
                                                        {"howe", "howe"},
                                                        {"atlas", "atlas"},
                                                        {"cosmos", "cosmos"},
                                                        {"bias", "bias"},
                                                        {"andes", "andes"}}};
  for (const Rule& rule : kExceptions) {
    if (rule.suffix == input) return std::string(rule.with);
  }
  if (input.size() <= 2) return std::string(input);
  Stem s;
  s.word = input;
  if (s.word.front() == '\'') s.word.erase(0, 1);
  for (std::size_t i = 0; i < s.word.size(); ++i) {
    if (s.word[i] == 'y' && (i == 0 || is_vowel(s.word[i - 1]))) s.word[i] = 'Y';
  }
  s.r1 = region_after(s.word, 0);
  for (const std::string_view prefix : {"gener", "commun", "arsen"}) {
    if (starts_with(s.word, prefix)) s.r1 = prefix.size();
  }
  s.r2 = s.r1 < s.word.size() ? region_after(s.word, s.r1) : s.word.size();
  step0(s);
  step1a(s);
  static constexpr std::array<std::string_view, 8> kInvariant = {"inning",  "outing",  "canning", "herring",
                                                                 "earring", "proceed", "exceed",  "succeed"};
  bool invariant = false;
  for (const std::string_view word : kInvariant) invariant = invariant || s.word == word;
  if (!invariant) {
    step1b(s);
    step1c(s);
    step2(s);
    step3(s);
    step4(s);
    step5(s);
  }
  for (char& c : s.word) c = c == 'Y' ? 'y' : c;
  return s.word;
}

}  // namespace hilum::eval
