#include <gtest/gtest.h>

#include "hilum/datasets.h"

namespace hilum::datasets {
namespace {

TEST(StudyTime, TablesLoseLeadingZerosOfTheTime) {
  EXPECT_EQ(to_iso(parse_table_time("21800506", "213014.531")), "2180-05-06T21:30:14");
  EXPECT_EQ(to_iso(parse_table_time("21800506", "83045.5")), "2180-05-06T08:30:45");
  EXPECT_EQ(to_iso(parse_table_time("21800506", "45.0")), "2180-05-06T00:00:45");
  EXPECT_EQ(to_iso(parse_table_time("21800506.0", "0")), "2180-05-06T00:00:00");
}

TEST(StudyTime, FilesShortenTheTimeFromTheRight) {
  EXPECT_EQ(to_iso(parse_dicom_time("20110328", "0830")), "2011-03-28T08:30:00");
  EXPECT_EQ(to_iso(parse_dicom_time("20110328", "08")), "2011-03-28T08:00:00");
  EXPECT_EQ(to_iso(parse_dicom_time("2011.03.28", "08:30:15")), "2011-03-28T08:30:15");
  EXPECT_EQ(to_iso(parse_dicom_time("20110328", "")), "2011-03-28");
}

TEST(StudyTime, WhatDoesNotParseIsMissing) {
  for (const char* date : {"", "2180", "21801306", "21800230", "2180050a", "00000101"}) {
    EXPECT_FALSE(parse_table_time(date, "0").day) << date;
  }
  EXPECT_TRUE(parse_table_time("21800229", "0").day) << "2180 is a leap year";
  EXPECT_FALSE(parse_table_time("21000229", "0").day) << "2100 is none";
  EXPECT_FALSE(parse_table_time("21800506", "250000").seconds);
  EXPECT_FALSE(parse_table_time("21800506", "12x").seconds);
}

TEST(StudyTime, DatesRoundTrip) {
  for (const char* date : {"1900-03-01", "1970-01-01", "2000-02-29", "2110-12-31", "2201-01-01"}) {
    EXPECT_EQ(to_iso(parse_timestamp(date)), date);
  }
  EXPECT_EQ(to_iso(parse_timestamp("2180-05-06 21:30:14")), "2180-05-06T21:30:14");
  EXPECT_EQ(*parse_timestamp("1970-01-02").day, 1);
}

TEST(StudyTime, IntervalsAreFractionalDays) {
  const StudyTime morning = parse_table_time("21800506", "60000");
  const StudyTime evening = parse_table_time("21800506", "180000");
  EXPECT_DOUBLE_EQ(*days_between(morning, evening), 0.5);
  EXPECT_DOUBLE_EQ(*days_between(morning, parse_table_time("21800606", "60000")), 31);
  EXPECT_FALSE(days_between(evening, morning));
}

TEST(StudyTime, NoOrderIsInvented) {
  const StudyTime day = parse_table_time("21800506", "");
  const StudyTime noon = parse_table_time("21800506", "120000");
  EXPECT_FALSE(days_between(day, noon)) << "the same day, one time missing";
  EXPECT_FALSE(days_between(noon, day));
  EXPECT_FALSE(days_between(noon, noon));
  EXPECT_FALSE(days_between(StudyTime(), noon));
  EXPECT_DOUBLE_EQ(*days_between(day, parse_table_time("21800508", "30000")), 2)
      << "whole days without both times";
}

}  // namespace
}  // namespace hilum::datasets
