#include "eval/structured/lunguage.h"

#include <algorithm>
#include <array>
#include <set>

#include <nlohmann/json.hpp>

#include "core/text/text.h"
#include "eval/structured/lunguage_rows.h"
#include "eval/table/assignment.h"

namespace hilum::eval {
namespace {

// Modes of the original whose code is the single-study one.
constexpr std::array<std::string_view, 13> kSingleNames = {
    "single",   "single_maira", "rexval",        "gold_eval", "chexagent",      "medversa", "rgrg",
    "medgemma", "lingshu",      "maira_cascade", "libra",     "cvt2distilgpt2", ""};

constexpr std::size_t kNamedFields = 2;  // status and certainty, the first of kLunguageFields

struct Ratio {
  double weighted = 0, total = 0;
  void add(double weight, double agreement) {
    weighted += weight * agreement;
    total += weight;
  }
  double value() const { return total > 0 ? weighted / total : 0; }
};

double structure(const LunguageRow& a, const LunguageRow& b, const TextComparer& similarity) {
  const TextComparer exact = TextSimilarity::kExact;
  Ratio ratio;
  for (std::size_t i = 0; i < kLunguageFields.size(); ++i) {
    const std::string_view x = trim(a.fields[i]), y = trim(b.fields[i]);
    if (x.empty() && y.empty()) continue;
    const bool named = i < kNamedFields;  // status and certainty agree or not, whatever the text similarity
    const double agreement = x.empty() || y.empty() ? 0 : text_similarity(named ? exact : similarity, x, y);
    ratio.add(kLunguageFields[i].weight, agreement);
  }
  return ratio.value();
}

void add_cell(Ratio& ratio, const OrderCell& a, const OrderCell& b) {
  constexpr double kWeight = .5;
  if (a.missing && b.missing) return;
  const bool equal =
      !a.missing && !b.missing && (a.number && b.number ? *a.number == *b.number : a.text == b.text);
  ratio.add(kWeight, equal ? 1 : 0);
}

double in_time(const LunguageRow& a, const LunguageRow& b) {
  Ratio ratio;
  add_cell(ratio, a.sequence, b.sequence);
  add_cell(ratio, a.episode, b.episode);
  return ratio.value();
}

double entity(const LunguageRow& a, const LunguageRow& b, LunguageMode mode, const TextComparer& similarity) {
  if (mode == LunguageMode::kSingle) return text_similarity(similarity, a.phrase, b.phrase);
  return text_similarity(similarity, a.group, b.group);
}

std::vector<LunguageRow> rows_of(const std::vector<LunguageRow>& rows, const std::string& unit,
                                 LunguageMode mode) {
  std::vector<LunguageRow> out;
  for (const LunguageRow& row : rows) {
    if ((mode == LunguageMode::kSingle ? row.study : row.subject) == unit) out.push_back(row);
  }
  if (mode == LunguageMode::kSingle) return out;
  // Inside each study, rows of one name stand together.
  std::vector<LunguageRow> regrouped;
  std::vector<bool> taken(out.size(), false);
  for (std::size_t i = 0; i < out.size(); ++i) {
    for (std::size_t j = i; j < out.size(); ++j) {
      if (taken[j] || out[j].study != out[i].study || out[j].entity != out[i].entity || taken[i]) continue;
      regrouped.push_back(out[j]);
      if (j != i) taken[j] = true;
    }
    taken[i] = true;
  }
  return regrouped;
}

// Row maxima of unmatched rows: what a row that found no partner could have scored.
double unmatched_loss(const std::vector<double>& f, std::size_t count, std::size_t others, bool by_row,
                      std::size_t columns, const std::vector<bool>& matched,
                      const std::vector<bool>& counts) {
  double loss = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (matched[i] || !counts[i]) continue;
    double best = 0;
    for (std::size_t k = 0; k < others; ++k)
      best = std::max(best, by_row ? f[i * columns + k] : f[k * columns + i]);
    loss += 1 - best;
  }
  return loss;
}

std::vector<bool> study_present(const std::vector<LunguageRow>& rows, const std::vector<LunguageRow>& others,
                                LunguageMode mode) {
  std::set<std::string> studies;
  for (const LunguageRow& row : others) studies.insert(row.study);
  std::vector<bool> out;
  for (const LunguageRow& row : rows)
    out.push_back(mode != LunguageMode::kSequentialMask || studies.count(row.study) > 0);
  return out;
}

void score_unit(const std::vector<LunguageRow>& reference, const std::vector<LunguageRow>& candidate,
                LunguageMode mode, const TextComparer& similarity, LunguageUnit& unit) {
  const std::size_t n = reference.size(), m = candidate.size();
  std::vector<double> f(n * m), cost(n * m);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < m; ++j) {
      const bool masked = mode == LunguageMode::kSequentialMask && reference[i].study != candidate[j].study;
      f[i * m + j] = masked ? 0
                            : entity(reference[i], candidate[j], mode, similarity) *
                                  structure(reference[i], candidate[j], similarity) *
                                  in_time(reference[i], candidate[j]);
      cost[i * m + j] = 1 - f[i * m + j];
    }
  }
  unit.matches = assign_minimum_cost(cost, n, m);
  std::vector<bool> matched_reference(n, false), matched_candidate(m, false);
  double missed = 0;
  for (const auto& [i, j] : unit.matches) {
    unit.true_positive += f[i * m + j];
    missed += 1 - f[i * m + j];
    matched_reference[i] = matched_candidate[j] = true;
  }
  unit.false_negative =
      missed + unmatched_loss(f, n, m, true, m, matched_reference, study_present(reference, candidate, mode));
  unit.false_positive = missed + unmatched_loss(f, m, n, false, m, matched_candidate,
                                                study_present(candidate, reference, mode));
  const auto ratio = [](double part, double whole) { return whole > 0 ? part / whole : 0; };
  unit.precision = ratio(unit.true_positive, unit.true_positive + unit.false_positive);
  unit.recall = ratio(unit.true_positive, unit.true_positive + unit.false_negative);
  unit.f1 = ratio(2 * unit.precision * unit.recall, unit.precision + unit.recall);
}

}  // namespace

