#include "hilum/preprocess.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "io/raster/png.h"
#include "source_dir.h"

namespace hilum {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Gray8 golden(const std::string& name) {
  auto mask = read_mask_png(source_dir() + "/tests/unit/io/golden/" + name + ".png");
  EXPECT_TRUE(mask.is_ok()) << mask.status().to_string();
  return mask ? Gray8{mask->width, mask->height, mask->values} : Gray8{};
}

GrayImage sixteen_bit(const Gray8& image) {
  GrayImage out{image.width, image.height, {}};
  for (const std::uint8_t v : image.pixels) out.pixels.push_back(static_cast<std::uint16_t>(v * 257));
  return out;
}

// Pillow's results, bit for bit (scripts/goldens/image_golden.py).
TEST(Resize, EqualsPillows) {
  const Gray8 source = golden("source");
  for (const auto& [filter, name] :
       {std::pair{ResizeFilter::kBilinear, "bilinear"}, std::pair{ResizeFilter::kBicubic, "bicubic"}}) {
    for (const auto& [width, height] :
         {std::pair{24, 24}, {101, 30}, {13, 67}, {150, 90}, {40, 100}, {1, 1}}) {
      const std::string file = std::string(name) + "_" + std::to_string(width) + "x" + std::to_string(height);
      const Gray8 resized = resize(source, width, height, filter);
      EXPECT_EQ(resized.width, width);
      EXPECT_EQ(resized.height, height);
      EXPECT_EQ(resized.pixels, golden(file).pixels) << file;
    }
  }
}

TEST(Resize, TheSameSizeIsACopy) {
  const Gray8 source = golden("small");
  EXPECT_EQ(resize(source, source.width, source.height, ResizeFilter::kBicubic).pixels, source.pixels);
}

TEST(Resize, WithoutAntialiasingOnlyNeighboursCount) {
  const Gray8 line{8, 1, {0, 0, 0, 0, 0, 0, 0, 200}};
  EXPECT_THAT(resize(line, 2, 1, ResizeFilter::kBilinear, false).pixels, ElementsAre(0, 0));
  EXPECT_GT(resize(line, 2, 1, ResizeFilter::kBilinear, true).pixels[1], 0);
  const Gray8 pair{4, 1, {10, 20, 30, 40}};  // centres at 0.5 and 2.5
  EXPECT_THAT(resize(pair, 2, 1, ResizeFilter::kBilinear, false).pixels, ElementsAre(15, 35));
}

TEST(Preprocess, ValuesAndChannels) {
  const GrayImage image{2, 1, {0, 65535}};
  Preprocess how = default_preprocess();
  how.steps.clear();
  how.mean = {0.5, 0.0, 0.25};
  how.std = {0.5, 1.0, 0.5};
  const auto input = preprocess(image, how);
  ASSERT_TRUE(input.is_ok());
  EXPECT_EQ(input->channels, 3);
  EXPECT_THAT(input->values, ElementsAre(-1.0f, 1.0f, 0.0f, 1.0f, -0.5f, 1.5f));
  how.invert = true;
  EXPECT_THAT(preprocess(image, how)->seen.pixels, ElementsAre(255, 0));
  how.steps = {ResizeStep{ResizeMode::kStretch, 1, 1, ResizeFilter::kBilinear, true}};
  EXPECT_THAT(preprocess(GrayImage{2, 1, {0, 0}}, how)->seen.pixels, ElementsAre(255));
}

TEST(Preprocess, ModesCropsAndPadding) {
  const Gray8 source = golden("source");  // 101 x 67
  const GrayImage image = sixteen_bit(source);
  Preprocess how = default_preprocess();
  const auto size_after = [&](std::vector<PreprocessStep> steps) {
    how.steps = std::move(steps);
    const auto input = preprocess(image, how);
    EXPECT_TRUE(input.is_ok()) << input.status().to_string();
    return std::pair{input->width, input->height};
  };
  EXPECT_EQ(size_after({ResizeStep{ResizeMode::kShorter, 30, 30}}),
            std::pair(45, 30));  // 30 * 101 / 67 = 45.2
  EXPECT_EQ(size_after({ResizeStep{ResizeMode::kLonger, 30, 30}}),
            std::pair(30, 19));  // 30 * 67 / 101 = 19.9
  EXPECT_EQ(size_after({ResizeStep{ResizeMode::kShorter, 30, 30}, CenterCropStep{30, 30}}),
            std::pair(30, 30));
  EXPECT_EQ(size_after({PadSquareStep{9}}), std::pair(101, 101));
  const auto padded = preprocess(image, how);
  EXPECT_EQ(padded->seen.pixels.front(), 9);
  EXPECT_EQ(padded->seen.pixels[17 * 101], source.pixels.front());
  how.steps = {CenterCropStep{500, 10}};
  EXPECT_EQ(preprocess(image, how).status().code(), ErrorCode::kBundleInvalid);
}

TEST(Preprocess, PlacementLeadsBackToTheOriginal) {
  const GrayImage image = sixteen_bit(golden("source"));  // 101 x 67
  Preprocess how = default_preprocess();
  how.steps = {PadSquareStep{0}, ResizeStep{ResizeMode::kStretch, 50, 50}, CenterCropStep{40, 40}};
  const auto input = preprocess(image, how);
  ASSERT_TRUE(input.is_ok());
  // Pixel 20 of the crop is pixel 25 of the resized picture: its centre is at 25.5 * 101 / 50 of the padded
  // one.
  const double padded = 25.5 * 101 / 50 - 0.5;
  EXPECT_NEAR(20 * input->placement.scale_x + input->placement.offset_x, padded, 1e-9);
  EXPECT_NEAR(20 * input->placement.scale_y + input->placement.offset_y, padded - 17, 1e-9);
}

TEST(Preprocess, EmptyImagesAreAnError) {
  EXPECT_EQ(preprocess(GrayImage{}, default_preprocess()).status().code(), ErrorCode::kImageUnreadable);
  EXPECT_EQ(preprocess(GrayImage{3, 3, {1}}, default_preprocess()).status().code(),
            ErrorCode::kImageUnreadable);
}

TEST(PreprocessJson, ReadsTheManifestsObject) {
  const auto json = parse_json(R"({"photometric": "MONOCHROME1", "channels": 3, "scale": 127.5,
    "steps": [{"op": "resize", "mode": "shorter", "size": [256], "filter": "bicubic", "antialias": false},
              {"op": "center_crop", "size": [224, 192]}, {"op": "pad_square", "fill": 7}],
    "mean": [0.1, 0.2, 0.3], "std": 0.5})");
  ASSERT_TRUE(json.is_ok());
  const auto how = preprocess_from_json(*json);
  ASSERT_TRUE(how.is_ok()) << how.status().to_string();
  EXPECT_TRUE(how->invert);
  EXPECT_EQ(how->scale, 127.5);
  EXPECT_THAT(how->std, ElementsAre(0.5, 0.5, 0.5));
  ASSERT_EQ(how->steps.size(), 3u);
  const auto& first = std::get<ResizeStep>(how->steps[0]);
  EXPECT_EQ(first.mode, ResizeMode::kShorter);
  EXPECT_EQ(first.filter, ResizeFilter::kBicubic);
  EXPECT_FALSE(first.antialias);
  EXPECT_EQ(first.height, 256);
  EXPECT_EQ(std::get<CenterCropStep>(how->steps[1]).width, 192);
  EXPECT_EQ(std::get<PadSquareStep>(how->steps[2]).fill, 7);
}

