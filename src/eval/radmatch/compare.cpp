#include <algorithm>
#include <cmath>
#include <set>

#include <nlohmann/json.hpp>

#include "core/text/text.h"
#include "eval/radmatch/radmatch.h"
#include "eval/table/assignment.h"

namespace hilum::eval {
namespace {

double in_base_unit(const RadmatchMeasurement& m) {
  const std::string unit = to_lower(trim(m.unit));
  if (unit == "cm") return m.value * 10;
  if (unit == "m") return m.value * 1000;
  if (unit == "in" || unit == "inch" || unit == "inches") return m.value * 25.4;
  return m.value;
}

std::string text_of(const RadmatchMeasurement& m) {
  Json out = Json::object();
  out["value"] = m.value;
  out["unit"] = m.unit.empty() ? Json() : Json(m.unit);
  out["category"] = m.category;
  return out.dump();
}

std::string text_of(const std::set<std::string>& categories) { return Json(categories).dump(); }

bool relatively_apart(double predicted, double reference, double limit) {
  if (reference == 0) return predicted != 0;
  return std::fabs(predicted - reference) / std::fabs(reference) > limit;
}

// In which of the ranges cut at -10, 10 and 20 HU a value lies; a cut belongs to the lower range.
int density_range(double hu) { return (hu > -10 ? 1 : 0) + (hu > 10 ? 1 : 0) + (hu > 20 ? 1 : 0); }

enum class Apart { kNo, kMinor, kMajor };

Apart compare_values(const RadmatchMeasurement& p, const RadmatchMeasurement& r) {
  const double a = in_base_unit(p), b = in_base_unit(r);
  const auto major = [](bool apart) { return apart ? Apart::kMajor : Apart::kNo; };
  if (r.category == "size") return major(relatively_apart(a, b, .2) && std::fabs(a - b) >= 2);
  if (r.category == "ratio") return major(relatively_apart(a, b, .3));
  if (r.category == "count") return major(a != b);
  if (r.category == "attenuation")
    return major(density_range(a) != density_range(b) || std::fabs(a - b) > 20);
  return a != b ? Apart::kMinor : Apart::kNo;
}

std::vector<RadmatchMeasurement> of_category(const std::vector<RadmatchMeasurement>& all,
                                             const std::string& category) {
  std::vector<RadmatchMeasurement> out;
  for (const RadmatchMeasurement& m : all) {
    if (m.category == category) out.push_back(m);
  }
  return out;
}

void compare_category(const std::vector<RadmatchMeasurement>& predicted,
                      const std::vector<RadmatchMeasurement>& reference, std::vector<RadmatchError>& out) {
  std::vector<double> cost;
  for (const RadmatchMeasurement& p : predicted) {
    for (const RadmatchMeasurement& r : reference)
      cost.push_back(std::fabs(in_base_unit(p) - in_base_unit(r)));
  }
  std::vector<bool> used_p(predicted.size(), false), used_r(reference.size(), false);
  for (const auto& [i, j] : assign_minimum_cost(cost, predicted.size(), reference.size())) {
    used_p[i] = used_r[j] = true;
    const Apart apart = compare_values(predicted[i], reference[j]);
    if (apart != Apart::kNo)
      out.push_back({"measurement", apart == Apart::kMajor, text_of(predicted[i]), text_of(reference[j])});
  }
  for (std::size_t i = 0; i < predicted.size(); ++i) {
    if (!used_p[i]) out.push_back({"measurement", false, text_of(predicted[i]), "null"});
  }
  for (std::size_t j = 0; j < reference.size(); ++j) {
    if (!used_r[j]) out.push_back({"measurement", false, "null", text_of(reference[j])});
  }
}

void compare_measurements(const RadmatchFinding& p, const RadmatchFinding& r,
                          std::vector<RadmatchError>& out) {
  std::set<std::string> predicted, reference, all;
  for (const RadmatchMeasurement& m : p.measurements) predicted.insert(m.category);
  for (const RadmatchMeasurement& m : r.measurements) reference.insert(m.category);
  all = predicted;
  all.insert(reference.begin(), reference.end());
  const bool none_in_common = all.size() == predicted.size() + reference.size();
  if (none_in_common && !predicted.empty() && !reference.empty()) {
    out.push_back({"measurement", true, text_of(predicted), text_of(reference)});
    return;
  }
  for (const std::string& category : all)
    compare_category(of_category(p.measurements, category), of_category(r.measurements, category), out);
}

bool is_active(const std::string& comparison) { return comparison == "worsening" || comparison == "new"; }

void compare_course(const std::string& predicted, const std::string& reference,
                    std::vector<RadmatchError>& out) {
  if (predicted == reference) return;
  const auto text = [](const std::string& value) {
    return value.empty() ? std::string("null") : Json(value).dump();
  };
  const bool both = !predicted.empty() && !reference.empty();
  const bool major =
      both ? is_active(predicted) != is_active(reference) : predicted.empty() && is_active(reference);
  out.push_back({"comparison", major, text(predicted), text(reference)});
}

}  // namespace

std::vector<RadmatchError> radmatch_compare(const RadmatchFinding& predicted,
                                            const RadmatchFinding& reference) {
  std::vector<RadmatchError> out;
  if (predicted.abnormal != reference.abnormal) {
    const auto text = [](bool abnormal) { return std::string(abnormal ? "\"abnormal\"" : "\"normal\""); };
    out.push_back({"clinical_status", true, text(predicted.abnormal), text(reference.abnormal)});
  }
  compare_course(predicted.comparison, reference.comparison, out);
  compare_measurements(predicted, reference, out);
  return out;
}

}  // namespace hilum::eval
