// When a study was made, as its source says (often shifted for de-identification, by one amount a patient, so
// that intervals within a patient hold). Values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hilum::datasets {

struct StudyTime {
  std::optional<std::int32_t> day;  // days since 1970-01-01
  std::optional<double> seconds;    // of the day
};

// StudyDate (YYYYMMDD) and StudyTime (HHMMSS.FFF) as tables hold them: numbers, which lose leading zeros
// ("83045.5" is 08:30:45.5) and gain a fraction ("21800506.0"). What does not parse is left empty.
StudyTime parse_table_time(std::string_view date, std::string_view time);

// The same as DICOM files hold them: text, which may be shortened from the right ("0830" is 08:30:00).
StudyTime parse_dicom_time(std::string_view date, std::string_view time);

// "2180-05-06 21:30:14", with 'T' or a blank, the time of day optional.
StudyTime parse_timestamp(std::string_view text);

// "2180-05-06T21:30:14", "2180-05-06", or "" without a date.
std::string to_iso(const StudyTime& time);

// Days from `earlier` to `later` when it is sure that they lie in that order: fractional with both times of
// day, whole otherwise. Empty when a date is missing, when they are the same moment, when they share a day
// and a time of day is missing, and when `earlier` is not earlier.
std::optional<double> days_between(const StudyTime& earlier, const StudyTime& later);

}  // namespace hilum::datasets
