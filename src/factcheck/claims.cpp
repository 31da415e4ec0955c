#include "factcheck/claims.h"

#include <algorithm>
#include <iterator>

#include <nlohmann/json.hpp>

#include "core/files/file.h"
#include "factcheck/entity_claims.h"
#include "factcheck/lexicon.h"

namespace hilum::factcheck {
namespace {

using nlp::TermMatch;

// The findings of one sentence: which words around each belong to it.
class SentenceFindings {
 public:
  SentenceFindings(const FieldText& field, const FactLexicon& lexicon, const FieldSentence& sentence,
                   std::vector<const TermMatch*> matches)
      : t_(field.tokens), lex_(lexicon), s_(sentence), matches_(std::move(matches)) {
    for (const TermMatch* m : matches_) {
      if (m->category == kFinding) findings_.push_back(m);
    }
  }

  void read(std::vector<Claim>& out) const {
    for (const TermMatch* m : matches_) {
      if (m->category == kNormal) out.push_back(normal(*m));
      if (m->category == kFinding && !in_normal(*m)) out.push_back(finding(*m));
    }
  }

 private:
  bool word_in(const std::unordered_set<std::string>& set, std::size_t i) const {
    return i < t_.size() && set.count(std::string(t_[i].text)) > 0;
  }
  bool in_normal(const TermMatch& m) const {
    return std::any_of(matches_.begin(), matches_.end(), [&](const TermMatch* o) {
      return o->category == kNormal && o->first <= m.first && o->last >= m.last;
    });
  }
  bool covered(const TermMatch& m, Category by) const {
    return std::any_of(matches_.begin(), matches_.end(), [&](const TermMatch* o) {
      return o->category == by && o->first < m.last && o->last > m.first;
    });
  }
  const std::string& name(const TermMatch& m) const { return lex_.names[static_cast<std::size_t>(m.value)]; }

  Claim base(const TermMatch& m) const {
    Claim claim;
    claim.type = Claim::Type::kFinding;
    claim.begin = t_[m.first].begin;
    claim.end = t_[m.last - 1].end;
    claim.sentence_begin = s_.begin;
    claim.sentence_end = s_.end;
    return claim;
  }

  Claim normal(const TermMatch& m) const {
    Claim claim = base(m);
    const NormalEntry& entry = lex_.normals[static_cast<std::size_t>(m.value)];
    claim.finding.finding = entry.organ;
    claim.finding.assertion = Assertion::kNormal;
    claim.finding.denies = entry.denies;
    // "otherwise clear", "clear except for …" deny nothing for certain.
    for (std::size_t i = s_.first; i < s_.last; ++i) {
      if (t_.is(i, "otherwise") || t_.is(i, "not") || t_.is(i, "except") || t_.is(i, "remainder"))
        claim.finding.narrowed = true;
    }
    for (const TermMatch* o : matches_) {
      if (o->category == kTerminator) claim.finding.narrowed = true;
    }
    return claim;
  }

  Claim finding(const TermMatch& m) const {
    Claim claim = base(m);
    const FindingEntry& entry = lex_.findings[static_cast<std::size_t>(m.value)];
    FindingClaim& f = claim.finding;
    f.finding = entry.name;
    f.device = entry.device;
    const std::size_t begin = phrase_begin(m.first);
    const std::size_t behind = behind_end(m);
    f.zone = first_named(kZone, begin, m.last, m.last, behind);
    f.severity = first_named(kSeverity, begin, m.first, m.last, m.last);
    if (entry.sided) f.laterality = side(begin, m, behind);
    set_assertion(m, f);
    for (const TermMatch* o : matches_) {
      const bool before = o->last <= m.first && o->first >= begin;
      const bool after = o->first >= m.last && o->last <= std::min(behind, m.last + 4);
      if (o->category != kOld || (!before && !after)) continue;
      f.old = true;
      f.gone = f.gone || name(*o) == "gone";
    }
    return claim;
  }

  bool stops(std::size_t i) const {
    return word_in(lex_.verbs, i) || t_.is(i, ",") || t_.is(i, ";") || t_.is(i, ":") || t_.is(i, "no") ||
           t_.is(i, "without") || t_.is(i, "and") || t_.is(i, "or") || t_.is(i, "(") || t_.is(i, ".") ||
           word_in(lex_.prepositions, i);
  }

