#include <cstdlib>
#include <filesystem>
#include <sstream>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "hilum/image.h"
#include "hilum/json.h"

#include "core/files/file.h"
#include "io/raster/png.h"
#include "run_command.h"
#include "source_dir.h"

namespace hilum::cli {
namespace {

using ::testing::HasSubstr;

const std::string kGolden = source_dir() + "/tests/unit/io/golden/";

const std::string kBundle = R"({"format": "hilum-bundle", "format_version": 1, "name": "small", "files": [],
  "preprocess": {"steps": [{"op": "resize", "size": [12, 20]}], "channels": 1}})";

Ran inspect(std::vector<std::string> args, bool terminal = false) {
  args.insert(args.begin(), "inspect");
  return run_command(args, "", {}, terminal);
}

TEST(Inspect, OneObjectAFileInAPipe) {
  const Ran outcome = inspect({kGolden + "small.png", kGolden + "grey.jpg"});
  ASSERT_TRUE(outcome.status.is_ok()) << outcome.status.to_string();
  const auto first = parse_json(outcome.out.substr(0, outcome.out.find('\n')));
  ASSERT_TRUE(first.is_ok());
  EXPECT_EQ((*first)["format"], "PNG");
  EXPECT_EQ((*first)["width"], 40);
  EXPECT_EQ((*first)["spacing"]["kind"], "none");
  EXPECT_EQ((*first)["steps"][0]["name"], "decode");
}

TEST(Inspect, TextOnATerminal) {
  const std::string out = inspect({kGolden + "small.png"}, true).out;
  EXPECT_THAT(out, HasSubstr("40 x 24 pixels"));
  EXPECT_THAT(out, HasSubstr("spacing"));
}

TEST(Inspect, ABadFileAmongGoodOnesStaysInTheStream) {
  const Ran outcome = inspect({kGolden + "small.png", "/no/such.png"});
  EXPECT_EQ(outcome.status.code(), ErrorCode::kSomeFailed);
  EXPECT_THAT(outcome.out, HasSubstr("\"file_not_found\""));
  EXPECT_EQ(inspect({"/no/such.png"}).status.code(), ErrorCode::kFileNotFound);
}

TEST(Inspect, WritesPixelsAndWhatTheModelSees) {
  const std::string pixels = ::testing::TempDir() + "inspect_pixels.png";
  const std::string seen = ::testing::TempDir() + "inspect_seen.png";
  const std::string folder = ::testing::TempDir();
  ASSERT_TRUE(write_file(folder + "manifest.json", kBundle).is_ok());
  const Ran outcome = inspect({kGolden + "small.png", "--pixels", pixels, "--png", seen, "--bundle", folder});
  ASSERT_TRUE(outcome.status.is_ok()) << outcome.status.to_string();
  const auto whole = load_image(pixels);
  ASSERT_TRUE(whole.is_ok());
  EXPECT_EQ(whole->file.bits, 16);
  EXPECT_EQ(whole->pixels.pixels, load_image(kGolden + "small.png")->pixels.pixels);
  const auto model = read_mask_png(seen);
  ASSERT_TRUE(model.is_ok());
  EXPECT_EQ(model->width, 20);
  EXPECT_EQ(model->height, 12);
}

TEST(Inspect, FindsAndChecksBundlesAsEveryCommandDoes) {
  const std::string models = ::testing::TempDir() + "inspect_models";
  std::filesystem::create_directories(models + "/small");
  ASSERT_TRUE(write_file(models + "/small/manifest.json", kBundle).is_ok());
  ::setenv("HILUM_MODEL_PATH", models.c_str(), 1);
  const std::string seen = models + "/seen.png";
  const Ran found = inspect({kGolden + "small.png", "--png", seen, "--bundle", "small"});
  EXPECT_TRUE(found.status.is_ok()) << found.status.to_string();
  EXPECT_EQ(read_mask_png(seen)->width, 20);
  std::string newer = kBundle;
  newer.replace(newer.find("\"format_version\": 1"), 19, "\"format_version\": 99");
  ASSERT_TRUE(write_file(models + "/small/manifest.json", newer).is_ok());
  EXPECT_EQ(inspect({kGolden + "small.png", "--png", seen, "--bundle", "small"}).status.code(),
            ErrorCode::kBundleTooNew);
  ::unsetenv("HILUM_MODEL_PATH");
  std::filesystem::remove_all(models);
}

TEST(Inspect, UsageAndBundleErrors) {
  EXPECT_EQ(inspect({"a.png", "b.png", "--png", "x.png"}).status.code(), ErrorCode::kUsage);
  const std::string seen = ::testing::TempDir() + "inspect_unused.png";
  EXPECT_EQ(inspect({kGolden + "small.png", "--png", seen, "--bundle", "/no/such/bundle"}).status.code(),
            ErrorCode::kBundleMissing);
  EXPECT_EQ(inspect({kGolden + "small.png", "--png", "/no/such/folder/x.png"}).status.code(),
            ErrorCode::kOutputFailed);
}

}  // namespace
}  // namespace hilum::cli
