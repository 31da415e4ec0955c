#include "datasets/views.h"

#include <algorithm>

#include "core/text/suggest.h"
#include "core/text/text.h"

namespace hilum::datasets {
namespace {

bool one_of(std::string_view view, const std::vector<std::string>& names) {
  return std::find(names.begin(), names.end(), view) != names.end();
}

// The values that MIMIC-CXR's ViewPosition takes, and what other sources add.
const std::vector<std::string>& frontal_views() {
  static const std::vector<std::string> names = {"PA",     "AP",     "FRONTAL", "AP AXIAL", "AP LLD",
                                                 "AP RLD", "PA LLD", "PA RLD",  "LLD",      "RLD"};
  return names;
}
const std::vector<std::string>& lateral_views() {
  static const std::vector<std::string> names = {"LATERAL", "LL", "RL", "XTABLE LATERAL"};
  return names;
}
const std::vector<std::string>& other_views() {
  static const std::vector<std::string> names = {"LAO", "RAO", "LPO", "RPO", "SWIMMERS", "UNKNOWN"};
  return names;
}

}  // namespace

std::string normal_view(std::string_view view) {
  // MLRG's view strings carry further words behind an underscore.
  std::string name = to_upper(collapse_spaces(view.substr(0, view.find('_'))));
  if (name.empty() || name == "UNK" || name == "UNKNOWN" || name == "NAN" || name == "NONE" ||
      name == "NULL") {
    return "unknown";
  }
  if (name == "POSTERO-ANTERIOR" || name == "POSTEROANTERIOR") return "PA";
  if (name == "ANTERO-POSTERIOR" || name == "ANTEROPOSTERIOR") return "AP";
  if (name == "L") return "LATERAL";
  if (name == "LEFT LATERAL") return "LL";
  if (name == "RIGHT LATERAL") return "RL";
  return name;
}

bool is_frontal(std::string_view view) { return one_of(view, frontal_views()); }
bool is_lateral(std::string_view view) { return one_of(view, lateral_views()); }

Result<ViewFilter> ViewFilter::from_names(const std::vector<std::string>& names) {
  ViewFilter filter;
  std::vector<std::string> known = frontal_views();
  known.insert(known.end(), lateral_views().begin(), lateral_views().end());
  known.insert(known.end(), other_views().begin(), other_views().end());
  for (const std::string& name : names) {
    const std::string upper = to_upper(trim(name));
    if (!one_of(upper, known)) {
      const std::string nearest = nearest_word(upper, known);
      return Status(ErrorCode::kUsage,
                    "no view '" + name + "'" +
                        (nearest.empty() ? "; there are frontal, lateral, " + join(known, ", ")
                                         : "; did you mean '" + to_lower(nearest) + "'?"));
    }
    filter.all_ = false;
    if (upper == "FRONTAL") filter.frontal_ = true;
    if (upper == "LATERAL") filter.lateral_ = true;
    filter.names_.push_back(upper == "UNKNOWN" ? "unknown" : upper);
  }
  return filter;
}

bool ViewFilter::keeps(std::string_view view) const {
  return all_ || one_of(view, names_) || (frontal_ && is_frontal(view)) || (lateral_ && is_lateral(view));
}

}  // namespace hilum::datasets
