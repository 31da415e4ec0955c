// What a reader left out or could not join, named one by one: users count samples against papers and need to
// know where each one went. Values.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hilum::datasets {

enum class Reason {
  // Left out.
  kNotAnImage,
  kImageMissing,
  kImageUnreadable,
  kWrongModality,
  kNoImages,
  kRowBroken,
  kItemBroken,
  kDuplicateId,
  kFieldMissing,
  kOtherSplit,
  kOtherShard,
  kOtherView,
  // Kept, with something missing.
  kReportMissing,
  kReportUnreadable,
  kTimeMissing,
  kOrderUnknown,
  kSplitMissing,
  kPatientMissing,
  kPriorImageMissing,
  kPriorNotEarlier,
  kAfterStudy,
};

struct ReasonInfo {
  Reason reason;
  std::string_view name;  // stable
  bool dropped;           // false: the study is kept
  bool chosen;            // true: left out because the user asked for it; counted, not named
  std::string_view meaning;
};

const std::vector<ReasonInfo>& reason_table();  // in the order of the enum
const ReasonInfo& reason_info(Reason reason);

struct Note {
  Reason reason = Reason::kNotAnImage;
  std::string what;    // the file, row, image or study
  std::string detail;  // may be empty
};

}  // namespace hilum::datasets
