// The role that labels a report as a whole (CheXbert's), and the manifest's `report_labels`.
#pragma once

#include <string>
#include <vector>

#include "runtime/roles/role.h"

namespace hilum::runtime {

struct ReportLabel {
  std::string name;
  // "positive", "negative", "uncertain", "unmentioned" in the model's order.
  std::vector<std::string> classes;
};

struct ReportLabelSpec : ManifestPart {
  static constexpr const char* kKey = "report_labels";
  std::vector<ReportLabel> labels;
  int max_tokens = 512;  // of a report, begin and end token included
};

Role report_labeler_role();

}  // namespace hilum::runtime
