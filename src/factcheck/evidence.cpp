// Claims against what the record holds: measured values, classifier outputs, presence answers.
#include <algorithm>
#include <cmath>

#include "factcheck/checks.h"

namespace hilum::factcheck {
namespace {

std::string list_of(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ", ") + item;
  return text;
}

const nlp::MeasuringTool* tool_for(const FactLexicon& lexicon, const nlp::Measurement& m) {
  for (const nlp::MeasuringTool& tool : lexicon.tools) {
    if (tool.finding == m.finding && tool.kind == m.kind && tool.target == m.target) return &tool;
  }
  return nullptr;
}

const MeasuredValue* measured_for(const Evidence& evidence, const nlp::MeasuringTool& tool) {
  for (const MeasuredValue& value : evidence.measurements) {
    if (value.name == tool.name) return &value;
  }
  return nullptr;
}

// A measured length in mm, a ratio as it is.
double in_base_unit(double value, const std::string& unit) { return unit == "cm" ? value * 10 : value; }

// Whether a claimed value, read with its qualifier, agrees with the measured one.
bool agrees(const nlp::Measurement& m, double measured, double tolerance) {
  double low = claim_value(m), high = low;
  if (m.form == "range") {
    const double sign = m.relation == "below" ? -1 : 1;
    low = std::min(sign * m.values.front(), sign * m.values.back());
    high = std::max(sign * m.values.front(), sign * m.values.back());
  }
  if (m.relation == "from") measured = std::fabs(measured);
  if (m.qualifier == "less_than" || m.qualifier == "at_most") return measured <= high + tolerance;
  if (m.qualifier == "greater_than" || m.qualifier == "at_least") return measured >= low - tolerance;
  return measured >= low - tolerance && measured <= high + tolerance;
}

std::string written(const nlp::Measurement& m, double measured, int cm_decimals) {
  if (m.unit == "ratio")
    return m.source_unit == "percent" ? format_number(measured * 100, 0) + "%" : format_number(measured, 2);
  return format_length(std::fabs(measured), m.source_unit, cm_decimals);
}

void correct_value(Workspace& work, const CheckedClaim& c, double measured, const std::string& reason) {
  const nlp::Measurement& m = c.claim.measurement;
  if (m.form == "dims" || m.form == "list") return;
  add_edit(work, c.field, c.claim.begin, c.claim.end, written(m, measured, work.options.cm_decimals),
           "measured", reason);
  const std::string right = measured < 0 ? "below" : "above";
  if (m.kind != "distance" || m.relation == "from" || m.relation == right) return;
  // The direction stands behind the number.
  const FieldText& field = work.field(c.field);
  for (std::size_t i = 0; i < field.tokens.size(); ++i) {
    if (field.tokens[i].begin < c.claim.end || field.tokens[i].begin > c.claim.end + 12) continue;
    if (field.tokens.is(i, m.relation)) {
      add_edit(work, c.field, field.tokens[i].begin, field.tokens[i].end, right, "measured", reason);
      return;
    }
  }
}

// "in appropriate position" beside a measured distance that is not.
void correct_placement_words(Workspace& work, const CheckedClaim& c, double measured,
                             const std::string& reason) {
  const FactLexicon& lex = work.lexicon;
  for (const PlacementRule& rule : lex.placement) {
    if (rule.finding != c.claim.measurement.finding && rule.finding != c.claim.finding.finding) continue;
    const std::string now = measured < rule.low ? "low" : measured > rule.high ? "high" : "appropriate";
    const FieldText& field = work.field(c.field);
    for (const nlp::TermMatch& word : field.matches) {
      if (word.category != kPlacementWord) continue;
      const std::size_t at = field.tokens[word.first].begin, end = field.tokens[word.last - 1].end;
      if (at < c.claim.sentence_begin || end > c.claim.sentence_end) continue;
      const std::string& kind = lex.names[static_cast<std::size_t>(word.value)];
      if ((kind == "good") == (now == "appropriate") && (kind == "good" || kind == now)) continue;
      const std::string old(field.bytes(at, end));
      const auto ends = [&](const char* suffix) {
        return old.size() >= std::string(suffix).size() &&
               old.compare(old.size() - std::string(suffix).size(), std::string::npos, suffix) == 0;
      };
      if (ends("position") && old.compare(0, 2, "in") != 0) {
        add_edit(work, c.field, at, end, now + " position", "measured", reason);
      } else if (ends("positioned") || ends("placed")) {
        add_edit(work, c.field, at, end, now == "appropriate" ? "appropriately positioned" : now + "-lying",
                 "measured", reason);
      }
    }
  }
}

bool claims_device(const CheckedClaim& c, const std::string& device) {
  if (c.type == "finding")
    return c.claim.finding.finding == device && c.claim.finding.assertion != Assertion::kAbsent &&
           !c.claim.finding.old;
  const nlp::Measurement& m = c.claim.measurement;
  return c.type == "measurement" && m.finding == device && !m.prior && !m.negated;
}

// Takes what a sentence says of a device out of it: the sentence, or the clause when it says more.
bool remove_device(Workspace& work, const CheckedClaim& c, const std::string& device,
                   const std::string& reason) {
  const FieldText& field = work.field(c.field);
  std::vector<std::size_t> own, others;  // where other things are spoken of
  for (const CheckedClaim& o : work.claims) {
    if (o.field != c.field || o.claim.sentence_begin != c.claim.sentence_begin) continue;
    if (o.type != "finding" && o.type != "measurement") continue;
    (claims_device(o, device) ? own : others).push_back(o.claim.begin);
  }
  if (others.empty()) {
    remove_sentence(work, c.field, c.claim.sentence_begin, c.claim.sentence_end, "presence", reason);
    return true;
  }
  const std::size_t last_own = *std::max_element(own.begin(), own.end()),
                    first_own = *std::min_element(own.begin(), own.end());
  const std::size_t last_other = *std::max_element(others.begin(), others.end()),
                    first_other = *std::min_element(others.begin(), others.end());
  std::size_t cut = 0;  // token that parts the clauses
  for (std::size_t i = 0; i < field.tokens.size(); ++i) {
    const std::size_t at = field.tokens[i].begin;
    const bool joint = field.tokens.is(i, "and") || field.tokens.is(i, ";") || field.tokens.is(i, ",");
    if (joint && at > std::min(last_own, last_other) && at < std::max(first_own, first_other)) {
      cut = i;
      break;
    }
  }
  if (cut == 0) return false;
  const std::string& name = c.field;
  if (last_own < first_other) {
    std::size_t next = cut + 1;
    if (field.tokens.is(next, "and")) ++next;
    const std::size_t begin = field.tokens[next].begin;
    std::string first(1, field.text()[begin]);
    first[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(first[0])));
    add_edit(work, name, c.claim.sentence_begin, begin + 1, first, "presence", reason);
    return true;
  }
  if (last_other < first_own) {
    std::size_t end = c.claim.sentence_end;
    if (end > 0 && field.text()[end - 1] == '.') --end;
    std::size_t begin = field.tokens[cut].begin;
    while (begin > 0 && field.text()[begin - 1] == ' ') --begin;
    add_edit(work, name, begin, end, "", "presence", reason);
    return true;
  }
  return false;
}

}  // namespace