Result<LunguageMode> lunguage_mode_from_name(std::string_view name) {
  if (std::find(kSingleNames.begin(), kSingleNames.end(), name) != kSingleNames.end())
    return LunguageMode::kSingle;
  if (name == "sequential_mask" || name == "sequential_mask_maira") return LunguageMode::kSequentialMask;
  if (name == "sequential" || name == "sequential_maira") return LunguageMode::kSequential;
  return Status(ErrorCode::kRecordInvalid,
                "no mode '" + std::string(name) + "'; there is single, sequential, sequential_mask");
}

Result<LunguageResult> lunguage_score(const Json& candidate, const Json& reference, LunguageMode mode,
                                      const TextComparer& similarity) {
  HILUM_ASSIGN(const std::vector<LunguageRow> references, lunguage_rows(reference, mode, "reference"));
  HILUM_ASSIGN(const std::vector<LunguageRow> candidates, lunguage_rows(candidate, mode, "candidate"));
  LunguageResult result;
  std::vector<std::string> units;
  for (const std::vector<LunguageRow>* rows : {&references, &candidates}) {
    for (const LunguageRow& row : *rows) {
      const std::string& unit = mode == LunguageMode::kSingle ? row.study : row.subject;
      if (std::find(units.begin(), units.end(), unit) == units.end()) units.push_back(unit);
    }
  }
  for (const std::string& id : units) {
    const std::vector<LunguageRow> r = rows_of(references, id, mode), c = rows_of(candidates, id, mode);
    LunguageUnit unit;
    unit.id = id;
    if (r.empty() || c.empty()) {
      unit.skipped = r.empty() ? "not in the reference" : "not in the candidate";
    } else {
      score_unit(r, c, mode, similarity, unit);
      result.precision += unit.precision;
      result.recall += unit.recall;
      result.f1 += unit.f1;
      ++result.scored;
    }
    result.units.push_back(std::move(unit));
  }
  if (result.scored > 0) {
    const auto scored = static_cast<double>(result.scored);
    result.precision /= scored;
    result.recall /= scored;
    result.f1 /= scored;
  }
  return result;
}

Result<std::vector<std::string>> lunguage_texts(const Json& rows, LunguageMode mode, std::string_view side) {
  HILUM_ASSIGN(const std::vector<LunguageRow> parsed, lunguage_rows(rows, mode, side));
  std::vector<std::string> out;
  for (const LunguageRow& row : parsed) {
    out.push_back(mode == LunguageMode::kSingle ? row.phrase : row.group);
    for (std::size_t i = kNamedFields; i < row.fields.size(); ++i) {
      if (!trim(row.fields[i]).empty()) out.push_back(row.fields[i]);
    }
  }
  return out;
}

Result<double> lunguage_row_agreement(const Json& reference, const Json& candidate, bool temporal,
                                      const TextComparer& similarity) {
  HILUM_ASSIGN(const LunguageRow r, lunguage_row(reference));
  HILUM_ASSIGN(const LunguageRow c, lunguage_row(candidate));
  return temporal ? in_time(r, c) : structure(r, c, similarity);
}

}  // namespace hilum::eval
