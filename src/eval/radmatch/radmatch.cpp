#include "eval/radmatch/radmatch.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

namespace hilum::eval {

using Tier = RadmatchFinding::Tier;

const char* const kRadmatchDimensionNames[kRadmatchDimensions] = {
    "clinical_status", "comparison", "measurement", "location", "severity", "morphology", "certainty"};
const char* const kRadmatchSubsetNames[kRadmatchSubsets] = {"measurement", "comparison", "abnormal-regular",
                                                            "normal-regular"};

namespace {

bool is_triage(const RadmatchFinding& finding) { return finding.tier <= Tier::kUrgent; }
bool is_actionable(const RadmatchFinding& finding) { return finding.tier <= Tier::kNotable; }

// Rule errors of a pair with those in its text. A measurement error by rule hides the text's, unless only the
// text's is major.
std::vector<RadmatchError> pair_errors(std::vector<RadmatchError> rules,
                                       const std::vector<RadmatchError>& text) {
  bool measured = false, measured_major = false;
  for (const RadmatchError& error : rules) {
    measured = measured || error.dimension == "measurement";
    measured_major = measured_major || (error.dimension == "measurement" && error.major);
  }
  for (const RadmatchError& error : text) {
    const bool hidden = error.dimension == "measurement" && measured && !(error.major && !measured_major);
    if (!hidden) rules.push_back(error);
  }
  return rules;
}

RadmatchOutcome outcome_of(const std::vector<RadmatchError>& errors, const RadmatchFinding& reference) {
  if (errors.empty()) return RadmatchOutcome::kCorrect;
  for (const RadmatchError& error : errors) {
    const bool hedged = error.dimension == "certainty" && reference.tier == Tier::kCritical;
    if (error.major || hedged) return RadmatchOutcome::kIncorrect;
  }
  return RadmatchOutcome::kPartial;
}

void count(std::size_t& correct, std::size_t& partial, std::size_t& incorrect, RadmatchOutcome outcome) {
  ++(outcome == RadmatchOutcome::kCorrect   ? correct
     : outcome == RadmatchOutcome::kPartial ? partial
                                            : incorrect);
}

void count_tier(const std::vector<RadmatchFinding>& findings, const std::vector<bool>& hit,
                RadmatchTier& triage, RadmatchTier& actionable) {
  for (std::size_t i = 0; i < findings.size(); ++i) {
    for (const auto& [belongs, tier] :
         {std::pair(is_triage(findings[i]), &triage), std::pair(is_actionable(findings[i]), &actionable)}) {
      tier->all += belongs ? 1 : 0;
      tier->hits += belongs && hit[i] ? 1 : 0;
    }
  }
}

void count_dimensions(const std::vector<RadmatchError>& errors, RadmatchScore& score) {
  for (std::size_t d = 0; d < kRadmatchDimensions; ++d) {
    bool any = false, major = false;
    for (const RadmatchError& error : errors) {
      if (error.dimension != kRadmatchDimensionNames[d]) continue;
      any = true;
      major = major || error.major;
    }
    RadmatchScore::Severity& severity = score.dimensions[d];
    ++(major ? severity.major : any ? severity.minor : severity.clean);
  }
}

}  // namespace

const char* radmatch_outcome_name(RadmatchOutcome outcome) {
  return outcome == RadmatchOutcome::kCorrect ? "COR" : outcome == RadmatchOutcome::kPartial ? "PAR" : "INC";
}

std::vector<std::size_t> radmatch_subsets(const RadmatchFinding& finding) {
  std::vector<std::size_t> out;
  if (!finding.measurements.empty()) out.push_back(0);
  if (!finding.comparison.empty()) out.push_back(1);
  if (out.empty()) out.push_back(finding.abnormal ? 2 : 3);
  return out;
}

RadmatchScore radmatch_score(const RadmatchReport& report) {
  RadmatchScore score;
  const std::size_t references = report.reference.size(), candidates = report.predicted.size();
  // The best outcome of each reference, whether it or any of its candidates is actionable, and who is matched
  // or hit.
  std::vector<RadmatchOutcome> best(references, RadmatchOutcome::kIncorrect);
  std::vector<bool> matched(references, false), hit(references, false), actionable(references, false);
  std::vector<bool> used(candidates, false), candidate_hit(candidates, false);
  for (std::size_t k = 0; k < report.pairs.size(); ++k) {
    const auto [p, r] = report.pairs[k];
    const RadmatchFinding &predicted = report.predicted[p], &reference = report.reference[r];
    static const std::vector<RadmatchError> none;
    score.errors.push_back(pair_errors(radmatch_compare(predicted, reference),
                                       k < report.text_errors.size() ? report.text_errors[k] : none));
    const RadmatchOutcome outcome = outcome_of(score.errors.back(), reference);
    score.pairs.push_back(outcome);
    count_dimensions(score.errors.back(), score);
    best[r] = std::min(best[r], outcome);
    matched[r] = used[p] = true;
    actionable[r] = actionable[r] || is_actionable(reference) || is_actionable(predicted);
    if (outcome == RadmatchOutcome::kIncorrect) continue;
    hit[r] = candidate_hit[p] = true;
  }
  for (std::size_t r = 0; r < references; ++r) {
    for (const std::size_t s : radmatch_subsets(report.reference[r])) {
      RadmatchScore::Subset& subset = score.subsets[s];
      if (matched[r]) {
        count(subset.correct, subset.partial, subset.incorrect, best[r]);
      } else {
        ++subset.missed;
      }
    }
    if (!matched[r]) {
      ++score.missed;
      score.actionable_errors += is_actionable(report.reference[r]) ? 1 : 0;
      score.actionable_opportunities += is_actionable(report.reference[r]) ? 1 : 0;
      continue;
    }
    count(score.correct, score.partial, score.incorrect, best[r]);
    if (!actionable[r]) continue;
    ++score.actionable_opportunities;
    score.actionable_errors += best[r] == RadmatchOutcome::kIncorrect ? 1 : 0;
  }
  for (std::size_t p = 0; p < candidates; ++p) {
    if (used[p]) continue;
    ++score.spurious;
    for (const std::size_t s : radmatch_subsets(report.predicted[p])) ++score.subsets[s].spurious;
    score.actionable_errors += is_actionable(report.predicted[p]) ? 1 : 0;
    score.actionable_opportunities += is_actionable(report.predicted[p]) ? 1 : 0;
  }
  count_tier(report.reference, hit, score.triage_reference, score.actionable_reference);
  count_tier(report.predicted, candidate_hit, score.triage_predicted, score.actionable_predicted);
  return score;
}

void add_radmatch(const std::vector<RadmatchScore>& scores, ScoreTable& table) {
  const auto add = [&](const std::string& name, const std::string& what, Direction direction, auto part,
                       auto whole) {
    Metric metric;
    metric.name = "radmatch-" + name;
    metric.variant = "radmatch 0.2.2, rule stages on given findings and matching; " + what;
    metric.direction = direction;
    metric.block = table.add_block(2);
    for (std::size_t i = 0; i < scores.size(); ++i) {
      table.row(metric.block, i)[0] = static_cast<double>(part(scores[i]));
      table.row(metric.block, i)[1] = static_cast<double>(whole(scores[i]));
    }
    metric.value = [](const double* s) {
      return s[1] > 0 ? s[0] / s[1] : std::numeric_limits<double>::quiet_NaN();
    };
    table.add_metric(std::move(metric));
  };
  using S = RadmatchScore;
  constexpr Direction kUp = Direction::kHigher, kDown = Direction::kLower;
  const auto one = [](const S&) { return std::size_t{1}; };
  add(
      "actionable-errors", "per report", kDown, [](const S& s) { return s.actionable_errors; }, one);
  add(
      "actionable-error-rate", "per actionable finding", kDown,
      [](const S& s) { return s.actionable_errors; }, [](const S& s) { return s.actionable_opportunities; });
  const auto tier = [&](const char* name, const char* what, RadmatchTier S::*member) {
    add(
        name, what, kUp, [member](const S& s) { return (s.*member).hits; },
        [member](const S& s) { return (s.*member).all; });
  };
  tier("triage-recall", "critical and urgent findings", &S::triage_reference);
  tier("triage-precision", "critical and urgent findings", &S::triage_predicted);
  tier("actionable-recall", "critical, urgent and notable findings", &S::actionable_reference);
  tier("actionable-precision", "critical, urgent and notable findings", &S::actionable_predicted);
  const std::pair<const char*, std::size_t S::*> outcomes[] = {{"COR", &S::correct},
                                                               {"PAR", &S::partial},
                                                               {"INC", &S::incorrect},
                                                               {"MIS", &S::missed},
                                                               {"SPU", &S::spurious}};
  for (const auto& [name, member] : outcomes)
    add(
        name, "findings per report", name == outcomes[0].first ? kUp : kDown,
        [m = member](const S& s) { return s.*m; }, one);
  for (std::size_t d = 0; d < kRadmatchDimensions; ++d)
    add(
        std::string("major-") + kRadmatchDimensionNames[d], "share of pairs with a major error", kDown,
        [d](const S& s) { return s.dimensions[d].major; }, [](const S& s) { return s.pairs.size(); });
  for (std::size_t k = 0; k < kRadmatchSubsets; ++k)
    add(
        std::string("correct-") + kRadmatchSubsetNames[k],
        "share of the subset's references that are correct", kUp,
        [k](const S& s) { return s.subsets[k].correct; },
        [k](const S& s) {
          const S::Subset& x = s.subsets[k];
          return x.correct + x.partial + x.incorrect + x.missed;
        });
}

}  // namespace hilum::eval
