// Sentences said twice, references to an earlier study that was not given, words misheard or mistyped.
#include <algorithm>
#include <cctype>
#include <map>

#include "core/text/suggest.h"
#include "core/text/text.h"
#include "factcheck/checks.h"
#include "factcheck/prior_edits.h"

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
      edit_reference(work, f, *s, m, entry.edit, "refers to an earlier study; " + why);
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
