// Real DICOM files, when HILUM_TEST_DATA names a folder that has them (data/dicom); skipped without.
#include <cstdlib>
#include <filesystem>
#include <map>

#include <gmock/gmock.h>

#include "hilum/image.h"

namespace hilum {
namespace {

namespace fs = std::filesystem;

class RealFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* root = std::getenv("HILUM_TEST_DATA");
    folder_ = fs::path(root == nullptr ? "" : root) / "data" / "dicom";
    if (root == nullptr || !fs::exists(folder_)) {
      GTEST_SKIP() << "set HILUM_TEST_DATA to a folder that holds data/dicom to run this test";
    }
  }

  LoadedImage load(const std::string& name, Purpose purpose = Purpose::kInspect) {
    auto image = load_image((folder_ / name).string(), {purpose});
    EXPECT_TRUE(image.is_ok()) << image.status().to_string();
    return image ? image.take() : LoadedImage{};
  }

  fs::path folder_;
};

TEST_F(RealFiles, EveryOneIsRead) {
  int seen = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
    if (entry.path().extension() != ".dcm") continue;
    ++seen;
    const auto image = load_image(entry.path().string());
    ASSERT_TRUE(image.is_ok()) << image.status().to_string();
    EXPECT_EQ(image->pixels.pixels.size(),
              static_cast<std::size_t>(image->file.width) * static_cast<std::size_t>(image->file.height));
    const auto tags = read_dicom_tags(entry.path().string());
    ASSERT_TRUE(tags.is_ok()) << tags.status().to_string();
    EXPECT_EQ(tags->sop_instance_uid, image->file.tags->sop_instance_uid);
    EXPECT_EQ(tags->columns, image->file.width);
  }
  EXPECT_GE(seen, 15);
}

TEST_F(RealFiles, LosslessCodingsOfOneFilmAreIdentical) {
  const LoadedImage raw = load("other_cr_codecs/RG2_UNC.dcm");
  for (const char* other : {"RG2_RLE", "RG2_JPLL", "RG2_JLSL", "RG2_J2KR"}) {
    EXPECT_EQ(load(std::string("other_cr_codecs/") + other + ".dcm").pixels.pixels, raw.pixels.pixels)
        << other;
  }
}

TEST_F(RealFiles, LossyCodingsOfOneFilmAreClose) {
  const LoadedImage raw = load("other_cr_codecs/RG2_UNC.dcm");
  for (const char* other : {"RG2_JPLY", "RG2_JLSN", "RG2_J2KI"}) {
    const LoadedImage lossy = load(std::string("other_cr_codecs/") + other + ".dcm");
    ASSERT_EQ(lossy.pixels.pixels.size(), raw.pixels.pixels.size());
    double sum = 0;
    for (std::size_t i = 0; i < raw.pixels.pixels.size(); ++i) {
      sum += std::abs(static_cast<int>(lossy.pixels.pixels[i]) - static_cast<int>(raw.pixels.pixels[i]));
    }
    EXPECT_LT(sum / static_cast<double>(raw.pixels.pixels.size()), 257.0)
        << other << ": more than one of 255 grey levels apart";
  }
}

TEST_F(RealFiles, ChestFilmsPassForGenerateOthersWarn) {
  for (const auto& entry : fs::directory_iterator(folder_ / "chest")) {
    EXPECT_TRUE(load_image(entry.path().string(), {Purpose::kGenerate}).is_ok()) << entry.path();
  }
  EXPECT_THAT(load("other_cr_codecs/RG2_UNC.dcm", Purpose::kGenerate).file.warnings,
              ::testing::Contains(::testing::HasSubstr("HIP")));
}

TEST_F(RealFiles, SpacingAsTheFilesSay) {
  const std::map<std::string, SpacingKind> wanted = {
      {"chest/RG1_J2KI.dcm", SpacingKind::kNone},  // says 0.000\0.000
      {"chest/nih_google_cxr.dcm", SpacingKind::kNone},
      {"chest/rsna_jpegbaseline_mono1_tagflip.dcm", SpacingKind::kUnknown},
  };
  for (const auto& [name, kind] : wanted) EXPECT_EQ(load(name).file.spacing.kind, kind) << name;
}

}  // namespace
}  // namespace hilum