void check_measured(Workspace& work) {
  for (CheckedClaim& c : work.claims) {
    if (c.type != "measurement") continue;
    const nlp::Measurement& m = c.claim.measurement;
    if (m.advice) {
      set_verdict(c, Verdict::kNotCheckable, "", "advice: nothing in the image to check it against");
      continue;
    }
    if (m.prior) {
      set_verdict(c, Verdict::kNotCheckable, "", "a value of an earlier study");
      continue;
    }
    const nlp::MeasuringTool* tool = tool_for(work.lexicon, m);
    if (tool == nullptr) {
      set_verdict(c, Verdict::kNotCheckable, "", "no measuring tool for it");
      continue;
    }
    c.tool = tool->name;
    const MeasuredValue* measured = measured_for(work.evidence, *tool);
    if (measured == nullptr) {
      set_verdict(c, Verdict::kNotCheckable, "",
                  "not measured: " + tool->name + " needs " + list_of(tool->needs));
      continue;
    }
    const double value = in_base_unit(measured->value, measured->unit);
    const double tolerance =
        measured->tolerance ? in_base_unit(*measured->tolerance, measured->unit) : tool->tolerance;
    const bool right = agrees(m, value, tolerance) && !m.negated;
    const std::string shown = written(m, value, work.options.cm_decimals);
    const std::string reason = m.source_text + " in the report, " + shown + " measured" +
                               (measured->source.empty() ? "" : " (" + measured->source + ")");
    set_verdict(c, right ? Verdict::kSupported : Verdict::kContradicted, "measured", reason,
                {{"value", claim_value(m)}, {"measured", value}, {"tolerance", tolerance}});
    if (!right && !m.negated) correct_value(work, c, value, reason);
    if (m.kind == "distance") correct_placement_words(work, c, value, reason);
  }
}

