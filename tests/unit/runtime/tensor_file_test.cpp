#include "runtime/engine/tensor_file.h"

#include <cmath>
#include <cstring>
#include <filesystem>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace hilum::runtime {
namespace {

namespace fs = std::filesystem;

std::string file_with(const std::string& header, const std::string& data) {
  const std::uint64_t length = header.size();
  std::string bytes(sizeof length, '\0');
  std::memcpy(bytes.data(), &length, sizeof length);
  return bytes + header + data;
}

TEST(TensorFile, WhatIsWrittenIsRead) {
  const std::string path =
      (fs::temp_directory_path() / ("hilum_tensors_" + std::to_string(::getpid()))).string();
  NamedTensors tensors;
  tensors["floats"] = {{2, 2}, Floats{1.0F, -2.5F, 0.0F, 1e-30F}};
  tensors["ids"] = {{3}, Integers{0, -7, std::numeric_limits<std::int64_t>::max()}};
  tensors["mask"] = {{1, 3}, Booleans{1, 0, 1}};
  tensors["empty"] = {{0, 5}, Floats{}};
  ASSERT_TRUE(write_tensors(path, tensors).is_ok());
  const auto read = read_tensors(path);
  fs::remove(path);
  ASSERT_TRUE(read.is_ok()) << read.status().message();
  ASSERT_EQ(read->size(), tensors.size());
  for (const auto& [name, tensor] : tensors) {
    EXPECT_EQ(read->at(name).shape, tensor.shape) << name;
    EXPECT_EQ(read->at(name).values, tensor.values) << name;
  }
  EXPECT_EQ(write_tensors("/nowhere/at/all", tensors).code(), ErrorCode::kOutputFailed);
}

TEST(TensorFile, ShortIntegersAndMetadataAreUnderstood) {
  const std::string header =
      R"({"__metadata__":{"by":"x"},"a":{"dtype":"I32","shape":[2],"data_offsets":[0,8]}})";
  const std::int32_t numbers[2] = {-3, 4};
  const auto read = parse_tensors(file_with(header, std::string(reinterpret_cast<const char*>(numbers), 8)));
  ASSERT_TRUE(read.is_ok()) << read.status().message();
  EXPECT_EQ(std::get<Integers>(read->at("a").values), (Integers{-3, 4}));
}

TEST(TensorFile, HostileFilesAreRefused) {
  const auto entry = [](const std::string& type, const std::string& shape, const std::string& offsets) {
    return file_with(
        R"({"a":{"dtype":")" + type + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}}",
        std::string(16, '\0'));
  };
  ASSERT_TRUE(parse_tensors(entry("F32", "[4]", "[0,16]")).is_ok());
  const std::string bad[] = {
      "",
      "1234567",
      std::string(8, '\xff'),
      file_with("{bad", ""),
      file_with("[]", ""),
      file_with(R"({"a":1})", ""),
      entry("F16", "[4]", "[0,8]"),
      entry("F32", "[5]", "[0,20]"),
      entry("F32", "[4]", "[0,12]"),
      entry("F32", "[4]", "[16,0]"),
      entry("F32", "[-4]", "[0,16]"),
      entry("F32", "[4294967296,4294967296,4294967296]", "[0,16]"),
      entry("F32", "[18446744073709551615]", "[0,16]"),
      entry("F32", "[4]", "[-16,0]"),
      entry("F32", "[1,1,1,1,1,1,1,1,4]", "[0,16]"),
      entry("F32", "\"four\"", "[0,16]"),
      entry("F32", "[4]", "[0]"),
  };
  for (const std::string& bytes : bad)
    EXPECT_EQ(parse_tensors(bytes).status().code(), ErrorCode::kFileInvalid) << bytes;
}

TEST(TensorFile, DifferencesAreRelativeToValueOrRootMeanSquare) {
  const NamedTensors expected = {{"a", {{4}, Floats{0.0F, 2.0F, -2.0F, 0.0F}}}};  // rms sqrt(2)
  NamedTensors actual = {{"a", {{4}, Floats{0.01F, 2.02F, -2.0F, 0.0F}}}, {"more", {{1}, Floats{0.0F}}}};
  auto differences = compare_tensors(actual, expected);
  ASSERT_TRUE(differences.is_ok());
  ASSERT_EQ(differences->size(), 1u);
  EXPECT_NEAR(differences->front().largest, 0.01, 1e-6);
  std::get<Floats>(actual["a"].values)[3] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_TRUE(std::isinf(compare_tensors(actual, expected)->front().largest));
  actual["a"].shape = {2, 2};
  EXPECT_TRUE(std::isinf(compare_tensors(actual, expected)->front().largest));
  actual.erase("a");
  EXPECT_EQ(compare_tensors(actual, expected).status().code(), ErrorCode::kUsage);
}

}  // namespace
}  // namespace hilum::runtime
