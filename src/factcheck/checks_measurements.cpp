// Numbers against what is possible, against the words beside them and against each other.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "factcheck/checks.h"

namespace hilum::factcheck {
namespace {

using Type = Claim::Type;

bool is_current(const nlp::Measurement& m) { return !m.prior && !m.advice && !m.negated; }

Place place_of(const CheckedClaim& c) { return {c.field, c.claim.begin, c.claim.end}; }

// The finding claim that a measurement's finding was read from: the nearest of that name in its sentence.
const CheckedClaim* finding_beside(const Workspace& work, const CheckedClaim& of) {
  const CheckedClaim* best = nullptr;
  std::size_t nearest = 0;
  for (const CheckedClaim& c : work.claims) {
    if (c.type != "finding" || c.field != of.field || c.claim.sentence_begin != of.claim.sentence_begin)
      continue;
    if (c.claim.finding.finding != of.claim.measurement.finding) continue;
    const std::size_t gap =
        c.claim.begin > of.claim.begin ? c.claim.begin - of.claim.end : of.claim.begin - c.claim.end;
    if (best == nullptr || gap < nearest) best = &c, nearest = gap;
  }
  return best;
}

}  // namespace

double claim_value(const nlp::Measurement& m) {
  if (m.values.empty()) return 0;
  double value = m.values.front();
  if (m.form == "dims") value = *std::max_element(m.values.begin(), m.values.end());
  if (m.form == "range") value = (m.values.front() + m.values.back()) / 2;
  return m.relation == "below" ? -value : value;
}

std::string format_number(double value, int decimals) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.*f", decimals, value);
  return buffer;
}

std::string format_length(double mm, const std::string& source_unit, int cm_decimals) {
  if (source_unit == "mm") return format_number(mm, 0) + " mm";
  if (source_unit == "inch") return format_number(mm / 25.4, cm_decimals) + " inches";
  return format_number(mm / 10, cm_decimals) + " cm";
}

void check_possible_values(Workspace& work) {
  for (CheckedClaim& c : work.claims) {
    if (c.type != "measurement") continue;
    const nlp::Measurement& m = c.claim.measurement;
    const PossibleRange* range = nullptr;
    for (const PossibleRange& r : work.lexicon.possible) {
      if (r.kind != m.kind || (r.finding != m.finding && r.finding != "*")) continue;
      range = &r;
      break;
    }
    if (range == nullptr) continue;
    for (const double value : m.values) {
      if (value >= range->min && value <= range->max) continue;
      set_verdict(c, Verdict::kContradicted, "possible_value",
                  m.source_text + " is outside what is possible (" + range->source + ")",
                  {{"value", value}, {"min", range->min}, {"max", range->max}});
    }
  }
}

