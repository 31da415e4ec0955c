#include "eval/structured/extraction.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include <nlohmann/json.hpp>

#include "core/text/text.h"

namespace hilum::eval {
namespace {

constexpr std::size_t kRelations = 19;  // of the schema; SR averages over all of them

double ratio(double part, double whole) { return whole > 0 ? part / whole : 0; }
double harmonic(double p, double r) { return ratio(2 * p * r, p + r); }

// Letters in the longest matching blocks, found recursively left and right of the longest one.
std::size_t matching_letters(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return 0;
  std::size_t best = 0, best_a = 0, best_b = 0;
  std::vector<std::size_t> lengths(b.size() + 1, 0), next(b.size() + 1, 0);
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = 0; j < b.size(); ++j) {
      next[j + 1] = a[i] == b[j] ? lengths[j] + 1 : 0;
      if (next[j + 1] > best) {
        best = next[j + 1];
        best_a = i + 1 - best;
        best_b = j + 1 - best;
      }
    }
    lengths.swap(next);
  }
  if (best == 0) return 0;
  return best + matching_letters(a.substr(0, best_a), b.substr(0, best_b)) +
         matching_letters(a.substr(best_a + best), b.substr(best_b + best));
}

bool is_exact_relation(const std::string& relation) {
  return relation == "cat" || relation == "dx_status" || relation == "dx_certainty";
}

bool counts_as_category(const std::string& object) {
  static constexpr std::array<std::string_view, 7> kCategories = {"pf",  "cf",  "oth",    "patient info.",
                                                                  "ncd", "cof", "ncd/cof"};
  return std::find(kCategories.begin(), kCategories.end(), object) != kCategories.end();
}

bool near(std::string_view a, std::string_view b) { return difflib_ratio(a, b) > 60; }

// The places of a location, cut at commas; a prefix without a blank ("loc:left") goes with its word.
std::vector<std::string> places(const std::string& object) {
  std::vector<std::string> out;
  for (const std::string& part : split(object, ',')) {
    std::string kept;
    for (const std::string& word : split_words(part)) {
      const bool glued = (starts_with(word, "loc:") || starts_with(word, "det:")) && word.size() > 4;
      if (!glued) kept += (kept.empty() ? "" : " ") + word;
    }
    out.push_back(kept);
  }
  return out;
}

bool every_place_near(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::all_of(a.begin(), a.end(), [&b](const std::string& x) {
    return std::any_of(b.begin(), b.end(), [&x](const std::string& y) { return near(x, y); });
  });
}

bool compatible_match(const Triplet& candidate, const Triplet& reference) {
  if (is_exact_relation(candidate.relation)) {
    const bool subject =
        near(candidate.subject, reference.subject) || near(candidate.subject, reference.object);
    return subject && candidate.object == reference.object;
  }
  if (candidate.relation == "location") {
    const std::vector<std::string> c = places(candidate.object), r = places(reference.object);
    if (near(candidate.subject, reference.subject) && every_place_near(c, r) && every_place_near(r, c))
      return true;
    const auto crossed = std::count_if(
        r.begin(), r.end(), [&](const std::string& place) { return near(candidate.subject, place); });
    return static_cast<double>(crossed) >= static_cast<double>(r.size()) / 2 &&
           near(candidate.object, reference.subject);
  }
  const bool straight =
      near(candidate.subject, reference.subject) && near(candidate.object, reference.object);
  return straight || (candidate.subject == reference.object && candidate.object == reference.subject);
}

bool strict_match(const Triplet& candidate, const Triplet& reference) {
  if (candidate.subject != reference.subject) return false;
  if (candidate.relation != "location") return candidate.object == reference.object;
  const std::vector<std::string> c = split(candidate.object, ','), r = split(reference.object, ',');
  std::set<std::string> left, right;
  for (const std::string& place : c) left.insert(std::string(trim(place)));
  for (const std::string& place : r) right.insert(std::string(trim(place)));
  return left == right;
}

}  // namespace

int difflib_ratio(std::string_view a, std::string_view b) {
  if (a == b) return 100;
  const double total = static_cast<double>(a.size() + b.size());
  return static_cast<int>(std::nearbyint(100 * 2 * static_cast<double>(matching_letters(a, b)) / total));
}

