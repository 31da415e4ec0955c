#include "nlp/labels/assertion.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

namespace hilum::nlp {
namespace {

// Words a cue acts over at most. Longer sentences are lists of which a cue at one end says nothing about the
// other.
constexpr std::size_t kScope = 60;
constexpr std::size_t kStateScope = 14;
// Words between two findings that stand side by side, at most.
constexpr std::size_t kNear = 6;

// In the order of CueKind.
constexpr std::array<const char*, kCueKinds> kKindNames = {"terminate",
                                                           "and",
                                                           "or",
                                                           "comma",
                                                           "with",
                                                           "link",
                                                           "be",
                                                           "verb",
                                                           "seen",
                                                           "size",
                                                           "subject",
                                                           "negate_before",
                                                           "negate_pseudo",
                                                           "negate_after",
                                                           "uncertain_over_negation_before",
                                                           "uncertain_over_negation_after",
                                                           "uncertain_before",
                                                           "uncertain_after",
                                                           "history",
                                                           "normal",
                                                           "abnormal",
                                                           "borderline",
                                                           "upper_limit",
                                                           "stable",
                                                           "obscured"};

constexpr std::uint32_t bit(CueKind kind) { return 1u << static_cast<unsigned>(kind); }

constexpr std::uint32_t kSeparators = bit(CueKind::kComma) | bit(CueKind::kAnd) | bit(CueKind::kOr);
constexpr std::uint32_t kVerbs = bit(CueKind::kBe) | bit(CueKind::kVerb);
constexpr std::uint32_t kStates = bit(CueKind::kNormal) | bit(CueKind::kAbnormal) |
                                  bit(CueKind::kBorderline) | bit(CueKind::kUpperLimit) |
                                  bit(CueKind::kStable) | bit(CueKind::kObscured);
constexpr std::uint32_t kGrammar =
    kSeparators | kVerbs | bit(CueKind::kSeen) | bit(CueKind::kSize) | bit(CueKind::kSubject);
constexpr std::uint32_t kAbout = (1u << kCueKinds) - 1u - kStates - kGrammar;

std::size_t minus(std::size_t a, std::size_t b) { return a > b ? a - b : 0; }

}  // namespace

std::string_view assertion_name(Assertion assertion) {
  constexpr std::array<std::string_view, 4> kNames = {"unmentioned", "negative", "uncertain", "positive"};
  return kNames[static_cast<std::size_t>(assertion)];
}

Status AssertionRules::add_to(const Json& table, PhraseMatcher& matcher, std::uint32_t first_id) {
  for (std::uint32_t kind = 0; kind < kCueKinds; ++kind) {
    const auto it = table.find(kKindNames[kind]);
    if (kKindNames[kind] == std::string_view("subject") && it == table.end()) continue;
    if (it == table.end() || !it->is_array()) {
      return {ErrorCode::kConfig, std::string("no list '") + kKindNames[kind] + "'"};
    }
    for (const Json& phrase : *it) {
      if (!phrase.is_string())
        return {ErrorCode::kConfig, std::string("'") + kKindNames[kind] + "' should hold text"};
      HILUM_RETURN_IF_ERROR(matcher.add(phrase.get_ref<const std::string&>(), first_id + kind));
    }
  }
  return Status::ok();
}

void SentenceCues::set(const Words& words, const std::vector<Cue>& cues,
                       const std::vector<Mention>& findings) {
  findings_ = findings;
  cues_.clear();
  kinds_.assign(words.size(), 0);
  first_cue_.assign(words.size(), 0);
  clause_.assign(words.size(), 0);
  std::vector<Cue> sorted = cues;
  std::sort(sorted.begin(), sorted.end(), [](const Cue& a, const Cue& b) {
    return a.first != b.first ? a.first < b.first : a.last > b.last;
  });
  add_group(sorted, kAbout);
  add_group(sorted, kStates);
  for (const Cue& cue : sorted) {
    if ((bit(cue.kind) & kGrammar) != 0) cues_.push_back(cue);
  }
  std::stable_sort(cues_.begin(), cues_.end(), [](const Cue& a, const Cue& b) { return a.first < b.first; });
  for (std::size_t i = cues_.size(); i-- > 0;) {
    kinds_[cues_[i].first] |= bit(cues_[i].kind);
    first_cue_[cues_[i].first] = static_cast<std::uint32_t>(i);
  }
  find_clauses();
}

// Of cues that overlap, the leftmost and longest count; several kinds of the very same words all do.
void SentenceCues::add_group(const std::vector<Cue>& sorted, std::uint32_t kinds) {
  const Cue* last = nullptr;
  for (const Cue& cue : sorted) {
    if ((bit(cue.kind) & kinds) == 0) continue;
    const bool same_words = last != nullptr && cue.first == last->first && cue.last == last->last;
    if (last != nullptr && cue.first <= last->last && !same_words) continue;
    cues_.push_back(cue);
    last = &cue;
  }
}

bool SentenceCues::has(std::size_t first, std::size_t end, std::uint32_t kinds) const {
  for (std::size_t word = first; word < std::min(end, kinds_.size()); ++word) {
    if ((kinds_[word] & kinds) != 0) return true;
  }
  return false;
}

const Cue* SentenceCues::cue_at(std::size_t word, std::uint32_t kinds) const {
  if ((kinds_[word] & kinds) == 0) return nullptr;
  for (std::size_t i = first_cue_[word]; i < cues_.size() && cues_[i].first == word; ++i) {
    if ((bit(cues_[i].kind) & kinds) != 0) return &cues_[i];
  }
  return nullptr;
}

bool SentenceCues::finding_in(std::size_t first, std::size_t end) const {
  const auto it = std::lower_bound(findings_.begin(), findings_.end(), first,
                                   [](const Mention& m, std::size_t word) { return m.first < word; });
  return it != findings_.end() && it->last < end;
}

// Does [first, end) say something of its own: a subject with its verb, and not the "… is seen" of a list?
bool SentenceCues::starts_clause(std::size_t first, std::size_t end, bool needs_subject) const {
  if (first >= end || (kinds_[first] & kVerbs) != 0) return false;
  if (needs_subject && (kinds_[first] & bit(CueKind::kSubject)) == 0) return false;
  for (std::size_t word = first + 1; word < std::min(end, first + kScope); ++word) {
    if ((kinds_[word] & kVerbs) == 0) continue;
    const bool is_seen =
        (kinds_[word] & bit(CueKind::kBe)) != 0 && has(word + 1, word + 4, bit(CueKind::kSeen));
    return !is_seen || (kinds_[first] & (bit(CueKind::kNegateBefore) | bit(CueKind::kSubject))) != 0;
  }
  return false;
}

// A clause ends at a word like "but", and at a comma or "and" between two parts that each say something.
void SentenceCues::find_clauses() {
  std::uint32_t number = 0;
  std::size_t begin = 0;
  const std::size_t size = kinds_.size();
  bool complete = false;      // this clause has said something
  bool negated_only = false;  // … and that is a negated finding
  std::size_t next_separator = 0;
  for (std::size_t word = 0; word < size; ++word) {
    if ((kinds_[word] & bit(CueKind::kTerminate)) != 0) {
      ++number;
      begin = word;
      complete = negated_only = false;
    } else if ((kinds_[word] & (bit(CueKind::kComma) | bit(CueKind::kAnd))) != 0 && word > begin) {
      std::size_t first = word + 1;
      const bool then_or = first < size && (kinds_[first] & bit(CueKind::kOr)) != 0;
      if (first < size && (kinds_[first] & bit(CueKind::kAnd)) != 0) ++first;
      if (next_separator < first) {
        next_separator = first;
        while (next_separator < size &&
               (kinds_[next_separator] & (kSeparators | bit(CueKind::kTerminate))) == 0) {
          ++next_separator;
        }
      }
      if (!then_or && (complete || negated_only) && starts_clause(first, next_separator, !complete)) {
        ++number;
        begin = word;
        complete = negated_only = false;
      }
    }
    if ((kinds_[word] & (kVerbs | bit(CueKind::kNegateAfter))) != 0 || (kinds_[word] & kStates) != 0)
      complete = true;
    if ((kinds_[word] & bit(CueKind::kNegateBefore)) != 0) negated_only = true;
    clause_[word] = number;
  }
}

// Does what a cue says hold for a mention further on?
SentenceCues::Reach SentenceCues::reach_forward(const Cue& cue, const Mention& mention) const {
  if (cue.last >= mention.first || clause_[cue.last] != clause_[mention.first]) return {};
  const std::size_t begin = cue.last + 1;
  std::size_t comma = 0;  // the last one in between, with no "and" or "or" behind it
  for (std::size_t word = begin; word < mention.first; ++word) {
    // "no pneumonia with a small effusion"
    if ((kinds_[word] & bit(CueKind::kWith)) != 0 && finding_in(begin, word)) return {};
    if ((kinds_[word] & bit(CueKind::kComma)) != 0) comma = word;
    if ((kinds_[word] & (bit(CueKind::kAnd) | bit(CueKind::kOr))) != 0) comma = 0;
  }
  // "no pneumothorax, small effusion": a size starts anew, unless the list goes on to an "or".
  if (comma > 0 && (kinds_[comma + 1] & bit(CueKind::kSize)) != 0 && finding_in(begin, comma)) {
    std::size_t end = mention.last + 1;
    while (end < kinds_.size() && clause_[end] == clause_[mention.first] && end < mention.last + kScope &&
           (kinds_[end] & kSeparators) == 0) {
      ++end;
    }
    const bool list_goes_on =
        end < kinds_.size() && end < mention.last + kScope && clause_[end] == clause_[mention.first];
    if (!list_goes_on) return {};
  }
  // "no consolidation large effusion": nothing tells where the negation ends.
  bool run_on = false;
  auto it = std::lower_bound(findings_.begin(), findings_.end(), begin,
                             [](const Mention& m, std::size_t word) { return m.first < word; });
  for (; it != findings_.end() && it->last < mention.first && !run_on; ++it) {
    const std::size_t after = it->last + 1;
    run_on = after < mention.first && (kinds_[after] & bit(CueKind::kSize)) != 0 &&
             (std::next(it) != findings_.end() && std::next(it)->first <= mention.first) &&
             !has(after, std::min(std::next(it)->first, mention.first), kSeparators | kVerbs);
  }
  return {true, run_on};
}

// Does what a cue says hold for a mention before it?
bool SentenceCues::reach_backward(const Cue& cue, const Mention& mention) const {
  if (cue.first <= mention.last || clause_[cue.first] != clause_[mention.last]) return false;
  std::size_t begin = mention.last + 1;
  // Neighbours without a word between are one thing: "endotracheal tube".
  auto it = std::lower_bound(findings_.begin(), findings_.end(), begin,
                             [](const Mention& m, std::size_t word) { return m.first < word; });
  for (; it != findings_.end() && it->first <= begin; ++it) begin = std::max(begin, it->last + 1);
  if (has(begin, cue.first, bit(CueKind::kWith) | bit(CueKind::kLink))) return false;
  return !finding_in(begin, cue.first) || has(begin, cue.first, bit(CueKind::kAnd) | bit(CueKind::kOr));
}

const Cue* SentenceCues::nearest_before(const Mention& mention, std::uint32_t kinds, bool& run_on) const {
  for (std::size_t word = mention.first; word-- > minus(mention.first, kScope);) {
    if (clause_[word] != clause_[mention.first]) return nullptr;
    const Cue* cue = cue_at(word, kinds);
    if (cue == nullptr) continue;
    const Reach reach = reach_forward(*cue, mention);
    if (!reach.reaches) continue;
    run_on = reach.run_on;
    return cue;
  }
  return nullptr;
}

const Cue* SentenceCues::nearest_after(const Mention& mention, std::uint32_t kinds) const {
  for (std::size_t word = mention.last + 1; word < std::min(kinds_.size(), mention.last + kScope / 2);
       ++word) {
    // "… is less likely but not excluded": a clause that begins with the cue still speaks of what came
    // before.
    const bool elliptic = word > 0 && (kinds_[word - 1] & bit(CueKind::kTerminate)) != 0;
    if (clause_[word] != clause_[mention.last] && !elliptic) {
      if ((kinds_[word] & bit(CueKind::kTerminate)) == 0) return nullptr;
      continue;
    }
    const Cue* cue = cue_at(word, kinds);
    if (cue == nullptr) continue;
    const bool reaches = clause_[word] == clause_[mention.last]
                             ? reach_backward(*cue, mention)
                             : !finding_in(cue->last + 1, cue->last + 1 + kNear);
    return reaches ? cue : nullptr;
  }
  return nullptr;
}

// "no effusion, possible pneumonia": the hedge starts anew behind a comma or "and".
bool SentenceCues::hedged_after(const Cue& negation, const Mention& mention) const {
  for (std::size_t word = negation.last + 1; word < mention.first; ++word) {
    if ((kinds_[word] & (bit(CueKind::kComma) | bit(CueKind::kAnd))) == 0) continue;
    std::size_t next = word + 1;
    if (next < mention.first && (kinds_[next] & bit(CueKind::kOr)) != 0) continue;
    while (next < mention.first && (kinds_[next] & bit(CueKind::kAnd)) != 0) ++next;
    if (next < mention.first && (kinds_[next] & bit(CueKind::kUncertainBefore)) != 0) return true;
  }
  return false;
}

// "A or B", "A versus B", "A/B" with another finding on the other side.
const Cue* SentenceCues::alternative(const Mention& mention) const {
  for (std::size_t word = mention.last + 1; word < std::min(kinds_.size(), mention.last + kNear); ++word) {
    if (clause_[word] != clause_[mention.last] || finding_in(mention.last + 1, word)) break;
    const Cue* cue = cue_at(word, bit(CueKind::kOr));
    if (cue != nullptr && finding_in(word + 1, word + 1 + kNear)) return cue;
  }
  for (std::size_t word = mention.first; word-- > minus(mention.first, kNear);) {
    if (clause_[word] != clause_[mention.first] || finding_in(word, mention.first)) break;
    const Cue* cue = cue_at(word, bit(CueKind::kOr));
    if (cue != nullptr && finding_in(minus(word, kNear), word)) return cue;
  }
  return nullptr;
}

Judgement SentenceCues::judge_finding(const Mention& mention, const AssertionOptions& options) const {
  bool run_on = false;
  const auto found = [](Assertion assertion, std::string_view rule, const Cue* cue) {
    return Judgement{assertion, rule, cue == nullptr ? std::nullopt : std::optional<Cue>(*cue)};
  };
  if (const Cue* cue = nearest_before(mention, bit(CueKind::kUncertainOverNegationBefore), run_on)) {
    return found(Assertion::kUncertain, "not excluded", cue);
  }
  if (const Cue* cue = nearest_after(mention, bit(CueKind::kUncertainOverNegationAfter))) {
    return found(Assertion::kUncertain, "not excluded", cue);
  }
  if (const Cue* cue = nearest_before(mention, bit(CueKind::kHistory), run_on)) {
    return found(Assertion::kUnmentioned, "history", cue);
  }
  const Cue* negation = nearest_before(mention, bit(CueKind::kNegateBefore), run_on);
  if (negation != nullptr && !hedged_after(*negation, mention)) {
    if (run_on) return found(Assertion::kUncertain, "negation runs on without a comma", negation);
    return found(Assertion::kNegative, "negated before", negation);
  }
  if (const Cue* cue = nearest_after(mention, bit(CueKind::kNegateAfter))) {
    return found(Assertion::kNegative, "negated after", cue);
  }
  if (const Cue* cue = nearest_before(mention, bit(CueKind::kUncertainBefore), run_on)) {
    return found(Assertion::kUncertain, "hedged before", cue);
  }
  if (const Cue* cue = nearest_after(mention, bit(CueKind::kUncertainAfter))) {
    return found(Assertion::kUncertain, "hedged after", cue);
  }
  if (const Cue* cue = alternative(mention); cue != nullptr && options.alternatives_are_uncertain) {
    return found(Assertion::kUncertain, "one of two", cue);
  }
  for (std::size_t word = mention.first; word-- > minus(mention.first, 4);) {
    const Cue* cue = cue_at(word, bit(CueKind::kBorderline));
    if (cue != nullptr && cue->last < mention.first && !has(word, mention.first, kSeparators | kVerbs) &&
        options.borderline_is_uncertain) {
      return found(Assertion::kUncertain, "borderline", cue);
    }
  }
  return found(Assertion::kPositive, "mentioned", nullptr);
}

// The strongest state in front of an organ: "stable enlarged heart".
const Cue* SentenceCues::state_before(const Mention& mention, bool cross_separators) const {
  const Cue* best = nullptr;
  for (std::size_t word = mention.first; word-- > minus(mention.first, kStateScope);) {
    if (clause_[word] != clause_[mention.first] || (kinds_[word] & (kVerbs | bit(CueKind::kWith))) != 0)
      break;
    if ((kinds_[word] & kSeparators) != 0 && (!cross_separators || best != nullptr)) break;
    const Cue* cue = cue_at(word, kStates);
    if (cue == nullptr || cue->last >= mention.first) continue;
    if (best == nullptr || cue->kind == CueKind::kAbnormal || best->kind == CueKind::kStable) best = cue;
  }
  return best;
}

const Cue* SentenceCues::state_after(const Mention& mention, bool cross_separators) const {
  const Cue* best = nullptr;
  const std::size_t end = std::min(kinds_.size(), mention.last + 1 + kStateScope);
  for (std::size_t word = mention.last + 1; word < end; ++word) {
    if (clause_[word] != clause_[mention.last] || (kinds_[word] & bit(CueKind::kWith)) != 0) break;
    if ((kinds_[word] & kSeparators) != 0 && (!cross_separators || best != nullptr)) break;
    const Cue* cue = cue_at(word, kStates);
    if (cue == nullptr) continue;
    if (best == nullptr || cue->kind == CueKind::kAbnormal || best->kind == CueKind::kStable) best = cue;
  }
  return best;
}

Judgement SentenceCues::state_judgement(const Cue& state, bool weak, const AssertionOptions& options) const {
  const auto result = [&](Assertion assertion, std::string_view rule) {
    return Judgement{assertion, rule, state};
  };
  switch (state.kind) {
    case CueKind::kNormal:
      return result(Assertion::kNegative, "normal");
    case CueKind::kUpperLimit:
      return result(Assertion::kUncertain, "upper limit of normal");
    case CueKind::kBorderline:
      return result(options.borderline_is_uncertain ? Assertion::kUncertain : Assertion::kPositive,
                    "borderline");
    case CueKind::kAbnormal: {
      bool run_on = false;
      const Mention word{state.first, state.last};
      if (nearest_before(word, bit(CueKind::kNegateBefore), run_on) != nullptr) {
        return result(Assertion::kNegative, "not enlarged");
      }
      if (nearest_before(word, bit(CueKind::kUncertainBefore), run_on) != nullptr) {
        return result(Assertion::kUncertain, "perhaps enlarged");
      }
      return result(Assertion::kPositive, "enlarged");
    }
    default:
      if (weak) return result(Assertion::kUnmentioned, "no state");
      return result(Assertion::kUncertain, state.kind == CueKind::kStable ? "stable" : "obscured");
  }
}

Judgement SentenceCues::judge_structure(const Mention& mention, bool weak,
                                        const AssertionOptions& options) const {
  const Cue* before = state_before(mention, false);
  const Cue* after = state_after(mention, before == nullptr);
  // "Stable cardiac silhouette, which is enlarged": what is more than "stable" counts.
  const Cue* state = before;
  if (state == nullptr ||
      (after != nullptr && (state->kind == CueKind::kStable || after->kind == CueKind::kAbnormal))) {
    state = after;
  }
  if (state == nullptr) state = state_before(mention, true);
  if (state == nullptr) return {Assertion::kUnmentioned, "no state", std::nullopt};
  return state_judgement(*state, weak, options);
}

}  // namespace hilum::nlp
