// What a quantity is of: kind, direction, landmark and finding.
#include <algorithm>

#include "nlp/measurements/sentence.h"

namespace hilum::nlp {
namespace {

class SentenceReader : private SentenceScope {
 public:
  SentenceReader(const SentenceView& view, std::vector<Antecedent>& antecedents)
      : SentenceScope(view), antecedents_(antecedents) {}

  void run(std::vector<Measurement>& out) {
    collect_findings();
    for (std::size_t k = 0; k < v_.quantities.size(); ++k) read(k, out);
    remember();
  }

 private:
  void read(std::size_t k, std::vector<Measurement>& out) {
    const Quantity& q = v_.quantities[k];
    Measurement m;
    m.form = q.form;
    m.values = q.values;
    m.unit = q.unit;
    m.source_unit = q.source_unit;
    m.begin = t_[q.first].begin;
    m.end = t_[q.last - 1].end;
    m.source_text = std::string(t_.original().substr(m.begin, m.end - m.begin));

    set_kind(k, m);
    const M* of = nullptr;
    if (m.kind == "ratio") {
      m.finding = "heart";
    } else {
      of = find_finding(k, m);
      if (of != nullptr) set_finding(*of, k, m);
      if (of == nullptr) set_from_context(k, m);
    }
    // Technique, drips and bed angles are no findings.
    // A number without a finding or landmark is kept only if nothing else explains it.
    const bool named = of != nullptr || !m.target.empty() || m.kind == "ratio";
    if (!named && first_of(kTechnique, v_.first, v_.last) != nullptr) return;
    if (q.source_unit == "inch" && first_of(kTechnique, v_.first, v_.last) != nullptr) return;
    if ((m.unit == "percent" || m.unit == "deg" || m.unit == "ml") && m.finding.empty()) return;
    if (m.kind == "percent" && m.finding != "pneumothorax" && m.finding != "pleural_effusion") return;
    if (m.finding.empty() && m.kind == "adjustment" && m.advice == false && antecedents_.empty()) return;
    if (m.kind == "angle" && m.finding != "scoliosis" && m.finding != "kyphosis") return;

    set_qualifier(k, m);
    m.prior = is_prior(k, of, m.kind);
    set_polarity(k, of, m);
    // The earlier value of a pair is of the same thing as the value before it.
    if (m.prior && !out.empty() && previous_in_sentence_ == out.size() && of == previous_finding_ &&
        m.kind == "distance" && m.target.empty()) {
      m.target = out.back().target;
    }
    previous_finding_ = of;
    out.push_back(std::move(m));
    previous_in_sentence_ = out.size();
  }

  // ---- kind, direction, landmark

  void set_kind(std::size_t k, Measurement& m) {
    const Quantity& q = v_.quantities[k];
    if (q.unit == "ratio") {
      m.kind = "ratio";
      return;
    }
    if (q.unit == "percent") m.kind = "percent";
    if (q.unit == "deg") m.kind = "angle";
    if (q.unit == "ml") m.kind = "volume";
    if (!m.kind.empty()) return;
    if (set_adjustment(k, m) || set_change(k, m) || set_distance(k, m)) return;
    m.kind = "size";
  }

  bool has_relation_after(std::size_t k) const {
    const M* relation = relation_after(k);
    return relation != nullptr &&
           first_of(kTarget, relation->last, std::min(v_.last, relation->last + 8)) != nullptr;
  }

  // "above", "from", … close behind the quantity.
  const M* relation_after(std::size_t k) const {
    const Quantity& q = v_.quantities[k];
    // Five tokens: "3 cm in its tip above the carina"; farther off the word belongs to something else.
    const std::size_t limit = std::min(quantity_begin_after(k), q.last + 5);
    for (const M& m : v_.matches) {
      if (m.category != kRelation || m.first < q.last || m.first >= limit) continue;
      for (std::size_t i = q.last; i < m.first; ++i) {
        if (t_.is(i, ",") || t_.is(i, "and") || t_.is(i, ")")) return nullptr;
      }
      return &m;
    }
    return nullptr;
  }