void check_placement(Workspace& work) {
  const FactLexicon& lex = work.lexicon;
  for (CheckedClaim& c : work.claims) {
    if (c.type != "measurement" || !is_current(c.claim.measurement) || c.claim.measurement.kind != "distance")
      continue;
    const nlp::Measurement& m = c.claim.measurement;
    for (const PlacementRule& rule : lex.placement) {
      if (rule.finding != m.finding || rule.target != m.target) continue;
      const double value = claim_value(m);
      const double middle = (rule.low + rule.high) / 2, margin = lex.placement_margin;
      const std::vector<std::pair<std::string, double>> numbers = {
          {"value", value}, {"low", rule.low}, {"high", rule.high}, {"margin", margin}};
      // Words of placement in its sentence, or in another that speaks of this device alone.
      for (const CheckedClaim& device : work.claims) {
        const bool same_sentence =
            device.field == c.field && device.claim.sentence_begin == c.claim.sentence_begin;
        const bool about = device.type == "finding" && device.claim.finding.finding == m.finding &&
                           device.claim.finding.assertion == Assertion::kPresent;
        if (!about && !(&device == &c)) continue;
        const bool others = std::any_of(work.claims.begin(), work.claims.end(), [&](const CheckedClaim& o) {
          return o.field == device.field && o.claim.sentence_begin == device.claim.sentence_begin &&
                 o.type == "finding" && o.claim.finding.device && o.claim.finding.finding != m.finding;
        });
        if (others && !same_sentence) continue;
        const FieldText& field = work.field(device.field);
        for (const nlp::TermMatch& word : field.matches) {
          if (word.category != kPlacementWord) continue;
          const std::size_t at = field.tokens[word.first].begin, end = field.tokens[word.last - 1].end;
          if (at < device.claim.sentence_begin || end > device.claim.sentence_end) continue;
          const std::string& kind = lex.names[static_cast<std::size_t>(word.value)];
          const bool wrong = (kind == "good" && (value < rule.low - margin || value > rule.high + margin)) ||
                             (kind == "low" && value >= middle + margin) ||
                             (kind == "high" && value <= middle - margin);
          const bool right = (kind == "good" && value >= rule.low && value <= rule.high) ||
                             (kind == "low" && value < rule.low) || (kind == "high" && value > rule.high);
          const std::string words = "'" + std::string(field.bytes(at, end)) + "'";
          if (wrong) {
            set_verdict(c, Verdict::kContradicted, "placement",
                        words + " does not go with " + m.source_text + " (" + rule.source + ")", numbers,
                        Place{device.field, at, end});
          } else if (right) {
            set_verdict(c, Verdict::kSupported, "placement",
                        words + " goes with " + m.source_text + " (" + rule.source + ")", numbers,
                        Place{device.field, at, end});
          }
        }
      }
    }
  }
}

void check_size_words(Workspace& work) {
  for (CheckedClaim& c : work.claims) {
    if (c.type != "measurement" || !is_current(c.claim.measurement)) continue;
    const nlp::Measurement& m = c.claim.measurement;
    if (m.kind != "size" || m.unit != "mm") continue;
    const double value = claim_value(m);
    for (const NameLimit& limit : work.lexicon.name_limits) {
      if (limit.finding != m.finding || !m.qualifier.empty()) continue;
      if (limit.max > 0 && value > limit.max) {
        set_verdict(c, Verdict::kContradicted, "name_and_size",
                    m.source_text + " is too large for a " + m.finding + " (" + limit.source + ")",
                    {{"value", value}, {"max", limit.max}});
      } else if (limit.min > 0 && value < limit.min) {
        set_verdict(c, Verdict::kContradicted, "name_and_size",
                    m.source_text + " is too small for a " + m.finding + " (" + limit.source + ")",
                    {{"value", value}, {"min", limit.min}});
      }
    }
    const CheckedClaim* beside = finding_beside(work, c);
    if (beside == nullptr || beside->claim.finding.severity.empty()) continue;
    for (const SizeWord& word : work.lexicon.size_words) {
      if (word.finding != m.finding || word.word != beside->claim.finding.severity) continue;
      const bool wrong = (word.min > 0 && value < word.min) || (word.max > 0 && value > word.max);
      if (wrong) {
        set_verdict(c, Verdict::kContradicted, "size_word",
                    "'" + word.word + "' does not go with " + m.source_text + " (" + word.source + ")",
                    {{"value", value}, {word.min > 0 ? "min" : "max", word.min > 0 ? word.min : word.max}},
                    place_of(*beside));
      }
    }
  }
}

