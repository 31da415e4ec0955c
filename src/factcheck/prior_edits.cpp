#include "factcheck/prior_edits.h"

#include <algorithm>
#include <cctype>
#include <string_view>
#include <unordered_set>

namespace hilum::factcheck {
namespace {

using nlp::TermMatch;
using nlp::TermText;

constexpr const char* kCheck = "prior_reference";

// The words of "compared to the prior study from yesterday" that are no noun of a study.
const std::unordered_set<std::string_view> kStudyWords = {
    "the", "of", "from", "prior", "previous", "last", "a", "on", "dated", "most", "recent", "-", "/", "xxxx"};

// One reference in its sentence, and the words around it.
struct Reference {
  Workspace& work;
  const std::string& name;  // of the field
  const FieldText& field;
  const FieldSentence& sentence;
  const TermMatch& match;
  const std::string& reason;

  const TermText& tokens() const { return field.tokens; }
  bool begins_sentence() const { return match.first == sentence.first; }
  bool is(std::size_t token, std::string_view word) const { return field.tokens.is(token, word); }
  bool before_is(std::string_view word) const { return !begins_sentence() && is(match.first - 1, word); }
  bool at_end(std::size_t token) const { return token >= sentence.last || is(token, "."); }
  std::string word(std::size_t token) const { return std::string(field.tokens[token].text); }
};

void replace(const Reference& r, std::size_t first, std::size_t last, const std::string& words) {
  add_edit(r.work, r.name, r.tokens()[first].begin, r.tokens()[last - 1].end, words, kCheck, r.reason);
}

// Removes the words [first, last) with one blank beside them; behind the beginning of a sentence the next
// word takes over the capital.
void cut_words(const Reference& r, std::size_t first, std::size_t last) {
  const std::string_view text = r.field.text();
  std::size_t begin = r.tokens()[first].begin;
  if (first == r.sentence.first && last < r.sentence.last) {
    const std::size_t next = r.tokens()[last].begin;
    const char capital = static_cast<char>(std::toupper(static_cast<unsigned char>(text[next])));
    add_edit(r.work, r.name, begin, next + 1, std::string(1, capital), kCheck, r.reason);
    return;
  }
  while (begin > r.sentence.begin && (text[begin - 1] == ' ' || text[begin - 1] == '\n')) --begin;
  add_edit(r.work, r.name, begin, r.tokens()[last - 1].end, "", kCheck, r.reason);
}

bool has_finding(const Reference& r) {
  return std::any_of(r.field.matches.begin(), r.field.matches.end(), [&](const TermMatch& m) {
    return (m.category == kFinding || m.category == kNormal) && m.first >= r.sentence.first &&
           m.last <= r.sentence.last;
  });
}

// The sentence says nothing else and goes; one that names a finding loses what stands behind its last comma.
void cut_sentence(const Reference& r) {
  if (!has_finding(r)) {
    remove_sentence(r.work, r.name, r.sentence.begin, r.sentence.end, kCheck, r.reason);
  } else if (r.before_is(",") && r.at_end(r.match.last)) {
    cut_words(r, r.match.first - 1, r.match.last);
  }
}

// Behind the reference, the first word that names no study.
std::size_t tail_end(const Reference& r) {
  std::size_t i = r.match.last;
  while (i < r.sentence.last) {
    const bool study = r.work.lexicon.study_nouns.count(r.word(i)) > 0 ||
                       kStudyWords.count(r.tokens()[i].text) > 0 ||
                       r.tokens()[i].kind == nlp::TermToken::Kind::kNumber;
    if (!study) break;
    ++i;
  }
  return i;
}

// "Compared to the prior study of …," in front, or behind everything else: with all that names the study.
void cut_tail(const Reference& r) {
  const std::size_t last = tail_end(r);
  if (r.begins_sentence() && r.is(last, ",")) {
    cut_words(r, r.match.first, last + 1);
  } else if (last > r.match.last && !r.begins_sentence() && (r.at_end(last) || r.is(last, ","))) {
    cut_words(r, r.before_is(",") ? r.match.first - 1 : r.match.first, last);
  }
}

// "is again seen": "again" goes, what is seen stays. "Redemonstration of" goes as a whole, but alone it is
// the sentence's subject.
void cut_again(const Reference& r) {
  const std::size_t first = r.match.first, last = r.match.last;
  if (r.is(first, "redemonstration") && r.begins_sentence()) {
    if (last - first > 1) cut_words(r, first, last);
  } else if (r.is(first, "again")) {
    cut_words(r, first, first + 1);
  } else if (last - first > 1 && r.is(last - 1, "again")) {
    cut_words(r, last - 1, last);
  }
}

// "is unchanged." at the end: the thing stays, its course goes.
void replace_state(const Reference& r) {
  const bool plural = r.is(r.match.first, "are") || r.is(r.match.first, "remain");
  if (r.at_end(r.match.last)) replace(r, r.match.first, r.match.last, plural ? "are present" : "is present");
}

bool is_verb(const Reference& r, std::size_t token) { return r.work.lexicon.verbs.count(r.word(token)) > 0; }

// In front of a noun: not behind a verb of its own ("remains stable"), nor before one ("stable is"). "With",
// "is" and "there" count as verbs in the list and yet lead to a noun ("there is stable effusion").
bool is_adjective(const Reference& r) {
  const std::size_t next = r.match.last;
  if (r.at_end(next) || r.is(next, ",")) return false;
  if (is_verb(r, next) || r.work.lexicon.prepositions.count(r.word(next)) > 0) return false;
  if (r.begins_sentence() || !is_verb(r, r.match.first - 1)) return true;
  return r.before_is("with") || r.before_is("is") || r.before_is("there");
}

// The article in front of a word that went fits the next one: "a stable opacity" is "an opacity".
void replace_article(const Reference& r) {
  constexpr std::string_view kVowels = "aeiou";
  const std::size_t article = r.match.first - 1;
  const bool vowel = kVowels.find(r.tokens()[r.match.last].text[0]) != std::string_view::npos;
  const bool capital = r.field.text()[r.tokens()[article].begin] == 'A';
  replace(r, article, r.match.last, std::string(capital ? "A" : "a") + (vowel ? "n" : ""));
}

// The words alone: between the last comma and the end, or as an adjective.
void cut_reference(const Reference& r) {
  if (r.before_is(",") && r.at_end(r.match.last)) {
    cut_words(r, r.match.first - 1, r.match.last);
  } else if (is_adjective(r)) {
    if ((r.before_is("an") || r.before_is("a")) && r.match.last < r.sentence.last) {
      replace_article(r);
    } else {
      cut_words(r, r.match.first, r.match.last);
    }
  }
}

}  // namespace

void edit_reference(Workspace& work, std::size_t field, const FieldSentence& sentence,
                    const nlp::TermMatch& match, PriorEdit way, const std::string& reason) {
  const Reference r{work, work.names[field], work.fields[field], sentence, match, reason};
  switch (way) {
    case PriorEdit::kNone:
      return;
    case PriorEdit::kWords:
      return cut_reference(r);
    case PriorEdit::kTail:
      return cut_tail(r);
    case PriorEdit::kSentence:
      return cut_sentence(r);
    case PriorEdit::kAgain:
      return cut_again(r);
    case PriorEdit::kState:
      return replace_state(r);
  }
}

}  // namespace hilum::factcheck