  bool set_adjustment(std::size_t k, Measurement& m) {
    const Quantity& q = v_.quantities[k];
    const std::size_t from = quantity_end_before(k);
    const M* verb = last_of(kAdjust, from, q.first);
    if (verb == nullptr) {
      // "by 2 cm for withdrawal", "2 cm of withdrawal", "2 cm retraction is recommended"
      const M* noun = first_of(kAdjust, q.last, std::min(q.last + 3, quantity_begin_after(k)));
      if (noun == nullptr || noun->first > q.last + 1 || has_relation_after(k)) return false;
      verb = noun;
    } else {
      bool by = false, to_new_place = false;
      for (std::size_t i = verb->last; i < q.first; ++i) {
        if (t_.is(i, "by")) by = true;
        if (t_.is(i, "and") || t_.is(i, "now") || t_.is(i, "is") || t_.is(i, "lies") ||
            t_.is(i, "terminates") || t_.is(i, "ends") || t_.is(i, "which") || t_.is(i, "tip") ||
            t_.is(i, ";")) {
          return false;
        }
        if (t_.is(i, "to") || t_.is(i, "from")) to_new_place = true;
      }
      // "advanced to 3 cm above the carina" states a place, "advanced by 3 cm" an adjustment.
      if (!by && (to_new_place || q.pair_from || q.pair_to)) return false;
      if (!by && has_relation_after(k) && relation_after(k) != nullptr && name(*relation_after(k)) != "from")
        return false;
    }
    m.kind = "adjustment";
    m.relation = name(*verb);
    // "Retract 2 cm" is advice, "retracted 2 cm" and "was retracted" are history.
    const bool base = lex_.adjust_base.count(joined(*verb)) > 0;
    const bool passive =
        verb->first > v_.first && (t_.is(verb->first - 1, "been") || t_.is(verb->first - 1, "was"));
    m.advice = (base && !passive) || first_of(kAdvice, v_.first, v_.last) != nullptr;
    if (t_.is(verb->first - 1, "been") && first_of(kAdvice, v_.first, verb->first) == nullptr)
      m.advice = false;
    return true;
  }

  std::string joined(const M& m) const {
    std::string text;
    for (std::size_t i = m.first; i < m.last; ++i)
      text += (text.empty() ? "" : " ") + std::string(t_[i].text);
    return text;
  }

  bool set_change(std::size_t k, Measurement& m) {
    const Quantity& q = v_.quantities[k];
    const auto decide = [&](const char* relation) {
      m.kind = "change";
      m.relation = relation;
      return true;
    };
    // "increased (in size) by (approximately) q"
    std::size_t i = q.first;
    if (const M* qualifier = ending_at(kQualifier, i)) i = qualifier->first;
    if (i > v_.first && t_.is(i - 1, "an")) --i;
    if (const M* again = ending_at(kQualifier, i)) i = again->first;
    const bool by = i > v_.first && (t_.is(i - 1, "by") || t_.is(i - 1, "of"));
    const bool only_of = by && t_.is(i - 1, "of");
    if (by) {
      const std::size_t from = std::max(quantity_end_before(k), i > 8 ? i - 8 : 0);
      const M* up = last_of(kChangeUp, from, i);
      const M* down = last_of(kChangeDown, from, i);
      const M* verb = up == nullptr || (down != nullptr && down->first > up->first) ? down : up;
      // "enlargement of 3 cm mass": of a thing, not by an amount
      // An "of" that does not follow the verb belongs to a noun in between.
      const bool near = verb != nullptr && (!only_of || verb->last + 1 == i);
      if (near && !(only_of && next_finding(k) != nullptr))
        return decide(verb == up ? "increase" : "decrease");
    } else if (i > v_.first) {
      const M* up = ending_at(kChangeUp, i);
      const M* down = ending_at(kChangeDown, i);
      const std::string word = up != nullptr ? joined(*up) : down != nullptr ? joined(*down) : "";
      if ((word == "grown" || word == "grew" || word == "increased" || word == "decreased" ||
           word == "shrunk" || word == "enlarged") &&
          next_finding(k) == nullptr && !q.pair_from) {
        return decide(up != nullptr ? "increase" : "decrease");
      }
    }
    // "3 mm larger", "a 3 mm increase", "3 mm of interval growth"
    std::size_t after = q.last;
    while (after < v_.last && (t_.is(after, "interval") || t_.is(after, "of") || t_.is(after, "-"))) ++after;
    for (const M& c : v_.matches) {
      if (c.first != after || (c.category != kChangeUp && c.category != kChangeDown)) continue;
      const std::string word = joined(c);
      if (word == "increased" || word == "decreased" || word == "enlarged" || word == "reduced" ||
          word == "improved")
        break;
      return decide(c.category == kChangeUp ? "increase" : "decrease");
    }
    return false;
  }

