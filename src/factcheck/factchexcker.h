// FactCheXcker's own files (github.com/rajpurkarlab/FactCheXcker): reports.json, the detector's points and
// the presence answers in; updated reports and its result rows out, so that its users can switch.
//
//   reports   {"<id>":{"report":text,"original_size":[width,height],"pixel_spacing":[x mm,y mm],…}}
//   points    {"<id>":{"resized_dim":640,"predictions":{"0":{"confidence",…,"pred":[x,y]},"1":…}}}  0 carina,
//   1 tube tip presence  {"<id>":{"predictions":{"not_present":log p,"ET_present":log p,…}}}
//
// The distance is Euclidean: points times original size over resized size on each axis, times the spacing (x
// first, unlike DICOM). A tube is taken out of a report only on a presence answer, never on the detector's
// points, which are there whether a tube is or not.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "factcheck/factcheck.h"

namespace hilum::factcheck {

struct FactchexckerRow {
  std::string rid;
  bool present = false;
  std::optional<double> measurement_cm;
  std::optional<bool> placement_correct;
  // From the entry's `reference` text, where there is one.
  std::optional<bool> gt_present;
  std::optional<double> gt_measurement_cm;
  std::optional<bool> gt_placement_correct;
};

// Tube tip to carina in cm; nullopt when the entry has no pair of points. kRecordInvalid for sizes or
// spacings that are missing or not positive.
Result<std::optional<double>> tube_distance_cm(const Json& report_entry, const Json& points_entry);

// The row of one entry of the reports, with the entry's points and presence answers (null: none). With
// `update` the entry's `report` is corrected and gets `factcheck`: claims and edits. kRecordInvalid for an
// entry without a report text.
Result<FactchexckerRow> check_entry(const FactChecker& checker, const std::string& id, Json& entry,
                                    const Json& points, const Json& presence, bool update);

// rid, model, object, present, measurement, placement, gt_present, gt_measurement, gt_placement,
// measurement_diff.
std::string to_csv(const std::vector<FactchexckerRow>& rows, const std::string& model);

}  // namespace hilum::factcheck