  std::size_t phrase_begin(std::size_t end) const {
    std::size_t i = end;
    while (i > s_.first && !is_stop_but_not_in_side(i - 1)) --i;
    return i;
  }
  bool is_stop_but_not_in_side(std::size_t i) const {
    if (!stops(i)) return false;
    // "right and left", "small to moderate" go on
    if (t_.is(i, "to")) return false;
    for (const TermMatch* m : matches_) {
      if (m->category == kSide && m->first <= i && m->last > i) return false;
    }
    return true;
  }

  // Up to where words behind a finding may say its place.
  std::size_t behind_end(const TermMatch& m) const {
    std::size_t end = s_.last;
    for (const TermMatch* o : findings_) {
      if (o->first >= m.last) {
        end = std::min(end, phrase_begin(o->first));
        break;
      }
    }
    for (std::size_t i = m.last; i < end; ++i) {
      if (t_.is(i, ";") || t_.is(i, ",") || t_.is(i, "but") || t_.is(i, "which") || t_.is(i, "no")) return i;
    }
    return std::max(end, m.last);
  }

  std::string first_named(Category category, std::size_t from, std::size_t to, std::size_t from2,
                          std::size_t to2) const {
    std::string before, after;
    for (const TermMatch* m : matches_) {
      if (m->category != category) continue;
      if (m->first >= from && m->last <= to) before = name(*m);
      if (after.empty() && m->first >= from2 && m->last <= to2) after = name(*m);
    }
    return before.empty() ? after : before;
  }

  std::string side(std::size_t begin, const TermMatch& f, std::size_t behind) const {
    const auto within = [&](std::size_t from, std::size_t to) {
      std::string found;
      for (const TermMatch* m : matches_) {
        if (m->category != kSide || m->first < from || m->last > to || covered(*m, kNotASide)) continue;
        found = found.empty() || found == name(*m) ? name(*m) : "bilateral";
      }
      return found;
    };
    const std::string own = within(begin, f.last);
    return own.empty() ? within(f.last, behind) : own;
  }

  // Words of another clause between a cue and the finding end the cue's reach.
  bool reaches(std::size_t from, std::size_t to) const {
    for (std::size_t i = from; i < to; ++i) {
      if (t_.is(i, "is") || t_.is(i, "are") || t_.is(i, "was") || t_.is(i, "has") || t_.is(i, "have") ||
          t_.is(i, "there") || t_.is(i, ";") || t_.is(i, "with") || t_.is(i, "shows") ||
          t_.is(i, "remains") || t_.is(i, ":") || t_.is(i, "due")) {
        return false;
      }
    }
    for (const TermMatch* m : matches_) {
      if (m->category == kTerminator && m->first >= from && m->last <= to) return false;
    }
    return true;
  }

  void set_assertion(const TermMatch& f, FindingClaim& claim) const {
    for (const TermMatch* cue : matches_) {
      if (cue->category == kNegation && cue->last <= f.first && !covered(*cue, kPseudoNegation) &&
          !covered(*cue, kUncertainBefore) && !covered(*cue, kUncertainAfter) &&
          reaches(cue->last, f.first)) {
        claim.assertion = Assertion::kAbsent;
        const std::size_t own = std::max(cue->last, phrase_begin(f.first));
        for (const TermMatch* o : matches_) {
          const bool word = o->category == kNarrowed || o->category == kSeverity || o->category == kOld;
          if (word && o->first >= own && o->last <= f.first) claim.narrowed = true;
        }
      }
      const bool behind =
          cue->first >= f.last && cue->last <= s_.last && clear_of_findings(f.last, cue->first);
      const bool on_a_prior = t_.is(cue->last, "on") || t_.is(cue->last, "previously");
      if (cue->category == kNegationAfter && behind && !on_a_prior && reaches(f.last, cue->first))
        claim.assertion = Assertion::kAbsent;
    }
    if (claim.assertion == Assertion::kAbsent) {
      // "no effusion larger than", "no nodule that …": a denial of some of them only
      for (std::size_t i = f.last; i < std::min(s_.last, f.last + 3); ++i) {
        if (t_.is(i, "larger") || t_.is(i, "greater") || t_.is(i, "that") || t_.is(i, "other"))
          claim.narrowed = true;
      }
      return;
    }
    for (const TermMatch* cue : matches_) {
      if (cue->category == kUncertainBefore && cue->last <= f.first && reaches(cue->last, f.first))
        claim.assertion = Assertion::kUncertain;
      if (cue->category == kUncertainAfter && cue->first >= f.last && clear_of_findings(f.last, cue->first))
        claim.assertion = Assertion::kUncertain;
    }
    if (t_.is(f.last, "?") || t_.is(f.last, "versus") || t_.is(f.last, "vs") ||
        (f.first > s_.first && (t_.is(f.first - 1, "versus") || t_.is(f.first - 1, "vs")))) {
      claim.assertion = Assertion::kUncertain;
    }
  }

