#include "eval/output/feedback.h"

#include <algorithm>

#include "core/text/text.h"
#include "eval/words/text_metrics.h"

namespace hilum::eval {
namespace {

using Claim = ReportFact::Claim;
using Kind = FeedbackLine::Kind;

bool asserts(const ReportFact& fact) {
  return fact.claim == Claim::kPresent || fact.claim == Claim::kUncertain;
}

std::string quoted(const std::string& text) { return "\"" + text + "\""; }

std::string side_of(const ReportFact& fact) {
  return fact.left && fact.right ? "both sides" : fact.left ? "left" : "right";
}

std::string words_of(const std::set<std::string>& words) { return join({words.begin(), words.end()}, ", "); }

bool same_thing(const ReportFact& a, const ReportFact& b) {
  if (!a.concept_name.empty() && !b.concept_name.empty()) return a.concept_name == b.concept_name;
  return std::any_of(a.thing_stems.begin(), a.thing_stems.end(),
                     [&b](const std::string& stem) { return b.thing_stems.count(stem) > 0; });
}

bool side_differs(const ReportFact& a, const ReportFact& b) {
  const bool said = (a.left || a.right) && (b.left || b.right);
  return said && (a.left != b.left || a.right != b.right);
}

// Measured values of a fact ("2 cm"), or its words of grade and size.
std::set<std::string> grades(const ReportFact& fact, bool numbers) {
  std::set<std::string> out;
  for (const std::string& word : fact.severity) {
    if ((word.find_first_of("0123456789") != std::string::npos) == numbers) out.insert(word);
  }
  return out;
}

// What is wrong with a fact both reports state.
void compare_pair(const ReportFact& h, const ReportFact& r, std::vector<FeedbackLine>& out) {
  if (!asserts(r) && !asserts(h)) return;
  if (side_differs(h, r)) {
    out.push_back(
        {Kind::kSide, quoted(h.description) + ": the reference has " + side_of(r) + ", not " + side_of(h)});
  }
  for (const bool numbers : {true, false}) {
    const std::set<std::string> mine = grades(h, numbers), theirs = grades(r, numbers);
    if (mine.empty() || theirs.empty() || mine == theirs) continue;
    out.push_back({numbers ? Kind::kMeasurement : Kind::kSeverity,
                   quoted(h.description) + ": the reference says " + words_of(theirs)});
  }
  if (h.claim != r.claim) {
    const char* how =
        r.claim == Claim::kUncertain ? "the reference is not sure of it" : "the reference is sure of it";
    out.push_back({Kind::kCertainty, quoted(h.description) + ": " + how});
  }
}

}  // namespace

std::vector<FeedbackLine> report_feedback(const std::vector<ReportFact>& hypothesis,
                                          const std::vector<ReportFact>& reference) {
  std::vector<FeedbackLine> out;
  std::vector<bool> met_h(hypothesis.size(), false), met_r(reference.size(), false);
  for (const FactMatch& match : match_facts(hypothesis, reference)) {
    met_h[match.hypothesis] = met_r[match.reference] = true;
    compare_pair(hypothesis[match.hypothesis], reference[match.reference], out);
  }
  for (std::size_t j = 0; j < reference.size(); ++j) {
    if (met_r[j]) continue;
    for (std::size_t i = 0; i < hypothesis.size() && !met_r[j]; ++i) {
      if (met_h[i] || asserts(hypothesis[i]) == asserts(reference[j]) ||
          !same_thing(hypothesis[i], reference[j]))
        continue;
      met_h[i] = met_r[j] = true;
      const ReportFact& stated = asserts(reference[j]) ? reference[j] : hypothesis[i];
      out.push_back(
          {Kind::kContradicted,
           quoted(stated.description) + (asserts(reference[j]) ? ": denied here, but the reference has it"
                                                               : ": the reference denies it")});
    }
    if (!met_r[j] && asserts(reference[j])) out.push_back({Kind::kMissed, quoted(reference[j].description)});
  }
  for (std::size_t i = 0; i < hypothesis.size(); ++i) {
    if (!met_h[i] && asserts(hypothesis[i])) out.push_back({Kind::kAdded, quoted(hypothesis[i].description)});
  }
  const auto rank = [](Kind kind) {
    static constexpr Kind kOrder[] = {Kind::kContradicted, Kind::kMissed,   Kind::kAdded,    Kind::kSide,
                                      Kind::kMeasurement,  Kind::kSeverity, Kind::kCertainty};
    return std::find(std::begin(kOrder), std::end(kOrder), kind) - std::begin(kOrder);
  };
  std::stable_sort(out.begin(), out.end(),
                   [&](const FeedbackLine& a, const FeedbackLine& b) { return rank(a.kind) < rank(b.kind); });
  return out;
}

}  // namespace hilum::eval

namespace hilum {

const char* feedback_kind_name(FeedbackLine::Kind kind) {
  switch (kind) {
    case FeedbackLine::Kind::kMissed:
      return "missed";
    case FeedbackLine::Kind::kAdded:
      return "added";
    case FeedbackLine::Kind::kContradicted:
      return "contradicted";
    case FeedbackLine::Kind::kSide:
      return "side";
    case FeedbackLine::Kind::kMeasurement:
      return "measurement";
    case FeedbackLine::Kind::kSeverity:
      return "severity";
    case FeedbackLine::Kind::kCertainty:
      return "certainty";
  }
  return "";
}

Result<Feedback> compare_reports(std::string_view hypothesis, std::string_view reference) {
  HILUM_ASSIGN(const eval::RuleGraphs graphs, eval::RuleGraphs::load());
  HILUM_ASSIGN(const eval::RuleLabels labels, eval::RuleLabels::load());
  const auto h = graphs.read(hypothesis).facts, r = graphs.read(reference).facts;
  Feedback out;
  out.fact_f1 = eval::fact_f1(h, r);
  out.finding_agreement = eval::finding_agreement(h, r);
  out.clinical_agreement = eval::clinical_agreement(
      out.finding_agreement, eval::observation_f1(labels.labels(hypothesis), labels.labels(reference)),
      eval::google_rouge(hypothesis, reference, true).rouge_l.f);
  out.lines = eval::report_feedback(h, r);
  return out;
}

}  // namespace hilum
