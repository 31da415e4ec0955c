// Clinical scores from plain text by rules: the 14 observations and the entity graph of each report, and from
// them a clinical agreement score. No model. Immutable once loaded; safe from any thread.
//
// Clinical agreement is made to follow what radiologists mind: facts weigh by what they claim (present 1,
// uncertain 0.7, absent or normal 0.2), a fact found with the wrong side or the wrong attributes counts in
// part, and one with the opposite assertion not at all. docs/metrics.md has the definition.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "hilum/core/status.h"
#include "hilum/eval/chexpert.h"
#include "hilum/eval/radgraph.h"

namespace hilum::eval {

// One statement of a report about one thing.
struct ReportFact {
  enum class Claim { kPresent, kUncertain, kAbsent, kNormal } claim = Claim::kPresent;
  std::string thing;               // as written, lower case
  std::string description;         // attributes, places and thing as written, lower case
  std::set<std::string> severity;  // its words of grade and size, lower case
  std::set<std::string> thing_stems, place_stems, attribute_stems;
  bool left = false, right = false;  // of its place; both: bilateral
  std::size_t sentence = 0;
};

class RuleLabels {
 public:
  static Result<RuleLabels> load();
  FindingRow labels(std::string_view report) const;

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

class RuleGraphs {
 public:
  static Result<RuleGraphs> load();
  struct Reading {
    ReportGraph graph;
    std::vector<ReportFact> facts;
  };
  Reading read(std::string_view report) const;

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

// How far two facts agree: 0 to 1.
double fact_similarity(const ReportFact& a, const ReportFact& b);

struct FactMatch {
  std::size_t hypothesis = 0, reference = 0;
  double similarity = 0;
};
// One-to-one matches of greatest total similarity; pairs that share nothing are left out.
std::vector<FactMatch> match_facts(const std::vector<ReportFact>& hypothesis,
                                   const std::vector<ReportFact>& reference);

// Weighted F1 of matched facts; 1 when neither report states any.
double fact_f1(const std::vector<ReportFact>& hypothesis, const std::vector<ReportFact>& reference);

// (2 fact F1 + F1 of the observations + ROUGE-L) / 4.
double clinical_agreement(double fact, double observations, double rouge_l);

// F1 of positive and uncertain observations of one report pair; 1 when neither has any.
double observation_f1(const FindingRow& hypothesis, const FindingRow& reference);

}  // namespace hilum::eval
