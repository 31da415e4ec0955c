#include "hilum/status.h"

#include <set>

#include <gtest/gtest.h>

namespace hilum {
namespace {

TEST(ErrorTable, RowsAreInTheOrderOfTheEnumAndNamesAreUnique) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < error_table().size(); ++i) {
    EXPECT_EQ(static_cast<std::size_t>(error_table()[i].code), i);
    EXPECT_TRUE(names.insert(error_table()[i].name).second) << error_table()[i].name;
  }
  EXPECT_EQ(error_table().back().code, ErrorCode::kTerminated);
}

TEST(ErrorTable, EveryExitCodeIsExplained) {
  std::set<int> explained;
  for (const ExitCode& row : exit_codes()) explained.insert(row.code);
  for (const ErrorInfo& row : error_table()) EXPECT_EQ(explained.count(row.exit), 1u) << row.name;
}

TEST(Status, SaysWhatWhereAndTheRemedy) {
  const Status status = Status(ErrorCode::kFileNotFound, "not there").at("a.dcm");
  EXPECT_EQ(status.to_string(), "a.dcm: not there (check the path)");
  EXPECT_EQ(status.exit_code(), 4);
}

TEST(Status, KeepsARemedyOfItsOwn) {
  const Status plain = Status(ErrorCode::kConfig, "no CUDA device");
  const Status advised = plain.with_remedy("take the processor").at("tiny");
  EXPECT_EQ(advised.to_string(), "tiny: no CUDA device (take the processor)");
  EXPECT_EQ(advised.code(), plain.code());
  EXPECT_EQ(plain.remedy(), error_info(ErrorCode::kConfig).remedy);
}

// The advice for pictures is not given for other files.
TEST(Status, AFileThatIsNoPictureIsNotToBeConverted) {
  EXPECT_EQ(error_info(ErrorCode::kFileInvalid).remedy.find("image"), std::string_view::npos);
  EXPECT_NE(error_info(ErrorCode::kFormatUnknown).remedy.find("image"), std::string_view::npos);
}

// No library text names a flag; the program puts flags in (tools/hilum/app/flags.h).
TEST(ErrorTable, NamesSettingsInsteadOfFlags) {
  for (const ErrorInfo& row : error_table()) {
    if (row.code == ErrorCode::kUsage) continue;  // an error of the command line itself
    EXPECT_EQ(row.meaning.find("--"), std::string_view::npos) << row.name;
    EXPECT_EQ(row.remedy.find("--"), std::string_view::npos) << row.name;
  }
}

Result<int> half(int x) {
  if (x % 2 != 0) return Status(ErrorCode::kRecordInvalid, "odd");
  return x / 2;
}

Result<int> quarter(int x) {
  HILUM_ASSIGN(const int once, half(x));
  HILUM_ASSIGN(const int twice, half(once));
  return twice;
}

TEST(Result, PassesTheErrorOn) {
  EXPECT_EQ(*quarter(8), 2);
  EXPECT_EQ(quarter(6).status().code(), ErrorCode::kRecordInvalid);
}

}  // namespace
}  // namespace hilum
