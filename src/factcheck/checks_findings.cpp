// Findings against each other: there and not there, left and right, normal and not, removed and in place.
#include <algorithm>
#include <cstdlib>
#include <set>

#include "factcheck/checks.h"

namespace hilum::factcheck {
namespace {

Place place_of(const CheckedClaim& c) { return {c.field, c.claim.begin, c.claim.end}; }

bool is_finding(const CheckedClaim& c) { return c.type == "finding"; }

bool same_sentence(const CheckedClaim& a, const CheckedClaim& b) {
  return a.field == b.field && a.claim.sentence_begin == b.claim.sentence_begin;
}

// Whether the absence speaks of the place where the other is present.
bool covers(const std::string& absent, const std::string& present) {
  return absent.empty() || absent == present || absent == "bilateral";
}

void contradict(CheckedClaim& a, CheckedClaim& b, const char* check, const std::string& reason) {
  set_verdict(a, Verdict::kContradicted, check, reason, {}, place_of(b));
  set_verdict(b, Verdict::kContradicted, check, reason, {}, place_of(a));
}

bool denies(const FindingClaim& normal, const std::string& finding) {
  return std::find(normal.denies.begin(), normal.denies.end(), finding) != normal.denies.end();
}

int rank_of(const std::string& severity) {
  return severity == "tiny" ? 0 : severity == "small" ? 1 : severity == "moderate" ? 2 : 3;
}

std::string readable(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

}  // namespace

bool severities_differ(const std::string& a, const std::string& b) {
  return std::abs(rank_of(a) - rank_of(b)) >= 2;
}

void check_presence(Workspace& work) {
  for (CheckedClaim& present : work.claims) {
    if (!is_finding(present)) continue;
    const FindingClaim& p = present.claim.finding;
    if (p.assertion != Assertion::kPresent || p.old || p.device || p.spotted) continue;
    for (CheckedClaim& absent : work.claims) {
      if (!is_finding(absent) || same_sentence(present, absent)) continue;
      const FindingClaim& a = absent.claim.finding;
      if (a.narrowed) continue;
      if (a.assertion == Assertion::kAbsent && a.finding == p.finding && covers(a.laterality, p.laterality) &&
          covers(a.zone, p.zone)) {
        contradict(present, absent, "presence", readable(p.finding) + " is stated and denied");
      } else if (a.assertion == Assertion::kNormal && denies(a, p.finding)) {
        contradict(present, absent, "normality",
                   readable(p.finding) + " is stated, and the " + a.finding + " said to be normal");
      }
    }
  }
}

void check_laterality(Workspace& work) {
  struct Sides {
    std::set<std::string> sides;
    bool open = false;  // somewhere without a side, or on both
    CheckedClaim* example = nullptr;
  };
  std::set<std::string> findings;
  for (const CheckedClaim& c : work.claims) {
    if (is_finding(c) && !c.claim.finding.laterality.empty() && !c.claim.finding.spotted)
      findings.insert(c.claim.finding.finding);
  }
  for (const std::string& finding : findings) {
    std::vector<Sides> of_section(work.names.size());
    for (CheckedClaim& c : work.claims) {
      if (!is_finding(c) || c.claim.finding.finding != finding) continue;
      const FindingClaim& f = c.claim.finding;
      if (f.assertion == Assertion::kAbsent) continue;
      Sides& s = of_section[work.field_index(c.field)];
      if (f.laterality == "right" || f.laterality == "left") {
        s.sides.insert(f.laterality);
        if (s.example == nullptr) s.example = &c;
      } else {
        s.open = true;
      }
    }
    for (std::size_t i = 0; i < of_section.size(); ++i) {
      for (std::size_t j = i + 1; j < of_section.size(); ++j) {
        Sides &a = of_section[i], &b = of_section[j];
        if (a.sides.size() != 1 || b.sides.size() != 1 || a.open || b.open || a.sides == b.sides) continue;
        const std::string &za = a.example->claim.finding.zone, &zb = b.example->claim.finding.zone;
        if (!za.empty() && !zb.empty() && za != zb) continue;
        contradict(*a.example, *b.example, "laterality",
                   readable(finding) + " on the " + *a.sides.begin() + " in " + work.names[i] + ", on the " +
                       *b.sides.begin() + " in " + work.names[j]);
      }
    }
  }
}

void check_severity(Workspace& work) {
  const auto compatible = [](const std::string& a, const std::string& b) {
    return a.empty() || b.empty() || a == b;
  };
  const auto stated = [](const CheckedClaim& c) {
    return is_finding(c) && c.claim.finding.assertion == Assertion::kPresent &&
           !c.claim.finding.severity.empty() && !c.claim.finding.old;
  };
  for (std::size_t i = 0; i < work.claims.size(); ++i) {
    for (std::size_t j = i + 1; j < work.claims.size(); ++j) {
      CheckedClaim &a = work.claims[i], &b = work.claims[j];
      if (a.field == b.field || !stated(a) || !stated(b)) continue;
      const FindingClaim &fa = a.claim.finding, &fb = b.claim.finding;
      if (fa.finding != fb.finding || !compatible(fa.laterality, fb.laterality) ||
          !compatible(fa.zone, fb.zone) || !severities_differ(fa.severity, fb.severity))
        continue;
      contradict(a, b, "severity",
                 readable(fa.finding) + " is " + fa.severity + " in " + a.field + " and " + fb.severity +
                     " in " + b.field);
    }
  }
}

void check_impossible_places(Workspace& work) {
  std::vector<CheckedClaim> found;
  for (std::size_t i = 0; i < work.names.size(); ++i) {
    const FieldText& field = work.fields[i];
    for (const nlp::TermMatch& m : field.matches) {
      if (m.category != kImpossiblePlace) continue;
      CheckedClaim c;
      c.type = "place";
      c.field = work.names[i];
      c.claim.begin = field.tokens[m.first].begin;
      c.claim.end = field.tokens[m.last - 1].end;
      set_verdict(c, Verdict::kContradicted, "anatomy",
                  "there is no '" + std::string(field.bytes(c.claim.begin, c.claim.end)) + "'");
      found.push_back(std::move(c));
    }
  }
  work.claims.insert(work.claims.end(), found.begin(), found.end());
}

void check_removed_devices(Workspace& work) {
  for (std::size_t i = 0; i < work.names.size(); ++i) {
    const FieldText& field = work.fields[i];
    for (const nlp::TermMatch& m : field.matches) {
      if (m.category != kRemoved) continue;
      const Place place{work.names[i], field.tokens[m.first].begin, field.tokens[m.last - 1].end};
      for (CheckedClaim& c : work.claims) {
        const bool tube_now =
            (is_finding(c) && c.claim.finding.finding == "endotracheal_tube" &&
             c.claim.finding.assertion == Assertion::kPresent && !c.claim.finding.old) ||
            (c.type == "measurement" && c.claim.measurement.finding == "endotracheal_tube" &&
             !c.claim.measurement.prior);
        const bool in_it = c.field == place.field && c.claim.sentence_begin <= place.begin &&
                           place.begin < c.claim.sentence_end;
        if (tube_now && !in_it) {
          set_verdict(c, Verdict::kContradicted, "removed_device",
                      "the tube is described here and said to be removed elsewhere", {}, place);
        }
      }
    }
  }
}

}  // namespace hilum::factcheck
