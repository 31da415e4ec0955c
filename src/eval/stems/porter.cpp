// Porter's stemmer with the departures of NLTK's default mode: irregular forms, "ies" -> "ie" for words of
// four letters, "y" -> "i" only after a consonant that is not the first letter, and a few extra step 2 rules.
#include <array>
#include <functional>
#include <vector>

#include "core/text/text.h"
#include "eval/stems/stemmers.h"

namespace hilum::eval {
namespace {

bool is_consonant(std::string_view word, std::size_t i) {
  switch (word[i]) {
    case 'a':
    case 'e':
    case 'i':
    case 'o':
    case 'u':
      return false;
    case 'y':
      return i == 0 || !is_consonant(word, i - 1);
    default:
      return true;
  }
}

std::size_t measure(std::string_view stem) {
  std::size_t count = 0;
  for (std::size_t i = 1; i < stem.size(); ++i)
    count += !is_consonant(stem, i - 1) && is_consonant(stem, i) ? 1 : 0;
  return count;
}

bool has_vowel(std::string_view stem) {
  for (std::size_t i = 0; i < stem.size(); ++i) {
    if (!is_consonant(stem, i)) return true;
  }
  return false;
}

bool ends_double_consonant(std::string_view word) {
  const std::size_t n = word.size();
  return n >= 2 && word[n - 1] == word[n - 2] && is_consonant(word, n - 1);
}

bool ends_cvc(std::string_view word) {
  const std::size_t n = word.size();
  if (n >= 3) {
    return is_consonant(word, n - 3) && !is_consonant(word, n - 2) && is_consonant(word, n - 1) &&
           std::string_view("wxy").find(word[n - 1]) == std::string_view::npos;
  }
  return n == 2 && !is_consonant(word, 0) && is_consonant(word, 1);
}

struct Rule {
  std::string_view suffix, replacement;
  std::function<bool(std::string_view)> allowed;
};

// The first rule whose suffix fits decides, whether it applies or not.
std::string apply(const std::string& word, const std::vector<Rule>& rules) {
  for (const Rule& rule : rules) {
    if (!ends_with(word, rule.suffix)) continue;
    const std::string stem = word.substr(0, word.size() - rule.suffix.size());
    return rule.allowed(stem) ? stem + std::string(rule.replacement) : word;
  }
  return word;
}

bool positive(std::string_view stem) { return measure(stem) > 0; }
bool above_one(std::string_view stem) { return measure(stem) > 1; }
bool always(std::string_view) { return true; }

std::string step1a(const std::string& word) {
  if (ends_with(word, "ies") && word.size() == 4) return word.substr(0, word.size() - 1);
  static const std::vector<Rule> rules = {
      {"sses", "ss", always}, {"ies", "i", always}, {"ss", "ss", always}, {"s", "", always}};
  return apply(word, rules);
}

std::string step1b(const std::string& word) {
  if (ends_with(word, "ied")) return word.substr(0, word.size() - 3) + (word.size() == 4 ? "ie" : "i");
  if (ends_with(word, "eed")) {
    const std::string stem = word.substr(0, word.size() - 3);
    return positive(stem) ? stem + "ee" : word;
  }
  std::string stem;
  for (const std::string_view suffix : {"ed", "ing"}) {
    if (!ends_with(word, suffix)) continue;
    const std::string candidate = word.substr(0, word.size() - suffix.size());
    if (has_vowel(candidate)) {
      stem = candidate;
      break;
    }
  }
  if (stem.empty()) return word;
  for (const std::string_view suffix : {"at", "bl", "iz"}) {
    if (ends_with(stem, suffix)) return stem + "e";
  }
  if (ends_double_consonant(stem)) {
    const char last = stem.back();
    return last == 'l' || last == 's' || last == 'z' ? stem : stem.substr(0, stem.size() - 1);
  }
  return measure(stem) == 1 && ends_cvc(stem) ? stem + "e" : stem;
}

std::string step1c(const std::string& word) {
  static const std::vector<Rule> rules = {{"y", "i", [](std::string_view stem) {
                                             return stem.size() > 1 && is_consonant(stem, stem.size() - 1);
                                           }}};
  return apply(word, rules);
}

std::string step2(const std::string& word) {
  if (ends_with(word, "alli") && positive(word.substr(0, word.size() - 4))) {
    return step2(word.substr(0, word.size() - 4) + "al");
  }
  static const std::vector<Rule> rules = {
      {"ational", "ate", positive}, {"tional", "tion", positive}, {"enci", "ence", positive},
      {"anci", "ance", positive},   {"izer", "ize", positive},    {"bli", "ble", positive},
      {"alli", "al", positive},     {"entli", "ent", positive},   {"eli", "e", positive},
      {"ousli", "ous", positive},   {"ization", "ize", positive}, {"ation", "ate", positive},
      {"ator", "ate", positive},    {"alism", "al", positive},    {"iveness", "ive", positive},
      {"fulness", "ful", positive}, {"ousness", "ous", positive}, {"aliti", "al", positive},
      {"iviti", "ive", positive},   {"biliti", "ble", positive},  {"fulli", "ful", positive}};
  if (ends_with(word, "logi")) {
    return positive(word.substr(0, word.size() - 3)) ? word.substr(0, word.size() - 1) : word;
  }
  return apply(word, rules);
}

std::string step3(const std::string& word) {
  static const std::vector<Rule> rules = {{"icate", "ic", positive}, {"ative", "", positive},
                                          {"alize", "al", positive}, {"iciti", "ic", positive},
                                          {"ical", "ic", positive},  {"ful", "", positive},
                                          {"ness", "", positive}};
  return apply(word, rules);
}

std::string step4(const std::string& word) {
  static const std::vector<Rule> rules = [] {
    std::vector<Rule> list;
    for (const std::string_view suffix :
         {"al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent"}) {
      list.push_back({suffix, "", above_one});
    }
    list.push_back({"ion", "", [](std::string_view stem) {
                      return measure(stem) > 1 && !stem.empty() && (stem.back() == 's' || stem.back() == 't');
                    }});
    for (const std::string_view suffix : {"ou", "ism", "ate", "iti", "ous", "ive", "ize"})
      list.push_back({suffix, "", above_one});
    return list;
  }();
  return apply(word, rules);
}

std::string step5(std::string word) {
  if (ends_with(word, "e")) {
    const std::string stem = word.substr(0, word.size() - 1);
    if (measure(stem) > 1 || (measure(stem) == 1 && !ends_cvc(stem))) word = stem;
  }
  if (ends_with(word, "ll") && measure(std::string_view(word).substr(0, word.size() - 1)) > 1)
    word.pop_back();
  return word;
}

}  // namespace

std::string porter_stem(std::string_view input) {
  struct Irregular {
    std::string_view form, stem;
  };
  static constexpr std::array<Irregular, 16> kIrregular = {{{"skies", "sky"},
                                                            {"sky", "sky"},
                                                            {"dying", "die"},
                                                            {"lying", "lie"},
                                                            {"tying", "tie"},
                                                            {"news", "news"},
                                                            {"innings", "inning"},
                                                            {"inning", "inning"},
                                                            {"outings", "outing"},
                                                            {"outing", "outing"},
                                                            {"cannings", "canning"},
                                                            {"canning", "canning"},
                                                            {"howe", "howe"},
                                                            {"proceed", "proceed"},
                                                            {"exceed", "exceed"},
                                                            {"succeed", "succeed"}}};
  for (const Irregular& row : kIrregular) {
    if (row.form == input) return std::string(row.stem);
  }
  std::string word(input);
  if (word.size() <= 2) return word;
  return step5(step4(step3(step2(step1c(step1b(step1a(word)))))));
}

}  // namespace hilum::eval
