// Clinical scores from plain text by rules: the 14 observations and the entity graph of each report, and from
// them two scores of agreement. No model. Immutable once loaded; safe from any thread.
//
// They are made to follow what radiologists mind: findings weigh by what they mean for the patient and by
// what is claimed, a finding with the wrong side, place or attributes counts in part, one with the opposite
// assertion not at all, and normal statements that one report leaves out are no errors. docs/metrics.md has
// the definitions.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "hilum/evaluate.h"

#include "eval/clinical/radgraph.h"

namespace hilum::eval {

// One statement of a report about one thing.
struct ReportFact {
  enum class Claim { kPresent, kUncertain, kAbsent, kNormal } claim = Claim::kPresent;
  std::string thing;               // as written, lower case
  std::string description;         // attributes, places and thing as written, lower case
  std::set<std::string> severity;  // its words of grade and size, lower case
  std::set<std::string> thing_stems, place_stems, attribute_stems;
  bool left = false, right = false;  // of its place; both: bilateral
  std::string concept_name;  // "pleural effusion" (configs/eval/finding_weights.json); "": none of them
  std::string family;        // of the concept: findings often named for one another; or ""
  double weight = 0.5;       // what it means for the patient, 0 to 1
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

// Agreement of what the reports state as present or uncertain, each weighed by its meaning: (2 shared + k) /
// (stated by one + stated by the other + k). k = 1/2 stands for the normal rest of both films, so that one
// small error costs less than many and two normal reports agree fully. A finding that is denied though the
// other states it counts as an error more.
double finding_agreement(const std::vector<ReportFact>& hypothesis, const std::vector<ReportFact>& reference);

// (4 finding agreement + F1 of the observations + 3 ROUGE-L) / 8.
double clinical_agreement(double findings, double observations, double rouge_l);

// F1 of positive and uncertain observations of one report pair; 1 when neither has any.
double observation_f1(const FindingRow& hypothesis, const FindingRow& reference);

}  // namespace hilum::eval
