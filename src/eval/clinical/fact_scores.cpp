#include <algorithm>

#include "eval/clinical/chexpert.h"
#include "eval/clinical/rule_scores.h"
#include "eval/table/assignment.h"

namespace hilum::eval {
namespace {

using Claim = ReportFact::Claim;

double weight(const ReportFact& fact) {
  switch (fact.claim) {
    case Claim::kPresent:
      return 1;
    case Claim::kUncertain:
      return 0.7;
    case Claim::kAbsent:
    case Claim::kNormal:
      return 0.2;
  }
  return 0;
}

// Share of common words; 1 when neither has any, and 0.5 when only one says something.
double word_overlap(const std::set<std::string>& a, const std::set<std::string>& b) {
  if (a.empty() && b.empty()) return 1;
  if (a.empty() || b.empty()) return 0.5;
  std::size_t common = 0;
  for (const std::string& word : a) common += b.count(word);
  return static_cast<double>(common) / static_cast<double>(a.size() + b.size() - common);
}

double claim_agreement(Claim a, Claim b) {
  if (a == b) return 1;
  const auto asserts = [](Claim c) { return c == Claim::kPresent || c == Claim::kUncertain; };
  return asserts(a) && asserts(b) ? 0.6 : 0;
}

bool sides_conflict(const ReportFact& a, const ReportFact& b) {
  const bool said = (a.left || a.right) && (b.left || b.right);
  return said && !(a.left && b.left) && !(a.right && b.right);
}

// How far both facts are of one thing: by what finding they are, else by their words.
double thing_agreement(const ReportFact& a, const ReportFact& b) {
  constexpr double kFamily = 0.5;
  if (!a.concept_name.empty() && !b.concept_name.empty()) {
    if (a.concept_name == b.concept_name) return 1;
    return !a.family.empty() && a.family == b.family ? kFamily : 0;
  }
  std::size_t common = 0;
  for (const std::string& word : a.thing_stems) common += b.thing_stems.count(word);
  return 2 * static_cast<double>(common) / static_cast<double>(a.thing_stems.size() + b.thing_stems.size());
}

bool asserts(const ReportFact& fact) {
  return fact.claim == Claim::kPresent || fact.claim == Claim::kUncertain;
}

}  // namespace

double fact_similarity(const ReportFact& a, const ReportFact& b) {
  const double claim = claim_agreement(a.claim, b.claim);
  if (claim == 0) return 0;
  const double thing = thing_agreement(a, b);
  if (thing == 0) return 0;
  const double place = sides_conflict(a, b) ? 0 : word_overlap(a.place_stems, b.place_stems);
  return claim * thing * (0.5 + 0.3 * place + 0.2 * word_overlap(a.attribute_stems, b.attribute_stems));
}

std::vector<FactMatch> match_facts(const std::vector<ReportFact>& hypothesis,
                                   const std::vector<ReportFact>& reference) {
  std::vector<double> cost(hypothesis.size() * reference.size());
  for (std::size_t i = 0; i < hypothesis.size(); ++i) {
    for (std::size_t j = 0; j < reference.size(); ++j)
      cost[i * reference.size() + j] = 1 - fact_similarity(hypothesis[i], reference[j]);
  }
  std::vector<FactMatch> out;
  for (const auto& [i, j] : assign_minimum_cost(cost, hypothesis.size(), reference.size())) {
    const double similarity = 1 - cost[i * reference.size() + j];
    if (similarity > 0) out.push_back({i, j, similarity});
  }
  return out;
}

double fact_f1(const std::vector<ReportFact>& hypothesis, const std::vector<ReportFact>& reference) {
  if (hypothesis.empty() && reference.empty()) return 1;
  double all_h = 0, all_r = 0, hit_h = 0, hit_r = 0;
  for (const ReportFact& fact : hypothesis) all_h += weight(fact);
  for (const ReportFact& fact : reference) all_r += weight(fact);
  for (const FactMatch& match : match_facts(hypothesis, reference)) {
    hit_h += match.similarity * weight(hypothesis[match.hypothesis]);
    hit_r += match.similarity * weight(reference[match.reference]);
  }
  const double precision = all_h > 0 ? hit_h / all_h : 0, recall = all_r > 0 ? hit_r / all_r : 0;
  return precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0;
}

double finding_agreement(const std::vector<ReportFact>& hypothesis,
                         const std::vector<ReportFact>& reference) {
  constexpr double kNormalRest = 0.5, kUncertain = 0.7, kDenied = 0.25;
  const auto meaning = [](const ReportFact& fact) {
    return fact.weight * (fact.claim == Claim::kUncertain ? kUncertain : 1);
  };
  std::vector<ReportFact> said, is;
  double all = 0, shared = 0;
  for (const auto& [facts, stated] : {std::pair(&hypothesis, &said), std::pair(&reference, &is)}) {
    for (const ReportFact& fact : *facts) {
      if (!asserts(fact)) continue;
      stated->push_back(fact);
      all += meaning(fact);
    }
  }
  for (const FactMatch& match : match_facts(said, is)) {
    const double both = meaning(said[match.hypothesis]) + meaning(is[match.reference]);
    shared += match.similarity * both;
  }
  for (const auto& [stated, others] : {std::pair(&said, &reference), std::pair(&is, &hypothesis)}) {
    for (const ReportFact& fact : *stated) {
      const bool denied = std::any_of(others->begin(), others->end(), [&](const ReportFact& other) {
        return other.claim == Claim::kAbsent && thing_agreement(fact, other) == 1 &&
               !sides_conflict(fact, other);
      });
      const bool also_stated = std::any_of(others->begin(), others->end(), [&](const ReportFact& other) {
        return asserts(other) && thing_agreement(fact, other) == 1;
      });
      if (denied && !also_stated) all += kDenied * meaning(fact);
    }
  }
  return (shared + kNormalRest) / (all + kNormalRest);
}

double clinical_agreement(double findings, double observations, double rouge_l) {
  return (4 * findings + observations + 3 * rouge_l) / 8;
}

double observation_f1(const FindingRow& hypothesis, const FindingRow& reference) {
  double hits = 0, said = 0, is = 0;
  for (std::size_t f = 0; f < kFindings; ++f) {
    const bool h = counts(hypothesis[f], FindingPolicy::kUncertainPositive),
               r = counts(reference[f], FindingPolicy::kUncertainPositive);
    hits += h && r ? 1 : 0;
    said += h ? 1 : 0;
    is += r ? 1 : 0;
  }
  return said + is > 0 ? 2 * hits / (said + is) : 1;
}

}  // namespace hilum::eval
