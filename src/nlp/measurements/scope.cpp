// Side, qualifier, time and polarity of a quantity.
#include "nlp/measurements/sentence.h"

namespace hilum::nlp {

// ---- side

std::vector<const TermMatch*> SentenceScope::sides(std::size_t from, std::size_t to) const {
  std::vector<const M*> found;
  for (const M& m : v_.matches) {
    if (m.category == kSide && m.first >= from && m.last <= to && !overlaps(kNotASide, m))
      found.push_back(&m);
  }
  return found;
}

// Where the noun phrase that ends with token `end` begins.
std::size_t SentenceScope::phrase_begin(std::size_t end, std::size_t limit) const {
  std::size_t i = end;
  while (i > limit && !in_set(lex_.verbs, i - 1) && !t_.is(i - 1, ",") && !t_.is(i - 1, ":") &&
         !t_.is(i - 1, "(") && !t_.is(i - 1, ")") && !in_set(lex_.prepositions, i - 1) &&
         !t_.is(i - 1, "no") && !new_phrase(i - 1)) {
    --i;
  }
  return i;
}

// "and a 6 mm …" begins another phrase; "right and left" does not.
bool SentenceScope::new_phrase(std::size_t i) const {
  if (!t_.is(i, "and") && !t_.is(i, "or")) return false;
  for (const M& m : v_.matches) {
    if (m.category == kSide && m.first <= i && m.last > i) return false;
  }
  return true;
}

std::size_t SentenceScope::finding_end_before(std::size_t token) const {
  std::size_t end = v_.first;
  for (const M& m : findings_) {
    if (m.last <= token) end = std::max(end, m.last);
  }
  return end;
}
std::size_t SentenceScope::finding_begin_after(std::size_t token) const {
  for (const M& m : findings_) {
    if (m.first >= token) return m.first;
  }
  return v_.last;
}

std::string SentenceScope::side_of(const M& of, std::size_t k) const {
  const Quantity& q = v_.quantities[k];
  const bool device = is_device(of);
  // Six places where a side can stand, from the closest bond to the loosest; the first that has one decides.
  const std::size_t previous_end = std::max(finding_end_before(of.first), v_.first);
  // 1. in the finding's own noun phrase, or the word right behind the quantity ("1 cm left and 2 cm right
  // nodules")
  for (const M* m : device ? std::vector<const M*>() : sides(q.last, v_.last)) {
    if (m->first == q.last) return name(*m);
  }
  const std::size_t begin = phrase_begin(of.first, previous_end);
  if (const auto own = sides(begin, of.last); !own.empty()) {
    const bool both = name(*own.back()) == "bilateral" || name(*own[0]) != name(*own.back());
    if (!both) return name(*own.back());
    // "Bilateral effusions, right measuring 2 cm and left measuring 3 cm"
    const std::size_t from = std::max({of.last, quantity_end_before(k), q.first > 3 ? q.first - 3 : 0});
    const auto each = q.first > from ? sides(from, q.first) : std::vector<const M*>();
    return each.empty() ? "bilateral" : name(*each.back());
  }
  if (device) {
    // "pigtail catheter on the left", "PICC via a right arm approach": close behind the device
    const std::size_t until =
        std::min({finding_begin_after(of.last), of.last + 6, q.first >= of.last ? q.first : v_.last});
    const auto near = sides(of.last, until);
    return near.empty() ? std::string() : name(*near.front());
  }
  // 2. "4 mm in the right lung": a place right behind the quantity
  if (in_set(lex_.prepositions, q.last) && !t_.is(q.last, "from")) {
    const std::size_t until = std::min({q.last + 6, quantity_begin_after(k), finding_begin_after(q.last)});
    std::size_t comma = q.last;
    while (comma < until && !t_.is(comma, ",")) ++comma;
    if (const auto place = sides(q.last, comma); !place.empty()) return name(*place.front());
  }
  // 3. between finding and quantity, nearest to the quantity
  if (q.first >= of.last) {
    if (const auto between = sides(of.last, q.first); !between.empty()) return name(*between.back());
  }
  // 4. the phrase right before the quantity: "Right upper lobe 6 mm nodule"
  if (q.last <= of.first) {
    const std::size_t limit = std::max(finding_end_before(q.first), quantity_end_before(k));
    if (const auto before = sides(phrase_begin(q.first, limit), q.first); !before.empty())
      return name(*before.back());
  }
  // 5. behind both, up to the next finding's or quantity's phrase
  const std::size_t behind = std::max(of.last, q.last);
  std::size_t until = finding_begin_after(behind);
  if (until < v_.last) until = std::max(behind, phrase_begin(until, behind));
  if (const auto after = sides(behind, until); !after.empty()) return name(*after.front());
  // 6. ahead of both: "In the right upper lobe, there is a 6 mm nodule"
  const std::size_t ahead = std::min(of.first, q.first);
  std::size_t limit =
      std::max(finding_end_before(ahead),
               k > 0 && v_.quantities[k - 1].last <= ahead ? v_.quantities[k - 1].last : v_.first);
  for (std::size_t i = limit; i < ahead; ++i) {
    if (t_.is(i, "and") && (t_.is(i + 1, "a") || t_.is(i + 1, "an") || i + 1 == q.first)) limit = i;
  }
  const auto before = sides(limit, ahead);
  return before.empty() ? std::string() : name(*before.back());
}

// ---- qualifier

void SentenceScope::set_qualifier(std::size_t k, Measurement& m) const {
  const Quantity& q = v_.quantities[k];
  std::size_t i = q.first;
  for (int step = 0; step < 3 && i > v_.first; ++step) {
    if (const M* found = ending_at(kQualifier, i)) {
      const M* longest = found;
      for (const M& other : v_.matches) {
        if (other.category == kQualifier && other.last == i && other.first < longest->first) longest = &other;
      }
      m.qualifier = name(*longest);
      return;
    }
    if (t_.is(i - 1, "a") || t_.is(i - 1, "an") || t_.is(i - 1, ".") || t_.is(i - 1, "(") ||
        t_.is(i - 1, "between") || t_.is(i - 1, "than")) {
      --i;
      continue;
    }
    break;
  }
  for (const M& after : v_.matches) {
    if (after.category == kQualifierAfter && after.first == q.last) {
      m.qualifier = name(after);
      return;
    }
  }
}

// ---- time

bool SentenceScope::skippable_before_value(std::size_t i) const {
  static const std::unordered_set<std::string> kWords = {
      "measuring", "measured", "measures", "at",      "of",   "was",  "were",    "about", "a",
      "an",        "the",      "(",        ":",       "to",   "be",   "being",   "it",    "approximately",
      "estimated", "up",       "lying",    "located", "with", "only", "roughly", "from"};
  return kWords.count(std::string(t_[i].text)) > 0 || in_set(lex_.prior_nouns, i);
}

// The prior cue ("previously", "prior measurement of") right before quantity k: its first token, or kNone.
std::size_t SentenceScope::prior_cue_before(std::size_t k) const {
  const Quantity& q = v_.quantities[k];
  std::size_t i = q.first;
  if (const M* qualifier = ending_at(kQualifier, i)) i = qualifier->first;
  const std::size_t limit = quantity_end_before(k);
  for (int step = 0; step < 6 && i > limit; ++step) {
    if (const M* cue = ending_at(kPriorBefore, i)) return cue->first;
    if (!skippable_before_value(i - 1)) break;
    --i;
  }
  return kNone;
}

// "… on the prior film" behind quantity k.
bool SentenceScope::prior_cue_after(std::size_t k) const {
  const Quantity& q = v_.quantities[k];
  std::size_t until = quantity_begin_after(k);
  if (k + 1 < v_.quantities.size()) {
    const std::size_t next_cue = prior_cue_before(k + 1);
    if (next_cue != kNone) until = std::min(until, next_cue);
  }
  for (std::size_t i = q.last; i < until; ++i) {
    if (t_.is(i, ",") || t_.is(i, ";") ||
        ((t_.is(i, ")") || t_.is(i, "and") || t_.is(i, "but")) && k + 1 < v_.quantities.size()))
      until = i;
  }
  const M* cue = first_of(kPriorAfter, q.last, until);
  if (cue == nullptr) return false;
  const M* mention = first_of(kMentioned, q.last, std::min(v_.last, cue->last + 1));
  // "described previously", "seen on the prior": the mention is old, the value need not be
  return mention == nullptr;
}

bool SentenceScope::is_prior(std::size_t k, const M* of, const std::string& kind) const {
  const Quantity& q = v_.quantities[k];
  if (kind == "change" || kind == "adjustment") return false;
  if (q.pair_from) return true;
  if (q.pair_to) return false;
  if (prior_cue_before(k) != kNone || prior_cue_after(k)) return true;
  // "decreased from 3 cm", "increased from 6 mm, now 9 mm"
  std::size_t i = q.first;
  if (const M* qualifier = ending_at(kQualifier, i)) i = qualifier->first;
  if (i > v_.first && t_.is(i - 1, "from")) {
    const std::size_t from = std::max(v_.first, i > 6 ? i - 6 : 0);
    if (last_of(kChangeUp, from, i) != nullptr || last_of(kChangeDown, from, i) != nullptr ||
        last_of(kChangeOther, from, i) != nullptr)
      return true;
  }
  // "was 6 mm, now 8 mm"
  if (v_.quantities.size() > 1 && first_of(kNow, v_.first, v_.last) != nullptr && past_tense_before(k)) {
    return true;
  }
  if (resolved(k, of)) return true;
  return false;
}

bool SentenceScope::past_tense_before(std::size_t k) const {
  const Quantity& q = v_.quantities[k];
  const std::size_t from = quantity_end_before(k);
  for (std::size_t i = q.first; i > from && q.first - i < 6; --i) {
    if (t_.is(i - 1, "now") || t_.is(i - 1, "is") || t_.is(i - 1, "currently")) return false;
    if (t_.is(i - 1, "was") || t_.is(i - 1, "were") || t_.is(i - 1, "measured") || t_.is(i - 1, "had"))
      return true;
  }
  return false;
}

// "The 6 mm nodule … is no longer seen", "resolution of the 2 cm pneumothorax".
bool SentenceScope::resolved(std::size_t k, const M* of) const {
  const M* cue = first_of(kResolved, v_.first, v_.last);
  if (cue == nullptr || of == nullptr) return false;
  const Quantity& q = v_.quantities[k];
  const std::size_t begin = std::min(of->first, q.first), end = std::max(of->last, q.last);
  if (cue->first >= end) {
    for (const M& other : findings_) {
      if (other.first >= end && other.last <= cue->first && !is_place(other)) return false;
    }
    for (std::size_t i = end; i < cue->first; ++i) {
      if (t_.is(i, ";") || t_.is(i, "but")) return false;
    }
    return true;
  }
  return cue->last <= begin && begin - cue->last <= 8 && t_.is(cue->last - 1, "of");
}

// ---- denied, unsure

std::size_t SentenceScope::clause_begin(std::size_t token) const {
  const M* stop = last_of(kTerminator, v_.first, token);
  return stop == nullptr ? v_.first : stop->last;
}
std::size_t SentenceScope::clause_end(std::size_t token) const {
  const M* stop = first_of(kTerminator, token, v_.last);
  return stop == nullptr ? v_.last : stop->first;
}

bool SentenceScope::only_a_list_between(std::size_t from, std::size_t to, const M* of) const {
  for (std::size_t i = from; i < to; ++i) {
    if (t_.is(i, "is") || t_.is(i, "are") || t_.is(i, "measures") || t_.is(i, "has") || t_.is(i, "with") ||
        t_.is(i, "there"))
      return false;
    if (t_.is(i, ",") && i + 1 == to && of != nullptr && to < of->first)
      return false;  // "no edema, 8 mm nodule"
    if (t_.is(i, "and") && (i + 1 == to || t_.is(i + 1, "the") || t_.is(i + 1, "a") || t_.is(i + 1, "an")))
      return false;
  }
  for (const Quantity& other : v_.quantities) {
    if (other.first >= from && other.last <= to && other.first != to) return false;
  }
  return true;
}

void SentenceScope::set_polarity(std::size_t k, const M* of, Measurement& m) const {
  // An earlier value or a wish is neither there nor denied.
  if (m.prior || m.advice) return;
  const Quantity& q = v_.quantities[k];
  const std::size_t begin = of == nullptr ? q.first : std::min(of->first, q.first);
  const std::size_t end = of == nullptr ? q.last : std::max(of->last, q.last);
  const std::size_t from = clause_begin(begin);
  for (const M& cue : v_.matches) {
    if (cue.category != kNegation || cue.first < from || cue.last > begin || overlaps(kPseudoNegation, cue))
      continue;
    if (overlaps(kUncertainBefore, cue)) continue;
    if (only_a_list_between(cue.last, begin, of)) m.negated = true;
  }
  // "nodules, none larger than 4 mm"
  for (std::size_t i = of == nullptr ? q.first : of->last; i < q.first; ++i)
    m.negated = m.negated || t_.is(i, "none");
  const std::size_t until = std::min(clause_end(end), quantity_begin_after(k));
  if (const M* cue = first_of(kNegationAfter, end, until);
      cue != nullptr && first_of(kFinding, end, cue->first) == nullptr) {
    m.negated = true;
  }
  // Unsure about the finding: a cue before it with no other finding or landmark in between.
  for (const M& cue : v_.matches) {
    if (cue.category == kUncertainBefore && cue.first >= from && cue.last <= begin) {
      const bool other = std::any_of(findings_.begin(), findings_.end(), [&](const M& f) {
        return f.first >= cue.last && f.last <= begin && &f != of;
      });
      if (!other && begin - cue.last <= 10 && only_a_list_between(cue.last, begin, of)) m.uncertain = true;
    }
    if (cue.category == kUncertainBefore && of != nullptr && cue.first >= q.last && cue.last <= of->first &&
        q.last <= of->first) {
      m.uncertain = true;  // "8 mm possible nodule"
    }
    if (cue.category == kUncertainAfter && cue.first >= end && cue.last <= until &&
        first_of(kFinding, end, cue.first) == nullptr) {
      m.uncertain = true;
    }
  }
  // "No definite 6 mm nodule" has both cues and says neither yes nor no.
  if (m.uncertain) m.negated = false;
}

}  // namespace hilum::nlp