void check_predictions(Workspace& work) {
  for (CheckedClaim& c : work.claims) {
    if (c.type != "finding") continue;
    const FindingClaim& f = c.claim.finding;
    const auto entry = std::find_if(work.lexicon.findings.begin(), work.lexicon.findings.end(),
                                    [&](const FindingEntry& e) { return e.name == f.finding; });
    if (entry == work.lexicon.findings.end() || entry->label.empty() || f.gone || f.narrowed) {
      set_verdict(c, Verdict::kNotCheckable, "",
                  f.device ? "no presence answer for it" : "no evidence that speaks about it");
      continue;
    }
    const Prediction* best = nullptr;
    for (const Prediction& p : work.evidence.predictions) {
      if (p.label == entry->label && (p.laterality.empty() || f.laterality.empty() ||
                                      f.laterality == "bilateral" || p.laterality == f.laterality))
        best = &p;
    }
    if (best == nullptr) {
      set_verdict(c, Verdict::kNotCheckable, "", "no classifier output for " + entry->label);
      continue;
    }
    const double threshold = best->threshold.value_or(0.5), p = best->probability;
    const std::vector<std::pair<std::string, double>> numbers = {{"probability", p},
                                                                 {"threshold", threshold}};
    const std::string says = entry->label + " has probability " + format_number(p, 2);
    const bool graded = f.assertion == Assertion::kPresent && p >= threshold && !f.severity.empty() &&
                        !best->severity.empty() && !f.old;
    if (graded && severities_differ(f.severity, best->severity)) {
      set_verdict(c, Verdict::kContradicted, "prediction",
                  says + " and is graded " + best->severity + ", not " + f.severity, numbers);
    } else if (f.assertion == Assertion::kPresent) {
      const Verdict verdict = p >= threshold                           ? Verdict::kSupported
                              : p <= work.lexicon.evidence_present_max ? Verdict::kContradicted
                                                                       : Verdict::kNotCheckable;
      set_verdict(c, verdict, "prediction", says, numbers);
    } else if (f.assertion == Assertion::kAbsent) {
      const Verdict verdict = p < threshold                           ? Verdict::kSupported
                              : p >= work.lexicon.evidence_absent_min ? Verdict::kContradicted
                                                                      : Verdict::kNotCheckable;
      set_verdict(c, verdict, "prediction", says, numbers);
    }
  }
}

void check_device_presence(Workspace& work) {
  for (const auto& [device, there] : work.evidence.presence) {
    std::vector<std::pair<std::string, std::size_t>> handled;  // sentences
    const CheckedClaim* first = nullptr;
    bool measured_in_report = false;
    for (CheckedClaim& c : work.claims) {
      const bool denied = c.type == "finding" && c.claim.finding.finding == device &&
                          c.claim.finding.assertion == Assertion::kAbsent && !c.claim.finding.narrowed;
      if (denied)
        set_verdict(c, there ? Verdict::kContradicted : Verdict::kSupported, "presence",
                    there ? "it is in the image" : "it is not in the image");
      if (!claims_device(c, device)) continue;
      if (c.type == "finding" && first == nullptr) first = &c;
      measured_in_report =
          measured_in_report || (c.type == "measurement" && c.claim.measurement.kind == "distance");
      if (there) {
        if (c.type == "finding") set_verdict(c, Verdict::kSupported, "presence", "it is in the image");
        continue;
      }
      set_verdict(c, Verdict::kContradicted, "presence", "it is not in the image");
      const std::pair<std::string, std::size_t> sentence{c.field, c.claim.sentence_begin};
      if (std::find(handled.begin(), handled.end(), sentence) != handled.end()) continue;
      handled.push_back(sentence);
      remove_device(work, c, device, "not in the image");
    }
    if (!there || first == nullptr || measured_in_report || !work.options.insert) continue;
    // Named without its distance, and the distance is known.
    for (const nlp::MeasuringTool& tool : work.lexicon.tools) {
      const MeasuredValue* value =
          tool.finding == device && tool.kind == "distance" ? measured_for(work.evidence, tool) : nullptr;
      if (value == nullptr) continue;
      const double mm = in_base_unit(value->value, value->unit);
      std::string name = device;
      std::replace(name.begin(), name.end(), '_', ' ');
      const std::string sentence = " The tip of the " + name + " is " +
                                   format_length(std::fabs(mm), "cm", work.options.cm_decimals) +
                                   (mm < 0 ? " below the " : " above the ") + tool.target + ".";
      const std::size_t at = first->claim.sentence_end;
      add_edit(work, first->field, at, at, sentence, "measured", "measured, and not in the report");
      correct_placement_words(work, *first, mm,
                              "measured " + format_length(mm, "cm", work.options.cm_decimals));
      break;
    }
  }
}

}  // namespace hilum::factcheck
