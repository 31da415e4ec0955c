// What is known of one sentence while its quantities are read: where the findings are, which side belongs to
// which, what is denied, old or unsure.
#pragma once

#include <algorithm>
#include <string>
#include <unordered_set>
#include <vector>

#include "nlp/measurements/internal.h"

namespace hilum::nlp {

class SentenceScope {
 public:
  explicit SentenceScope(const SentenceView& view) : v_(view), t_(view.text), lex_(view.lexicon) {}

 protected:
  using M = TermMatch;
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  bool in_set(const std::unordered_set<std::string>& set, std::size_t i) const {
    return i < t_.size() && set.count(std::string(t_[i].text)) > 0;
  }
  const std::string& name(const M& m) const { return lex_.names[static_cast<std::size_t>(m.value)]; }
  const FindingWord& finding(const M& m) const { return lex_.findings[static_cast<std::size_t>(m.value)]; }

  const M* first_of(Category category, std::size_t from, std::size_t to) const {
    for (const M& m : v_.matches) {
      if (m.category == category && m.first >= from && m.last <= to) return &m;
    }
    return nullptr;
  }
  const M* last_of(Category category, std::size_t from, std::size_t to) const {
    const M* found = nullptr;
    for (const M& m : v_.matches) {
      if (m.category == category && m.first >= from && m.last <= to) found = &m;
    }
    return found;
  }
  bool overlaps(Category category, const M& with) const {
    return std::any_of(v_.matches.begin(), v_.matches.end(), [&](const M& m) {
      return m.category == category && m.first < with.last && m.last > with.first;
    });
  }
  // A match of the category that ends at token `end` (words in `fillers` may stand between), or null.
  const M* ending_at(Category category, std::size_t end) const {
    for (const M& m : v_.matches) {
      if (m.category == category && m.last == end) return &m;
    }
    return nullptr;
  }

  // A word that names a landmark of a distance is not what is measured: "below the aortic arch".
  bool is_landmark(const M& m) const {
    if (!overlaps(kTarget, m)) return false;
    for (std::size_t k = m.first; k > v_.first && m.first - k < 6; --k) {
      if (last_of(kRelation, k - 1, m.first) != nullptr) return true;
    }
    return false;
  }

  void collect_findings() {
    for (const M& m : v_.matches) {
      if (m.category == kFinding && !is_landmark(m)) findings_.push_back(m);
    }
    // "Endotracheal tube … side port" is one enteric tube; "right IJ central line" one line: a part right
    // behind its whole adds nothing.
    std::vector<M> merged;
    for (const M& m : findings_) {
      const bool part = !merged.empty() && merged.back().last == m.first &&
                        finding(merged.back()).group == finding(m).group;
      if (part) {
        const std::string& head = finding(m).name;
        if (head == "nodule" || head == "mass" || head == "opacity" || head == "lesion")
          merged.back().value = m.value;
        merged.back().last = m.last;
      } else {
        merged.push_back(m);
      }
    }
    findings_ = std::move(merged);
  }

  std::size_t quantity_end_before(std::size_t k) const {
    return k == 0 ? v_.first : v_.quantities[k - 1].last;
  }
  std::size_t quantity_begin_after(std::size_t k) const {
    return k + 1 < v_.quantities.size() ? v_.quantities[k + 1].first : v_.last;
  }

  bool is_device(const M& m) const {
    const std::string& group = finding(m).group;
    return group == "airway" || group == "line" || group == "enteric" || group == "drain";
  }

  // An organ behind a preposition is a place ("adjacent to the aorta"), not the thing measured.
  bool is_place(const M& m) const {
    if (finding(m).group != "organ") return false;
    std::size_t i = m.first;
    while (i > v_.first && (t_.is(i - 1, "the") || t_.is(i - 1, "a"))) --i;
    return i > v_.first && in_set(lex_.prepositions, i - 1);
  }

  std::vector<const M*> sides(std::size_t from, std::size_t to) const;
  std::size_t phrase_begin(std::size_t end, std::size_t limit) const;
  bool new_phrase(std::size_t i) const;
  std::size_t finding_end_before(std::size_t token) const;
  std::size_t finding_begin_after(std::size_t token) const;
  std::string side_of(const M& of, std::size_t k) const;
  void set_qualifier(std::size_t k, Measurement& m) const;
  bool skippable_before_value(std::size_t i) const;
  std::size_t prior_cue_before(std::size_t k) const;
  bool prior_cue_after(std::size_t k) const;
  bool is_prior(std::size_t k, const M* of, const std::string& kind) const;
  bool past_tense_before(std::size_t k) const;
  bool resolved(std::size_t k, const M* of) const;
  std::size_t clause_begin(std::size_t token) const;
  std::size_t clause_end(std::size_t token) const;
  bool only_a_list_between(std::size_t from, std::size_t to, const M* of) const;
  void set_polarity(std::size_t k, const M* of, Measurement& m) const;

  const SentenceView& v_;
  const TermText& t_;
  const MeasurementLexicon& lex_;
  std::vector<M> findings_;
};

}  // namespace hilum::nlp