double TripletCounts::precision() const {
  return ratio(static_cast<double>(right), static_cast<double>(right + wrong));
}
double TripletCounts::recall() const { return ratio(static_cast<double>(right), static_cast<double>(all)); }
double TripletCounts::f1() const { return harmonic(precision(), recall()); }

Result<std::vector<Triplet>> triplets_from_json(const Json& json) {
  std::vector<Triplet> out;
  if (!json.is_array()) return Status(ErrorCode::kRecordInvalid, "triplets should be an array");
  for (const Json& row : json) {
    if (!row.is_array() || row.size() < 3 || !row[0].is_string() || !row[1].is_string() ||
        !row[2].is_string()) {
      return Status(
          ErrorCode::kRecordInvalid,
          "a triplet should be [subject, relation, object, sentence, …], not " + row.dump().substr(0, 80));
    }
    Triplet triplet;
    triplet.subject = to_lower(trim(row[0].get<std::string>()));
    triplet.relation = to_lower(trim(row[1].get<std::string>()));
    triplet.object = to_lower(trim(row[2].get<std::string>()));
    if (row.size() > 3 && row[3].is_number_integer()) triplet.sentence = row[3].get<int>();
    out.push_back(std::move(triplet));
  }
  return out;
}

void ExtractionCounter::add(const std::vector<Triplet>& reference, const std::vector<Triplet>& candidate) {
  const bool subjects = options_.part == ExtractionPart::kSubjects;
  const auto fits = [&](const Triplet& c, const Triplet& r) {
    if (c.relation != r.relation) return false;
    const bool both = c.sentence >= 0 && r.sentence >= 0;
    if (options_.sentences && both && c.sentence != r.sentence) return false;
    if (options_.sentences && subjects && !both) return false;
    if (options_.strict) return subjects ? c.subject == r.subject : strict_match(c, r);
    return subjects ? difflib_ratio(c.subject, r.subject) > 70 : compatible_match(c, r);
  };
  std::vector<const Triplet*> references;
  for (const Triplet& r : reference) {
    if (!subjects && !options_.strict && r.relation == "cat" && !counts_as_category(r.object)) continue;
    references.push_back(&r);
    ++relations_[r.relation].all;
  }
  std::vector<bool> used(references.size(), false);
  for (const Triplet& c : candidate) {
    bool met_used = false, right = false;
    for (std::size_t i = 0; i < references.size() && !right; ++i) {
      if (!fits(c, *references[i])) continue;
      met_used = met_used || used[i];
      if (used[i]) continue;
      used[i] = right = true;
    }
    TripletCounts& counts = relations_[c.relation];
    if (right) {
      ++counts.right;
    } else if (!met_used || options_.strict) {
      ++counts.wrong;
    }
  }
  for (std::size_t i = 0; i < references.size(); ++i) {
    const bool counted = !used[i] && (!subjects || options_.strict);
    relations_[references[i]->relation].missed += counted ? 1 : 0;
  }
}

ExtractionScore extraction_score(const std::map<std::string, TripletCounts>& relations,
                                 const ExtractionOptions& options) {
  ExtractionScore out;
  out.relations = relations;
  TripletCounts sum;
  std::size_t occurring = 0;
  for (const auto& [relation, counts] : relations) {
    if (counts.all + counts.right + counts.wrong == 0) continue;
    ++occurring;
    out.macro_precision += counts.precision();
    out.macro_recall += counts.recall();
    out.macro_f1 += counts.f1();
    sum.right += counts.right;
    sum.wrong += counts.wrong;
    sum.missed += counts.missed;
  }
  const bool fixed = options.part == ExtractionPart::kSubjects && !options.strict;
  const auto averaged = static_cast<double>(fixed ? kRelations : std::max<std::size_t>(occurring, 1));
  out.macro_precision /= averaged;
  out.macro_recall /= averaged;
  out.macro_f1 /= averaged;
  out.precision = sum.precision();
  out.recall = ratio(static_cast<double>(sum.right), static_cast<double>(sum.right + sum.missed));
  out.f1 = harmonic(out.precision, out.recall);
  return out;
}

}  // namespace hilum::eval