void check_heart(Workspace& work) {
  const FactLexicon& lex = work.lexicon;
  for (CheckedClaim& c : work.claims) {
    if (c.type != "measurement" || c.claim.measurement.kind != "ratio" || !is_current(c.claim.measurement))
      continue;
    const double ratio = claim_value(c.claim.measurement);
    for (CheckedClaim& other : work.claims) {
      if (other.type != "finding") continue;
      const FindingClaim& f = other.claim.finding;
      const bool says_normal = (f.assertion == Assertion::kNormal && f.finding == "heart") ||
                               (f.finding == "cardiomegaly" && f.assertion == Assertion::kAbsent);
      const bool says_enlarged = f.finding == "cardiomegaly" && f.assertion == Assertion::kPresent;
      const std::vector<std::pair<std::string, double>> numbers = {
          {"value", ratio}, {"limit", says_normal ? lex.heart_normal_max : lex.heart_enlarged_min}};
      if ((says_normal && ratio > lex.heart_normal_max + lex.heart_margin) ||
          (says_enlarged && ratio < lex.heart_enlarged_min - lex.heart_margin)) {
        const std::string reason = "a cardiothoracic ratio of " + format_number(ratio, 2) +
                                   (says_normal ? " is no normal heart size (" : " is no enlarged heart (") +
                                   lex.heart_source + ")";
        set_verdict(c, Verdict::kContradicted, "heart_size", reason, numbers, place_of(other));
        set_verdict(other, Verdict::kContradicted, "heart_size", reason, numbers, place_of(c));
      }
    }
  }
}

void check_repeated_measurements(Workspace& work) {
  constexpr double kTubeToleranceMm = 5, kShare = 0.2;
  const auto comparable = [](const CheckedClaim& c) {
    const nlp::Measurement& m = c.claim.measurement;
    return c.type == "measurement" && is_current(m) && !m.finding.empty() &&
           (m.kind == "distance" || m.kind == "size" || m.kind == "ratio") && m.form != "list";
  };
  const auto same_thing = [](const nlp::Measurement& a, const nlp::Measurement& b) {
    const bool sides = a.laterality.empty() || b.laterality.empty() || a.laterality == b.laterality;
    return a.finding == b.finding && a.kind == b.kind && a.target == b.target && a.unit == b.unit && sides;
  };
  for (std::size_t i = 0; i < work.claims.size(); ++i) {
    CheckedClaim& a = work.claims[i];
    if (!comparable(a)) continue;
    for (std::size_t j = i + 1; j < work.claims.size(); ++j) {
      CheckedClaim& b = work.claims[j];
      if (!comparable(b) || !same_thing(a.claim.measurement, b.claim.measurement)) continue;
      if (a.field == b.field && a.claim.sentence_begin == b.claim.sentence_begin) continue;
      const nlp::Measurement &ma = a.claim.measurement, &mb = b.claim.measurement;
      if (ma.kind == "size" || ma.laterality != mb.laterality) {
        // Several nodules have several sizes: only one in each section can be the same one.
        const auto count = [&](const CheckedClaim& of) {
          return std::count_if(work.claims.begin(), work.claims.end(), [&](const CheckedClaim& o) {
            return o.field == of.field && comparable(o) &&
                   same_thing(o.claim.measurement, of.claim.measurement);
          });
        };
        if (a.field == b.field || count(a) != 1 || count(b) != 1) continue;
      }
      if (!ma.qualifier.empty() && ma.qualifier != "approximate") continue;
      if (!mb.qualifier.empty() && mb.qualifier != "approximate") continue;
      const double va = claim_value(ma), vb = claim_value(mb);
      const double allowed = ma.kind == "ratio" ? 0.03
                                                : std::max(kShare * std::max(std::fabs(va), std::fabs(vb)),
                                                           ma.kind == "distance" ? kTubeToleranceMm : 2.0);
      const std::vector<std::pair<std::string, double>> numbers = {
          {"value", va}, {"other_value", vb}, {"tolerance", allowed}};
      if (std::fabs(va - vb) > allowed) {
        const std::string reason =
            ma.source_text + " here, " + mb.source_text + " elsewhere, for the same " + ma.finding;
        set_verdict(a, Verdict::kContradicted, "two_values", reason, numbers, place_of(b));
        set_verdict(b, Verdict::kContradicted, "two_values", reason, numbers, place_of(a));
      }
    }
  }
}

}  // namespace hilum::factcheck