TEST(PreprocessJson, RefusesWhatItDoesNotUnderstand) {
  const std::pair<const char*, const char*> cases[] = {
      {"[]", "not an object"},
      {R"({"stepps": []})", "stepps"},
      {R"({"steps": {}})", "list"},
      {R"({"steps": [3]})", "step"},
      {R"({"steps": [{"op": "rotate"}]})", "op"},
      {R"({"steps": [{"size": [2, 2]}]})", "op"},
      {R"({"steps": [{"op": "resize"}]})", "size"},
      {R"({"steps": [{"op": "resize", "size": [0, 5]}]})", "size"},
      {R"({"steps": [{"op": "resize", "size": [1e9, 5]}]})", "size"},
      {R"({"steps": [{"op": "resize", "size": [18446744073709551615, 5]}]})", "size"},
      {R"({"steps": [{"op": "resize", "size": [5, 5], "filter": "lanczos"}]})", "filter"},
      {R"({"steps": [{"op": "resize", "size": [5, 5], "crop": 1}]})", "crop"},
      {R"({"steps": [{"op": "resize", "size": [5, 5], "antialias": 1}]})", "antialias"},
      {R"({"steps": [{"op": "pad_square", "fill": 256}]})", "fill"},
      {R"({"scale": 0})", "scale"},
      {R"({"scale": "x"})", "scale"},
      {R"({"channels": 0})", "channels"},
      {R"({"mean": [1, 2]})", "mean"},
      {R"({"std": 0})", "std"},
      {R"({"photometric": "RGB"})", "photometric"},
  };
  for (const auto& [text, word] : cases) {
    const auto json = parse_json(text);
    ASSERT_TRUE(json.is_ok()) << text;
    const auto how = preprocess_from_json(*json);
    EXPECT_EQ(how.status().code(), ErrorCode::kBundleInvalid) << text;
    EXPECT_THAT(how.status().message(), HasSubstr(word)) << text;
  }
}

}  // namespace
}  // namespace hilum
