#include <cstddef>

#include "hilum/datasets.h"

namespace hilum::datasets {

const std::vector<ReasonInfo>& reason_table() {
  using R = Reason;
  static const std::vector<ReasonInfo> table = {
      {R::kNotAnImage, "not_an_image", true, false, "neither an image nor a report that is read"},
      {R::kImageMissing, "image_missing", true, false,
       "a table or annotation names the image and it is not there"},
      {R::kImageUnreadable, "image_unreadable", true, false, "the image file is damaged"},
      {R::kWrongModality, "wrong_modality", true, false, "not a projection X-ray"},
      {R::kNoImages, "no_images", true, false, "a study is left without any image"},
      {R::kRowBroken, "row_broken", true, false, "a row of a table cannot be read"},
      {R::kItemBroken, "item_broken", true, false, "an entry of an annotation or report file cannot be read"},
      {R::kDuplicateId, "duplicate_id", true, false, "another record has this id already"},
      {R::kFieldMissing, "field_missing", true, false, "a field asked for is empty"},
      {R::kOtherSplit, "other_split", true, true, "not in the split asked for"},
      {R::kOtherShard, "other_shard", true, true, "a patient of another shard"},
      {R::kOtherView, "other_view", true, true, "not a view asked for"},
      {R::kReportMissing, "report_missing", false, false, "the study has no report"},
      {R::kReportUnreadable, "report_unreadable", false, false, "the report's file cannot be read"},
      {R::kTimeMissing, "time_missing", false, false, "no study date: no priors can be told"},
      {R::kOrderUnknown, "order_unknown", false, false,
       "two studies of a patient whose order no date tells: neither is the other's prior"},
      {R::kSplitMissing, "split_missing", false, false, "the split table does not have the study"},
      {R::kPatientMissing, "patient_missing", false, false,
       "the demographics table does not have the patient"},
      {R::kPriorImageMissing, "prior_image_missing", false, false, "an image of a prior study is not there"},
      {R::kPriorNotEarlier, "prior_not_earlier", false, false,
       "a prior that the annotation names is not an earlier study by the tables' dates; it is not used"},
      {R::kAfterStudy, "after_study", false, true, "a row of patient data is later than the study"},
  };
  return table;
}

const ReasonInfo& reason_info(Reason reason) { return reason_table()[static_cast<std::size_t>(reason)]; }

}  // namespace hilum::datasets
