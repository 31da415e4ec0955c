// Sentences said twice, references to an earlier study that was not given, words misheard or mistyped.
#include <algorithm>
#include <cctype>
#include <map>

#include "core/text/suggest.h"
#include "core/text/text.h"
#include "factcheck/checks.h"

namespace hilum::factcheck {
namespace {

using nlp::TermMatch;

CheckedClaim text_claim(const char* type, const Workspace& work, std::size_t field, std::size_t begin,
                        std::size_t end, const FieldSentence& sentence) {
  CheckedClaim c;
  c.type = type;
  c.field = work.names[field];
  c.claim.begin = begin;
  c.claim.end = end;
  c.claim.sentence_begin = sentence.begin;
  c.claim.sentence_end = sentence.end;
  return c;
}

// The words of a sentence in alphabetical order: what two sentences that say the same share.
std::string words_key(const FieldText& field, const FieldSentence& s, std::size_t& count) {
  std::vector<std::string_view> words;
  for (std::size_t i = s.first; i < s.last; ++i) {
    const bool item =
        i == s.first && field.tokens[i].kind == nlp::TermToken::Kind::kNumber && field.tokens.is(i + 1, ".");
    if (field.tokens[i].kind != nlp::TermToken::Kind::kSymbol && !item) words.push_back(field.tokens[i].text);
  }
  count = words.size();
  std::sort(words.begin(), words.end());
  std::string key;
  for (const std::string_view w : words) key.append(w).push_back(' ');
  return key;
}

// "obscure", "obscures" and "obscured" are one word in three forms, none a misspelling of another.
std::string_view stem(std::string_view word) {
  constexpr std::string_view kSuffixes[] = {"ations", "ation", "ional", "ions", "ious", "ally",
                                            "ing",    "ion",   "ate",   "ive",  "ous",  "ed",
                                            "es",     "al",    "ly",    "e",    "d",    "s"};
  constexpr std::size_t kShortestStem = 4;
  for (const std::string_view suffix : kSuffixes) {
    if (word.size() >= suffix.size() + kShortestStem && ends_with(word, suffix))
      return word.substr(0, word.size() - suffix.size());
  }
  return word;
}

const FieldSentence* sentence_of(const FieldText& field, std::size_t token) {
  for (const FieldSentence& s : field.sentences) {
    if (token >= s.first && token < s.last) return &s;
  }
  return nullptr;
}

// ---- edits of references to priors

// Removes the words [first, last) of a sentence with one blank beside them; the next word takes over a
// capital.
void cut_words(Workspace& work, std::size_t f, const FieldSentence& s, std::size_t first, std::size_t last,
               const std::string& reason) {
  const FieldText& field = work.fields[f];
  std::size_t begin = field.tokens[first].begin;
  std::size_t end = field.tokens[last - 1].end;
  const std::string_view text = field.text();
  if (first == s.first && last < s.last) {
    end = field.tokens[last].begin;
    std::string next(1, text[end]);
    next[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(next[0])));
    add_edit(work, work.names[f], begin, end + 1, next, "prior_reference", reason);
    return;
  }
  while (begin > s.begin && (text[begin - 1] == ' ' || text[begin - 1] == '\n')) --begin;
  add_edit(work, work.names[f], begin, end, "", "prior_reference", reason);
}

// The end of "compared to the prior study from yesterday": everything up to a comma or the end of the
// sentence, as long as it names nothing but studies.
std::size_t tail_end(const FieldText& field, const FactLexicon& lex, const FieldSentence& s,
                     const TermMatch& m) {
  std::size_t i = m.last;
  while (i < s.last) {
    const std::string word(field.tokens[i].text);
    const bool study = lex.study_nouns.count(word) > 0 || word == "the" || word == "of" || word == "from" ||
                       word == "prior" || word == "previous" || word == "last" || word == "a" ||
                       word == "on" || word == "dated" || word == "most" || word == "recent" || word == "-" ||
                       word == "/" || word == "xxxx" || field.tokens[i].kind == nlp::TermToken::Kind::kNumber;
    if (!study) break;
    ++i;
  }
  return i;
}

bool has_finding(const FieldText& field, const FieldSentence& s) {
  return std::any_of(field.matches.begin(), field.matches.end(), [&](const TermMatch& m) {
    return (m.category == kFinding || m.category == kNormal) && m.first >= s.first && m.last <= s.last;
  });
}

bool at_end(const FieldText& field, const FieldSentence& s, std::size_t token) {
  return token >= s.last || field.tokens.is(token, ".");
}

void edit_reference(Workspace& work, std::size_t f, const FieldSentence& s, const TermMatch& m,
                    const std::string& how, const std::string& reason) {
  const FieldText& field = work.fields[f];
  const nlp::TermText& t = field.tokens;
  std::size_t first = m.first, last = m.last;
  const auto replace = [&](std::size_t from, std::size_t to, const std::string& words) {
    add_edit(work, work.names[f], t[from].begin, t[to - 1].end, words, "prior_reference", reason);
  };
  if (how == "sentence") {
    if (!has_finding(field, s)) {
      remove_sentence(work, work.names[f], s.begin, s.end, "prior_reference", reason);
    } else if (first > s.first && t.is(first - 1, ",") && at_end(field, s, last)) {
      cut_words(work, f, s, first - 1, last, reason);
    }
  } else if (how == "tail") {
    last = tail_end(field, work.lexicon, s, m);
    const bool leading = first == s.first && t.is(last, ",");
    if (leading) {
      cut_words(work, f, s, first, last + 1, reason);
    } else if (last > m.last && first > s.first && (at_end(field, s, last) || t.is(last, ","))) {
      cut_words(work, f, s, t.is(first - 1, ",") ? first - 1 : first, last, reason);
    }
  } else if (how == "again") {
    const std::string words(t[first].text);
    if (words == "redemonstration" && first == s.first) {
      if (m.last - m.first > 1) cut_words(work, f, s, first, last, reason);
    } else if (t.is(first, "again")) {
      cut_words(work, f, s, first, first + 1, reason);
    } else if (last - first > 1 && t.is(last - 1, "again")) {
      cut_words(work, f, s, last - 1, last, reason);
    }
  } else if (how == "state") {
    // "is unchanged." at the end: the thing stays, its course goes.
    const bool plural = t.is(first, "are") || t.is(first, "remain");
    if (at_end(field, s, last)) replace(first, last, plural ? "are present" : "is present");
  } else if (how.empty()) {
    const bool between_commas = first > s.first && t.is(first - 1, ",") && at_end(field, s, last);
    if (between_commas) {
      cut_words(work, f, s, first - 1, last, reason);
    } else if (!at_end(field, s, last) && !t.is(last, ",") &&
               !work.lexicon.verbs.count(std::string(t[last].text)) &&
               !work.lexicon.prepositions.count(std::string(t[last].text)) &&
               !(first > s.first && work.lexicon.verbs.count(std::string(t[first - 1].text)) > 0 &&
                 !t.is(first - 1, "with") && !t.is(first - 1, "is") && !t.is(first - 1, "there"))) {
      // An adjective in front of its noun; "a stable" is "a", "an unchanged" becomes "a".
      if (first > s.first && (t.is(first - 1, "an") || t.is(first - 1, "a")) && last < s.last) {
        const char next = t[last].text[0];
        const bool vowel = next == 'a' || next == 'e' || next == 'i' || next == 'o' || next == 'u';
        const bool capital = field.text()[t[first - 1].begin] == 'A';
        replace(first - 1, last, std::string(capital ? "A" : "a") + (vowel ? "n" : ""));
      } else {
        cut_words(work, f, s, first, last, reason);
      }
    }
  }
}

}  // namespace

