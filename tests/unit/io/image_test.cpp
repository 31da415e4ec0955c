// PNG and JPEG, in and out; expected pixels are Pillow's (scripts/goldens/image_golden.py).
#include "hilum/image.h"

#include <gmock/gmock.h>

#include "core/files/file.h"
#include "io/raster/png.h"
#include "source_dir.h"
#include "unit/io/dicom_maker.h"

namespace hilum {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

std::string golden(const std::string& name) { return source_dir() + "/tests/unit/io/golden/" + name; }

std::string bytes_of(const std::string& path) {
  auto bytes = read_file(path, 1u << 20);
  EXPECT_TRUE(bytes.is_ok()) << bytes.status().to_string();
  return bytes ? *bytes : "";
}

std::vector<std::uint8_t> levels(const std::string& path) {
  auto image = load_image(path);
  EXPECT_TRUE(image.is_ok()) << image.status().to_string();
  return image ? to_8_bit(image->pixels) : std::vector<std::uint8_t>();
}

std::vector<std::uint8_t> expected(const std::string& name) {
  auto mask = read_mask_png(golden(name));
  EXPECT_TRUE(mask.is_ok()) << mask.status().to_string();
  return mask ? mask->values : std::vector<std::uint8_t>();
}

TEST(Image, GreyConversionEqualsPillows) {
  EXPECT_EQ(levels(golden("small.png")), expected("small.png"));
  EXPECT_EQ(levels(golden("rgb.png")), expected("rgb_as_grey.png"));
  EXPECT_EQ(levels(golden("palette.png")), expected("palette_as_grey.png"));
  EXPECT_EQ(levels(golden("grey.jpg")), expected("grey_jpg.png"));
  EXPECT_EQ(levels(golden("rgb.jpg")), expected("rgb_jpg_as_grey.png"));
}

TEST(Image, AlphaIsIgnoredWithAWarning) {
  EXPECT_EQ(levels(golden("rgba.png")), expected("rgb_as_grey.png"));
  const auto image = load_image(golden("rgba.png"));
  ASSERT_TRUE(image.is_ok());
  EXPECT_THAT(image->file.warnings, SizeIs(1));
  EXPECT_EQ(image->file.coding, "8-bit RGB with alpha PNG");
}

TEST(Image, SixteenBitsSurviveWritingAndReading) {
  std::vector<std::uint16_t> pixels;
  for (int i = 0; i < 6 * 11; ++i) pixels.push_back(static_cast<std::uint16_t>(i * 991));
  const std::string path = io::test::temporary_file("deep.png", "");
  ASSERT_TRUE(write_png_gray16(path, 11, 6, pixels).is_ok());
  const auto image = load_image(path);
  ASSERT_TRUE(image.is_ok()) << image.status().to_string();
  EXPECT_EQ(image->pixels.width, 11);
  EXPECT_EQ(image->pixels.height, 6);
  EXPECT_EQ(image->pixels.pixels, pixels);
  EXPECT_EQ(image->file.bits, 16);
}

TEST(Image, DarkSixteenBitFilesAreFlagged) {
  const std::string path = io::test::temporary_file("dark.png", "");
  ASSERT_TRUE(write_png_gray16(path, 2, 1, {0, 4095}).is_ok());
  const auto image = load_image(path);
  ASSERT_TRUE(image.is_ok());
  EXPECT_THAT(image->file.warnings, ::testing::ElementsAre(HasSubstr("4095")));
}

TEST(Image, TheContentDecidesNotTheName) {
  const auto image = load_image(io::test::temporary_file("named.dcm", bytes_of(golden("grey.jpg"))));
  ASSERT_TRUE(image.is_ok());
  EXPECT_EQ(image->file.format, ImageFormat::kJpeg);
}

TEST(Image, CutShortAnywhere) {
  for (const char* name : {"small.png", "rgb.png", "palette.png", "grey.jpg", "rgb.jpg"}) {
    const std::string whole = bytes_of(golden(name));
    for (std::size_t size = 1; size < whole.size(); size += 7) {
      EXPECT_FALSE(load_image_bytes(whole.substr(0, size), name).is_ok()) << name << " cut to " << size;
    }
  }
}

TEST(Image, DamageInTheMiddleIsAnError) {
  std::string png = bytes_of(golden("source.png"));
  png[png.size() / 2] = static_cast<char>(png[png.size() / 2] ^ 0x55);
  EXPECT_EQ(load_image_bytes(png, "x.png").status().code(), ErrorCode::kImageUnreadable);
}

TEST(Image, AbsurdSizesAreRefusedBeforeMemoryIsTaken) {
  std::string jpeg = bytes_of(golden("grey.jpg"));
  const std::size_t frame = jpeg.find("\xff\xc0");
  ASSERT_NE(frame, std::string::npos);
  for (std::size_t i = 5; i < 9; ++i) jpeg[frame + i] = static_cast<char>(i % 2 == 1 ? 0xff : 0x00);
  EXPECT_EQ(load_image_bytes(jpeg, "x.jpg").status().code(), ErrorCode::kTooLarge);
}

TEST(Png, WrongSizesAreABug) {
  EXPECT_EQ(write_png_gray8(::testing::TempDir() + "x.png", 3, 3, {1, 2}).code(), ErrorCode::kInternal);
  EXPECT_EQ(write_png_rgb8("/no/such/folder/x.png", 1, 1, {1, 2, 3}).code(), ErrorCode::kOutputFailed);
}

TEST(Png, MasksKeepTheirIndices) {
  const auto mask = read_mask_png(golden("palette.png"));
  ASSERT_TRUE(mask.is_ok());
  EXPECT_EQ(mask->width, 40);
  EXPECT_LT(*std::max_element(mask->values.begin(), mask->values.end()), 16);
  EXPECT_EQ(read_mask_png(golden("rgb.png")).status().code(), ErrorCode::kImageUnreadable);
  EXPECT_EQ(read_mask_png(golden("nothing.png")).status().code(), ErrorCode::kFileNotFound);
}

}  // namespace
}  // namespace hilum
