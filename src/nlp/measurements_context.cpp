// What a quantity is of: finding, side, landmark, direction, qualifier, and whether it is denied, old,
// advice, unsure.
#include <algorithm>

#include "measurements_internal.h"

namespace hilum::nlp {
namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

class SentenceReader {
 public:
  SentenceReader(const SentenceView& view, std::vector<Antecedent>& antecedents)
      : v_(view), t_(view.text), lex_(view.lexicon), antecedents_(antecedents) {}

  void run(std::vector<Measurement>& out) {
    collect_findings();
    for (std::size_t k = 0; k < v_.quantities.size(); ++k) read(k, out);
    remember();
  }

 private:
  using M = PhraseMatch;

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
  // -------------------------------------------------------------------------------

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
      if (!by && (to_new_place || q.pair_from || q.pair_to)) return false;
      if (!by && has_relation_after(k) && relation_after(k) != nullptr && name(*relation_after(k)) != "from")
        return false;
    }
    m.kind = "adjustment";
    m.relation = name(*verb);
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
  // ---------------------------------------------------------------------------------------------

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

  bool is_device(const M& m) const {
    const std::string& group = finding(m).group;
    return group == "airway" || group == "line" || group == "enteric" || group == "drain";
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

  // An organ behind a preposition is a place ("adjacent to the aorta"), not the thing measured.
  bool is_place(const M& m) const {
    if (finding(m).group != "organ") return false;
    std::size_t i = m.first;
    while (i > v_.first && (t_.is(i - 1, "the") || t_.is(i - 1, "a"))) --i;
    return i > v_.first && in_set(lex_.prepositions, i - 1);
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

  // ---- side
  // ----------------------------------------------------------------------------------------------------

  std::vector<const M*> sides(std::size_t from, std::size_t to) const {
    std::vector<const M*> found;
    for (const M& m : v_.matches) {
      if (m.category == kSide && m.first >= from && m.last <= to && !overlaps(kNotASide, m))
        found.push_back(&m);
    }
    return found;
  }

  // Where the noun phrase that ends with token `end` begins.
  std::size_t phrase_begin(std::size_t end, std::size_t limit) const {
    std::size_t i = end;
    while (i > limit && !in_set(lex_.verbs, i - 1) && !t_.is(i - 1, ",") && !t_.is(i - 1, ":") &&
           !t_.is(i - 1, "(") && !t_.is(i - 1, ")") && !in_set(lex_.prepositions, i - 1) &&
           !t_.is(i - 1, "no") && !new_phrase(i - 1)) {
      --i;
    }
    return i;
  }

  // "and a 6 mm …" begins another phrase; "right and left" does not.
  bool new_phrase(std::size_t i) const {
    if (!t_.is(i, "and") && !t_.is(i, "or")) return false;
    for (const M& m : v_.matches) {
      if (m.category == kSide && m.first <= i && m.last > i) return false;
    }
    return true;
  }

  std::size_t finding_end_before(std::size_t token) const {
    std::size_t end = v_.first;
    for (const M& m : findings_) {
      if (m.last <= token) end = std::max(end, m.last);
    }
    return end;
  }
  std::size_t finding_begin_after(std::size_t token) const {
    for (const M& m : findings_) {
      if (m.first >= token) return m.first;
    }
    return v_.last;
  }

  std::string side_of(const M& of, std::size_t k) const {
    const Quantity& q = v_.quantities[k];
    const bool device = is_device(of);
    const std::size_t previous_end = std::max(finding_end_before(of.first), v_.first);
    // 1. in the finding's own noun phrase, or the word right behind the quantity ("1 cm left and 2 cm right
    // nodules")
    for (const M* m : device ? std::vector<const M*>() : sides(q.last, v_.last)) {
      if (m->first == q.last) return name(*m);
    }
    const std::size_t begin = phrase_begin(of.first, previous_end);
    if (const auto own = sides(begin, of.last); !own.empty())
      return own.size() > 1 && name(*own[0]) != name(*own.back()) ? "bilateral" : name(*own.back());
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
  // -----------------------------------------------------------------------------------------------

  void set_qualifier(std::size_t k, Measurement& m) const {
    const Quantity& q = v_.quantities[k];
    std::size_t i = q.first;
    for (int step = 0; step < 3 && i > v_.first; ++step) {
      if (const M* found = ending_at(kQualifier, i)) {
        const M* longest = found;
        for (const M& other : v_.matches) {
          if (other.category == kQualifier && other.last == i && other.first < longest->first)
            longest = &other;
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
  // ----------------------------------------------------------------------------------------------------

  bool skippable_before_value(std::size_t i) const {
    static const std::unordered_set<std::string> kWords = {
        "measuring", "measured", "measures", "at",      "of",   "was",  "were",    "about", "a",
        "an",        "the",      "(",        ":",       "to",   "be",   "being",   "it",    "approximately",
        "estimated", "up",       "lying",    "located", "with", "only", "roughly", "from"};
    return kWords.count(std::string(t_[i].text)) > 0 || in_set(lex_.prior_nouns, i);
  }

  // The prior cue ("previously", "prior measurement of") right before quantity k: its first token, or kNone.
  std::size_t prior_cue_before(std::size_t k) const {
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
  bool prior_cue_after(std::size_t k) const {
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

  bool is_prior(std::size_t k, const M* of, const std::string& kind) const {
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

  bool past_tense_before(std::size_t k) const {
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
  bool resolved(std::size_t k, const M* of) const {
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
  // ------------------------------------------------------------------------------------------

  std::size_t clause_begin(std::size_t token) const {
    const M* stop = last_of(kTerminator, v_.first, token);
    return stop == nullptr ? v_.first : stop->last;
  }
  std::size_t clause_end(std::size_t token) const {
    const M* stop = first_of(kTerminator, token, v_.last);
    return stop == nullptr ? v_.last : stop->first;
  }

  bool only_a_list_between(std::size_t from, std::size_t to, const M* of) const {
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

  void set_polarity(std::size_t k, const M* of, Measurement& m) const {
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
    if (m.uncertain) m.negated = false;
  }

  // ---- memory
  // --------------------------------------------------------------------------------------------------

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

  const SentenceView& v_;
  const PhraseText& t_;
  const MeasurementLexicon& lex_;
  std::vector<Antecedent>& antecedents_;
  std::vector<M> findings_;
  const M* previous_finding_ = nullptr;
  std::size_t previous_in_sentence_ = 0;
};

}  // namespace

void read_sentence(const SentenceView& view, std::vector<Antecedent>& antecedents,
                   std::vector<Measurement>& out) {
  SentenceReader(view, antecedents).run(out);
}

}  // namespace hilum::nlp
