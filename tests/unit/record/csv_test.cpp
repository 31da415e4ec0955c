#include "record/csv.h"

#include <sstream>

#include <gtest/gtest.h>

namespace hilum {
namespace {

TEST(Csv, QuotesLineBreaksAndCrLf) {
  std::istringstream in("\xEF\xBB\xBFid,text\r\n1,\"a \"\"b\"\",\nc\"\r\n2,\n");
  auto reader = CsvReader::open(in, "t.csv");
  ASSERT_TRUE(reader.is_ok());
  EXPECT_EQ(reader->columns(), (std::vector<std::string>{"id", "text"}));
  auto row = reader->next();
  ASSERT_TRUE(row.is_ok() && row->has_value());
  EXPECT_EQ(**row, (std::vector<std::string>{"1", "a \"b\",\nc"}));
  row = reader->next();
  EXPECT_EQ(**row, (std::vector<std::string>{"2", ""}));
  row = reader->next();
  EXPECT_TRUE(row.is_ok() && !row->has_value());
}

TEST(Csv, ABadRowDoesNotEndTheTable) {
  std::istringstream in("a,b\n1\n2,3\n");
  auto reader = CsvReader::open(in, "t.csv");
  ASSERT_TRUE(reader.is_ok());
  EXPECT_EQ(reader->next().status().code(), ErrorCode::kCsvInvalid);
  auto row = reader->next();
  ASSERT_TRUE(row.is_ok());
  EXPECT_EQ((**row)[1], "3");
}

TEST(Csv, OpenQuoteAndMissingColumnAreNamed) {
  std::istringstream in("a,b\n\"1,2\n");
  auto reader = CsvReader::open(in, "t.csv");
  ASSERT_TRUE(reader.is_ok());
  EXPECT_EQ(reader->next().status().message(), "t.csv: ends inside quotes");
  EXPECT_EQ(reader->column("c").status().message(), "t.csv: no column 'c'; there are a, b");
}

}  // namespace
}  // namespace hilum