void check_repetition(Workspace& work) {
  for (std::size_t f = 0; f < work.names.size(); ++f) {
    const FieldText& field = work.fields[f];
    std::map<std::string, const FieldSentence*> seen;
    for (const FieldSentence& s : field.sentences) {
      std::size_t count = 0;
      const std::string key = words_key(field, s, count);
      if (count < 3) continue;
      const auto [first, added] = seen.emplace(key, &s);
      if (added) continue;
      CheckedClaim c = text_claim("repetition", work, f, s.begin, s.end, s);
      set_verdict(c, Verdict::kContradicted, "repetition", "the sentence is there already", {},
                  Place{c.field, first->second->begin, first->second->end});
      work.claims.push_back(std::move(c));
      remove_sentence(work, work.names[f], s.begin, s.end, "repetition", "said before");
    }
  }
}

void check_prior_references(Workspace& work) {
  bool none_stated = false;
  for (const FieldText& field : work.fields) {
    for (const TermMatch& m : field.matches) none_stated = none_stated || m.category == kNoPriorStatement;
  }
  const bool none_given = work.evidence.has_prior.has_value() && !*work.evidence.has_prior;
  const bool given = work.evidence.has_prior.value_or(false);
  if (given || (!none_given && !none_stated)) return;
  const std::string why =
      none_given ? "no earlier study was given" : "the report says there is no earlier study";
  for (std::size_t f = 0; f < work.names.size(); ++f) {
    const FieldText& field = work.fields[f];
    std::size_t done = 0;  // tokens before this one belong to a reference already
    for (const TermMatch& m : field.matches) {
      if ((m.category != kPriorStrong && m.category != kPriorWeak) || m.first < done) continue;
      const bool covered = std::any_of(field.matches.begin(), field.matches.end(), [&](const TermMatch& o) {
        if (o.category == kNotAReference) return o.first <= m.first && o.last > m.first;
        const bool longer =
            (o.category == kPriorStrong || o.category == kPriorWeak) && o.last - o.first > m.last - m.first;
        return longer && o.first <= m.first && o.last >= m.last;
      });
      const FieldSentence* s = sentence_of(field, m.first);
      if (covered || s == nullptr || m.last > s->last) continue;
      done = m.last;
      CheckedClaim c = text_claim("prior_reference", work, f, field.tokens[m.first].begin,
                                  field.tokens[m.last - 1].end, *s);
      const std::string words(field.bytes(c.claim.begin, c.claim.end));
      set_verdict(c, Verdict::kContradicted, "prior_reference",
                  "'" + words + "' refers to an earlier study; " + why);
      work.claims.push_back(std::move(c));
      const PriorEntry& entry = work.lexicon.priors[static_cast<std::size_t>(m.value)];
      if (entry.edit) edit_reference(work, f, *s, m, *entry.edit, "refers to an earlier study; " + why);
    }
  }
}