  bool set_distance(std::size_t k, Measurement& m) {
    const Quantity& q = v_.quantities[k];
    const auto take = [&](const M& target, const std::string& relation) {
      m.kind = "distance";
      m.target = name(target);
      m.relation = relation;
      return true;
    };
    if (const M* relation = relation_after(k)) {
      const M* target = first_of(kTarget, relation->last, std::min(v_.last, relation->last + 8));
      // "of the" counts only right before the landmark.
      const bool of = t_.is(relation->first, "of");
      if (target != nullptr &&
          (!of || target->first == relation->last || target->first == relation->last + 2)) {
        bool other_side = false;
        for (std::size_t i = relation->last; i < target->first; ++i) other_side = other_side || t_.is(i, ",");
        if (!other_side) {
          return take(*target, name(*relation));
        }
      }
      // "the carina is 3 cm below the tip"
      const M* before = last_of(kTarget, quantity_end_before(k), q.first);
      if (before != nullptr &&
          first_of(kGeneric, relation->last, std::min(v_.last, relation->last + 5)) != nullptr) {
        const std::string word = name(*relation);
        return take(*before, word == "above" ? "below" : word == "below" ? "above" : word);
      }
    }
    // "above the carina by 3 cm", "tip to carina distance is 4 cm", "from the carina of 4 cm"
    const M* target = last_of(kTarget, quantity_end_before(k), q.first);
    if (target == nullptr) return false;
    const M* relation = last_of(kRelation, quantity_end_before(k), target->first);
    if (first_of(kDistanceNoun, quantity_end_before(k), q.first) != nullptr) return take(*target, "from");
    if (relation != nullptr && target->first - relation->last <= 4 && q.first - target->last <= 4) {
      return take(*target, name(*relation));
    }
    return false;
  }

  // ---- the finding

  bool plain_modifier(std::size_t i) const {
    return !in_set(lex_.prepositions, i) && !in_set(lex_.verbs, i) && !t_.is(i, ",") && !t_.is(i, "and") &&
           !t_.is(i, "(") && !t_.is(i, ":") && !t_.is(i, ".") && !t_.is(i, "or");
  }

  // The finding that the quantity stands in front of as an adjective: "8 mm right upper lobe nodule".
  const M* next_finding(std::size_t k) const {
    const Quantity& q = v_.quantities[k];
    for (const M& m : findings_) {
      if (m.first < q.last) continue;
      if (m.first - q.last > 9) break;
      bool plain = true;
      for (std::size_t i = q.last; i < m.first; ++i) plain = plain && plain_modifier(i);
      if (!plain) return nullptr;
      return &m;
    }
    return nullptr;
  }

  bool fits(const M& m, const Measurement& of) const {
    if (of.kind == "adjustment") return is_device(m);
    if (of.kind == "distance") {
      return of.target == "chest_wall" || of.target == "lung_apex" ? finding(m).group == "pleura"
                                                                   : is_device(m);
    }
    if (of.kind == "angle") return finding(m).group == "spine";
    if (of.kind == "percent" || of.kind == "volume") return finding(m).group == "pleura";
    return !is_device(m);
  }