  bool clear_of_findings(std::size_t from, std::size_t to) const {
    return std::none_of(findings_.begin(), findings_.end(),
                        [&](const TermMatch* o) { return o->first >= from && o->last <= to; });
  }

  const nlp::TermText& t_;
  const FactLexicon& lex_;
  const FieldSentence& s_;
  std::vector<const TermMatch*> matches_;
  std::vector<const TermMatch*> findings_;
};

const char* assertion_name(Assertion a) {
  switch (a) {
    case Assertion::kPresent:
      return "present";
    case Assertion::kAbsent:
      return "absent";
    case Assertion::kUncertain:
      return "uncertain";
    case Assertion::kNormal:
      return "normal";
  }
  return "present";
}

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

}  // namespace

Json to_json(const Claim& claim) {
  Json json{{"type", claim.type == Claim::Type::kMeasurement ? "measurement" : "finding"}};
  if (claim.type == Claim::Type::kMeasurement) {
    const Json fields = nlp::to_json(claim.measurement);
    for (const auto& [key, value] : fields.items()) json[key] = value;
    return json;
  }
  const FindingClaim& f = claim.finding;
  json["finding"] = f.finding;
  json["laterality"] = text_or_null(f.laterality);
  json["zone"] = text_or_null(f.zone);
  json["severity"] = text_or_null(f.severity);
  json["assertion"] = assertion_name(f.assertion);
  if (f.narrowed) json["narrowed"] = true;
  json["span_bytes"] = {claim.begin, claim.end};
  return json;
}

Result<ClaimReader> ClaimReader::load() {
  HILUM_ASSIGN(auto lexicon, FactLexicon::load());
  HILUM_ASSIGN(auto parser, nlp::MeasurementParser::load());
  HILUM_ASSIGN(auto extractor, nlp::EntityExtractor::load());
  return ClaimReader(std::move(lexicon), std::move(parser), std::move(extractor));
}

std::vector<Claim> ClaimReader::read(std::string_view text) const { return read(FieldText(text, *lexicon_)); }

std::vector<Claim> ClaimReader::read(const FieldText& field) const {
  std::vector<Claim> claims;
  std::size_t next = 0;
  for (const FieldSentence& span : field.sentences) {
    std::vector<const TermMatch*> matches;
    for (; next < field.matches.size() && field.matches[next].first < span.last; ++next) {
      if (field.matches[next].last <= span.last) matches.push_back(&field.matches[next]);
    }
    SentenceFindings(field, *lexicon_, span, std::move(matches)).read(claims);
  }
  std::vector<Claim> spotted = entity_claims(extractor_, field, *lexicon_, claims);
  claims.insert(claims.end(), std::make_move_iterator(spotted.begin()),
                std::make_move_iterator(spotted.end()));
  std::size_t sentence = 0;
  for (nlp::Measurement& m : parser_.parse(field.text())) {
    Claim claim;
    claim.type = Claim::Type::kMeasurement;
    claim.begin = m.begin;
    claim.end = m.end;
    while (sentence + 1 < field.sentences.size() && field.sentences[sentence].end <= m.begin) ++sentence;
    claim.sentence_begin = field.sentences[sentence].begin;
    claim.sentence_end = field.sentences[sentence].end;
    claim.measurement = std::move(m);
    claims.push_back(std::move(claim));
  }
  std::stable_sort(claims.begin(), claims.end(),
                   [](const Claim& a, const Claim& b) { return a.begin < b.begin; });
  return claims;
}

}  // namespace hilum::factcheck