void check_spelling(Workspace& work) {
  constexpr std::size_t kShortest = 6, kTwoEdits = 10;
  for (std::size_t f = 0; f < work.names.size(); ++f) {
    const FieldText& field = work.fields[f];
    const nlp::TermText& t = field.tokens;
    const auto report = [&](std::size_t begin, std::size_t end, std::size_t token, const std::string& right,
                            const std::string& reason) {
      const FieldSentence* s = sentence_of(field, token);
      if (s == nullptr) return;
      CheckedClaim c = text_claim("spelling", work, f, begin, end, *s);
      const std::string old(field.bytes(begin, end));
      set_verdict(c, Verdict::kContradicted, "spelling",
                  "'" + old + "': '" + right + "' is meant (" + reason + ")");
      work.claims.push_back(std::move(c));
      std::string replacement = right;
      if (!old.empty() && std::isupper(static_cast<unsigned char>(old[0]))) {
        replacement[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(replacement[0])));
      }
      add_edit(work, work.names[f], begin, end, replacement, "spelling", reason);
    };
    for (const TermMatch& m : field.matches) {
      if (m.category != kConfusion) continue;
      const Confusion& confusion = work.lexicon.confusions[static_cast<std::size_t>(m.value)];
      report(t[m.first].begin, t[m.last - 1].end, m.first, confusion.right, confusion.reason);
    }
    for (std::size_t i = 0; i < t.size(); ++i) {
      const nlp::TermToken& token = t[i];
      if (token.kind != nlp::TermToken::Kind::kWord || token.word != 0 || token.text.size() < kShortest)
        continue;
      const std::string word(token.text);
      if (work.lexicon.spelling_known.count(word) > 0 || word.find('\'') != std::string::npos) continue;
      const std::string* best = nullptr;
      std::size_t best_distance = 3;
      for (const std::string& term : work.lexicon.spelling_terms) {
        const std::size_t gap =
            term.size() > word.size() ? term.size() - word.size() : word.size() - term.size();
        const std::size_t allowed = std::min(term.size(), word.size()) >= kTwoEdits ? 2 : 1;
        if (gap > allowed || (term[0] != word[0] && term[1] != word[1])) continue;
        const std::size_t distance = edit_distance(word, term);
        if (distance <= allowed && distance < best_distance) best = &term, best_distance = distance;
      }
      if (best != nullptr && stem(*best) != stem(word)) report(token.begin, token.end, i, *best, "spelling");
    }
  }
}

}  // namespace hilum::factcheck