  const M* find_finding(std::size_t k, const Measurement& of) const {
    const Quantity& q = v_.quantities[k];
    if (of.kind == "size" || of.kind == "percent" || of.kind == "volume") {
      const M* next = next_finding(k);
      const bool measured =
          q.first > v_.first && (t_.is(q.first - 1, "measuring") || t_.is(q.first - 1, "measures"));
      if (next != nullptr && fits(*next, of) && !measured) return next;
    }
    const M* best = nullptr;
    for (const M& m : findings_) {
      if (m.last > q.first || !fits(m, of)) continue;
      // A place ("effusion in the right lung, 3 cm") gives way to a finding that was named.
      if (is_place(m) && best != nullptr) continue;
      best = &m;
    }
    if (best != nullptr && is_place(*best)) {
      for (const M& m : findings_) {
        if (m.first >= q.last && fits(m, of) && !is_place(m)) return &m;
      }
    }
    if (best != nullptr) return best;
    for (const M& m : findings_) {
      if (m.first >= q.last && fits(m, of)) return &m;
    }
    // A size of a device is rare, but a device alone in the sentence is what it is of.
    return nullptr;
  }

  void set_finding(const M& of, std::size_t k, Measurement& m) {
    m.finding = finding(of).name;
    if (finding(of).sided) m.laterality = side_of(of, k);
  }

  // No finding in the sentence: "It measures 8 mm", "the tip is 3 cm above the carina", "Retract 2 cm".
  void set_from_context(std::size_t k, Measurement& m) {
    const Quantity& q = v_.quantities[k];
    const bool device = m.kind == "distance" || m.kind == "adjustment";
    const bool tube_word = generic("tube");
    if (device) {
      const bool line_word = generic("line");
      for (std::size_t i = antecedents_.size(); i-- > 0;) {
        const Antecedent& a = antecedents_[i];
        const bool airway = a.group == "airway" || a.group == "enteric" || a.group == "drain";
        const bool known = airway || a.group == "line";
        if (!known || (tube_word && !airway) || (line_word && a.group != "line" && a.group != "drain"))
          continue;
        m.finding = a.finding;
        m.laterality = a.laterality;
        return;
      }
      if (tube_word && (m.target == "carina" || v_.intubation)) {
        m.finding = "endotracheal_tube";
      } else if (line_word) {
        m.finding = "central_venous_catheter";
      } else if (tube_word && m.target == "gastroesophageal_junction") {
        m.finding = "enteric_tube";
      } else if (m.target == "carina" && (generic("tip") || v_.intubation)) {
        m.finding = "endotracheal_tube";
      }
      return;
    }
    // Only a sentence that opens with the value ("It measures 8 mm") speaks of the one before.
    const bool starts_so = q.first <= v_.first + 3;
    if (!starts_so && !generic("any") && !generic("lesion")) return;
    for (std::size_t i = antecedents_.size(); i-- > 0;) {
      const std::string& group = antecedents_[i].group;
      const bool fits_kind =
          m.kind == "angle" ? group == "spine"
          : m.kind == "percent" || m.kind == "volume"
              ? group == "pleura"
              : group == "lesion" || group == "pleura" || group == "organ" || group == "spine";
      if (!fits_kind) continue;
      m.finding = antecedents_[i].finding;
      m.laterality = antecedents_[i].laterality;
      return;
    }
  }

  bool generic(const char* which) const {
    return std::any_of(v_.matches.begin(), v_.matches.end(),
                       [&](const M& m) { return m.category == kGeneric && name(m) == which; });
  }

  // ---- memory

  void remember() {
    for (const M& m : findings_) {
      Antecedent a{finding(m).name, finding(m).group, {}};
      if (finding(m).sided) {
        const std::size_t begin = phrase_begin(m.first, finding_end_before(m.first));
        const std::size_t end = std::min(finding_begin_after(m.last), v_.last);
        auto own = sides(begin, m.last);
        if (own.empty() && !is_device(m)) own = sides(m.last, end);
        if (!own.empty()) a.laterality = name(*own.front());
      }
      antecedents_.push_back(std::move(a));
    }
    constexpr std::size_t kMemory = 16;
    if (antecedents_.size() > kMemory) antecedents_.erase(antecedents_.begin(), antecedents_.end() - kMemory);
  }

  std::vector<Antecedent>& antecedents_;
  const M* previous_finding_ = nullptr;
  std::size_t previous_in_sentence_ = 0;
};

}  // namespace

void read_sentence(const SentenceView& view, std::vector<Antecedent>& antecedents,
                   std::vector<Measurement>& out) {
  SentenceReader(view, antecedents).run(out);
}

}  // namespace hilum::nlp
