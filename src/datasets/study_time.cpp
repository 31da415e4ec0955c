#include <cstdio>

#include "hilum/datasets.h"

#include "core/text/text.h"

namespace hilum::datasets {
namespace {

// Reads `count` digits at `at`; empty when they are not all digits.
std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return std::nullopt;
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

// Days since 1970-01-01 in the proleptic Gregorian calendar (era arithmetic: years start in March).
std::int32_t days_from_civil(int year, int month, int day) {
  if (month <= 2) --year;
  const int era = (year >= 0 ? year : year - 399) / 400;
  const int year_of_era = year - era * 400;
  const int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

bool is_leap(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

std::optional<std::int32_t> civil_day(std::optional<int> year, std::optional<int> month,
                                      std::optional<int> day) {
  static constexpr int kLengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (!year || !month || !day || *year < 1 || *month < 1 || *month > 12 || *day < 1) return std::nullopt;
  const int length = kLengths[*month - 1] + (*month == 2 && is_leap(*year) ? 1 : 0);
  if (*day > length) return std::nullopt;
  return days_from_civil(*year, *month, *day);
}

std::optional<double> time_of_day(std::optional<int> hour, std::optional<int> minute,
                                  std::optional<int> second, std::string_view fraction) {
  if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  double part = 0;
  double scale = 0.1;
  for (const char c : fraction) {
    if (c < '0' || c > '9') return std::nullopt;
    part += scale * (c - '0');
    scale /= 10;
  }
  return *hour * 3600.0 + *minute * 60.0 + *second + part;
}

// What follows the decimal point, cut off `text`; microseconds are as fine as it gets.
std::string_view take_fraction(std::string_view& text) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return {};
  const std::string_view fraction = text.substr(dot + 1, 6);
  text = text.substr(0, dot);
  return fraction;
}

// YYYYMMDD, also with a separator between the parts (YYYY-MM-DD, and ACR-NEMA's YYYY.MM.DD) or a fraction
// behind.
std::optional<std::int32_t> parse_date(std::string_view date) {
  date = trim(date);
  if (date.size() == 10 && (date[4] == '-' || date[4] == '.') && date[7] == date[4]) {
    return civil_day(digits(date, 0, 4), digits(date, 5, 2), digits(date, 8, 2));
  }
  take_fraction(date);
  if (date.size() != 8) return std::nullopt;
  return civil_day(digits(date, 0, 4), digits(date, 4, 2), digits(date, 6, 2));
}

std::optional<double> clock_seconds(const std::string& hhmmss, std::string_view fraction) {
  return time_of_day(digits(hhmmss, 0, 2), digits(hhmmss, 2, 2), digits(hhmmss, 4, 2), fraction);
}

}  // namespace

StudyTime parse_table_time(std::string_view date, std::string_view time) {
  StudyTime out;
  out.day = parse_date(date);
  time = trim(time);
  const std::string_view fraction = take_fraction(time);
  if (!out.day || time.empty() || time.size() > 6) return out;
  out.seconds = clock_seconds(std::string(6 - time.size(), '0') + std::string(time), fraction);
  return out;
}

StudyTime parse_dicom_time(std::string_view date, std::string_view time) {
  StudyTime out;
  out.day = parse_date(date);
  time = trim(time);
  const std::string_view fraction = take_fraction(time);
  std::string clock(time);
  replace_all(clock, ":", "");  // ACR-NEMA files
  if (!out.day || clock.size() < 2 || clock.size() > 6) return out;
  clock.append(6 - clock.size(), '0');
  out.seconds = clock_seconds(clock, fraction);
  return out;
}

StudyTime parse_timestamp(std::string_view text) {
  StudyTime out;
  text = trim(text);
  if (text.size() < 10 || text[4] != '-' || text[7] != '-') return out;
  out.day = civil_day(digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2));
  if (!out.day || text.size() < 16 || (text[10] != ' ' && text[10] != 'T') || text[13] != ':') return out;
  std::string_view clock = text.substr(11);
  const std::string_view fraction = take_fraction(clock);
  const std::optional<int> second =
      clock.size() >= 8 && clock[5] == ':' ? digits(clock, 6, 2) : std::optional<int>(0);
  out.seconds = time_of_day(digits(clock, 0, 2), digits(clock, 3, 2), second, fraction);
  return out;
}

std::string to_iso(const StudyTime& time) {
  if (!time.day) return "";
  const int z = *time.day + 719468;
  const int era = (z >= 0 ? z : z - 146096) / 146097;
  const int day_of_era = z - era * 146097;
  const int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int shifted = (5 * day_of_year + 2) / 153;
  const int day = day_of_year - (153 * shifted + 2) / 5 + 1;
  const int month = shifted < 10 ? shifted + 3 : shifted - 9;
  const int year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
  std::string out = text;
  if (time.seconds) {
    const int seconds = static_cast<int>(*time.seconds);
    std::snprintf(text, sizeof text, "T%02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    out += text;
  }
  return out;
}

std::optional<double> days_between(const StudyTime& earlier, const StudyTime& later) {
  if (!earlier.day || !later.day) return std::nullopt;
  const double days = *later.day - *earlier.day;
  if (!earlier.seconds || !later.seconds) return days > 0 ? std::optional<double>(days) : std::nullopt;
  const double exact = days + (*later.seconds - *earlier.seconds) / 86400.0;
  return exact > 0 ? std::optional<double>(exact) : std::nullopt;
}

}  // namespace hilum::datasets
