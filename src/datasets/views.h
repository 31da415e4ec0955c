// Names of views. Sources write them in many ways; records have DICOM's ViewPosition values in capitals,
// FRONTAL and LATERAL where a source knows no more, and "unknown". Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hilum/status.h"

namespace hilum::datasets {

// "pa" and "postero-anterior" are PA, "" and "unk" are unknown; other names stay, in capitals.
std::string normal_view(std::string_view view);

bool is_frontal(std::string_view normal_view);
bool is_lateral(std::string_view normal_view);

// Which views to keep. An empty filter keeps all.
class ViewFilter {
 public:
  // Names in any case, "frontal" and "lateral" for the groups. kUsage with the nearest name for an unknown
  // one.
  static Result<ViewFilter> from_names(const std::vector<std::string>& names);
  bool keeps(std::string_view normal_view) const;

 private:
  bool all_ = true;
  bool frontal_ = false;
  bool lateral_ = false;
  std::vector<std::string> names_;
};

}  // namespace hilum::datasets
