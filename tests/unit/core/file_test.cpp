#include "core/files/file.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "core/files/sha256.h"

namespace hilum {
namespace {

TEST(File, WritesAndReadsBack) {
  const std::string path = testing::TempDir() + "/hilum_file_test";
  ASSERT_TRUE(write_file(path, "one\ntwo").is_ok());
  const auto text = read_file(path, 100);
  ASSERT_TRUE(text.is_ok());
  EXPECT_EQ(*text, "one\ntwo");
  EXPECT_EQ(read_file(path, 3).status().code(), ErrorCode::kTooLarge);
  std::filesystem::remove(path);
}

TEST(File, NamesTheMissingFile) {
  const auto text = read_file("/nowhere/at/all", 10);
  EXPECT_EQ(text.status().code(), ErrorCode::kFileNotFound);
  EXPECT_NE(text.status().message().find("/nowhere/at/all"), std::string::npos);
}

TEST(File, RefusesAFolder) { EXPECT_EQ(read_file("/tmp", 10).status().code(), ErrorCode::kFileUnreadable); }

TEST(File, SaysThatItCouldNotWrite) {
  EXPECT_EQ(write_file("/nowhere/at/all", "x").code(), ErrorCode::kOutputFailed);
}

TEST(Sha256, KnownDigest) {  // FIPS 180-4 example
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace hilum
