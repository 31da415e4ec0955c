// The grey pipeline on made files: every coding, every step, with values worked out by hand from the
// standard.
#include <cmath>
#include <fstream>
#include <sstream>

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>
#include <gmock/gmock.h>

#include "hilum/image.h"

#include "source_dir.h"
#include "unit/io/dicom_maker.h"

namespace hilum {
namespace {

using io::test::DicomSpec;
using io::test::make_dicom;
using io::test::stored_values;
using ::testing::ElementsAre;

std::vector<std::uint16_t> pixels_of(const std::string& bytes) {
  auto image = load_image_bytes(bytes, "made.dcm");
  EXPECT_TRUE(image.is_ok()) << image.status().to_string();
  return image ? image->pixels.pixels : std::vector<std::uint16_t>();
}

// What a full-range image of these values must become.
std::vector<std::uint16_t> full_range(const std::vector<std::uint16_t>& values, double low, double high) {
  std::vector<std::uint16_t> out;
  for (const std::uint16_t v : values)
    out.push_back(static_cast<std::uint16_t>(std::lrint((v - low) / (high - low) * 65535.0)));
  return out;
}

class LosslessCoding : public ::testing::TestWithParam<const char*> {};

TEST_P(LosslessCoding, GivesThePixelsBackExactly) {
  for (const int bits : {8, 12, 16}) {
    DicomSpec spec;
    spec.transfer_syntax = GetParam();
    spec.bits_stored = bits;
    spec.high_bit = bits - 1;
    spec.bits_allocated = bits == 8 ? 8 : 16;
    EXPECT_EQ(pixels_of(make_dicom(spec)), full_range(stored_values(spec), 0, (1 << bits) - 1))
        << bits << " bits";
  }
}

INSTANTIATE_TEST_SUITE_P(Codings, LosslessCoding,
                         ::testing::Values("1.2.840.10008.1.2",        // implicit little endian
                                           "1.2.840.10008.1.2.1",      // explicit little endian
                                           "1.2.840.10008.1.2.2",      // explicit big endian
                                           "1.2.840.10008.1.2.1.99",   // deflated
                                           "1.2.840.10008.1.2.5",      // RLE
                                           "1.2.840.10008.1.2.4.70",   // JPEG lossless
                                           "1.2.840.10008.1.2.4.80"),  // JPEG-LS lossless
                         [](const auto& param) {
                           std::string name = param.param;
                           for (char& c : name) c = c == '.' ? '_' : c;
                           return name;
                         });

TEST(DicomCoding, LossyJpegStaysClose) {
  for (const char* syntax : {"1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51"}) {
    const bool baseline = std::string(syntax).back() == '0';
    DicomSpec spec;
    spec.transfer_syntax = syntax;
    spec.bits_stored = baseline ? 8 : 12;
    spec.high_bit = spec.bits_stored - 1;
    spec.bits_allocated = baseline ? 8 : 16;
    spec.customise = [&](DcmDataset& set) {
      set.putAndInsertString(DCM_WindowCenter, baseline ? "128" : "2048");
      set.putAndInsertString(DCM_WindowWidth, baseline ? "256" : "4096");
    };
    const auto got = pixels_of(make_dicom(spec));
    const auto wanted = full_range(stored_values(spec), 0, (1 << spec.bits_stored) - 1);
    ASSERT_EQ(got.size(), wanted.size());
    for (std::size_t i = 0; i < got.size(); ++i)
      ASSERT_NEAR(got[i], wanted[i], 4 * 257) << syntax << " at " << i;
  }
}

TEST(DicomCoding, Jpeg2000IsReadThroughTheModule) {
  std::ifstream in(source_dir() + "/tests/unit/io/golden/twelve_bit.j2k", std::ios::binary);
  std::ostringstream codestream;
  codestream << in.rdbuf();
  const auto small = load_image(source_dir() + "/tests/unit/io/golden/small.png");
  ASSERT_TRUE(small.is_ok());
  DicomSpec spec;
  spec.transfer_syntax = "1.2.840.10008.1.2.4.90";
  std::vector<std::uint16_t> wanted;  // the codestream holds 16 * grey + 3
  std::uint16_t low = 65535, high = 0;
  for (const std::uint16_t v : small->pixels.pixels) {
    wanted.push_back(static_cast<std::uint16_t>(v / 257 * 16 + 3));
    low = std::min(low, wanted.back());
    high = std::max(high, wanted.back());
  }
  EXPECT_EQ(pixels_of(make_encapsulated_dicom(spec, codestream.str())), full_range(wanted, low, high));

  spec.rows = 25;
  EXPECT_EQ(load_image_bytes(make_encapsulated_dicom(spec, codestream.str()), "x").status().code(),
            ErrorCode::kDicomUnreadable);
  spec.rows = 24;
  for (std::size_t size = 20; size < codestream.str().size() - 2; size += 150) {
    const std::string cut = codestream.str().substr(0, size);
    EXPECT_EQ(load_image_bytes(make_encapsulated_dicom(spec, cut), "x").status().code(),
              ErrorCode::kDicomUnreadable)
        << size;
  }
  std::string with_sign = codestream.str();
  with_sign[42] = static_cast<char>(0x8f);
  EXPECT_EQ(load_image_bytes(make_encapsulated_dicom(spec, with_sign), "x").status().code(),
            ErrorCode::kDicomUnsupported);
}

DicomSpec four_pixels(std::vector<std::uint16_t> pixels) {
  DicomSpec spec;
  spec.rows = 1;
  spec.columns = static_cast<int>(pixels.size());
  spec.pixels = std::move(pixels);
  return spec;
}

TEST(DicomPixels, WithoutWindowMinimumToMaximum) {
  EXPECT_THAT(pixels_of(make_dicom(four_pixels({100, 200, 300, 1100}))), ElementsAre(0, 6554, 13107, 65535));
}

TEST(DicomPixels, Monochrome1IsInverted) {
  DicomSpec spec = four_pixels({0, 1, 2, 4});
  spec.photometric = "MONOCHROME1";
  EXPECT_THAT(pixels_of(make_dicom(spec)), ElementsAre(65535, 49151, 32767, 0));
}

TEST(DicomPixels, SignedValuesAndStoredBitsBelowTheTop) {
  DicomSpec spec = four_pixels({0x8000, 0xfff0, 0x0000, 0x7ff0});  // 12 bits at the top: -2048, -1, 0, 2047
  spec.is_signed = true;
  spec.high_bit = 15;
  EXPECT_THAT(pixels_of(make_dicom(spec)), ElementsAre(0, 32759, 32776, 65535));
}

TEST(DicomPixels, BitsAboveTheStoredOnesAreNoImage) {
  DicomSpec spec = four_pixels({0xf000, 0x1001, 0x0002, 0xa004});
  EXPECT_THAT(pixels_of(make_dicom(spec)), ElementsAre(0, 16384, 32768, 65535));
}

// PS3.3 C.11.2.1.2: centre 2048, width 4096 gives 0 at 0 and the top at 4095.
TEST(DicomPixels, WindowFunctions) {
  const std::vector<std::uint16_t> values = {0, 500, 1000, 1500, 2000};
  struct Case {
    const char* function;
    double center, width;
    std::function<double(double)> wanted;  // 0 to 1
  };
  const auto clamp = [](double x) { return std::min(std::max(x, 0.0), 1.0); };
  const Case cases[] = {
      {"", 1000, 1001, [&](double x) { return clamp((x - 999.5) / 1000 + 0.5); }},
      {"LINEAR", 1000, 1001, [&](double x) { return clamp((x - 999.5) / 1000 + 0.5); }},
      {"LINEAR_EXACT", 1000, 1000, [&](double x) { return clamp((x - 1000) / 1000 + 0.5); }},
      {"SIGMOID", 1000, 1000, [&](double x) { return 1 / (1 + std::exp(-4 * (x - 1000) / 1000)); }},
      {"LINEAR", 1000, 1, [&](double x) { return x > 999.5 ? 1.0 : 0.0; }},
  };
  for (const Case& c : cases) {
    DicomSpec spec = four_pixels(values);
    spec.customise = [&](DcmDataset& set) {
      set.putAndInsertString(DCM_WindowCenter, (std::to_string(c.center) + "\\7").c_str());
      set.putAndInsertString(DCM_WindowWidth, (std::to_string(c.width) + "\\9").c_str());
      if (*c.function != '\0') set.putAndInsertString(DCM_VOILUTFunction, c.function);
    };
    const auto got = pixels_of(make_dicom(spec));
    ASSERT_EQ(got.size(), values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      EXPECT_NEAR(got[i], c.wanted(values[i]) * 65535.0, 0.51) << c.function << " at " << values[i];
    }
  }
}

TEST(DicomPixels, AnImpossibleWindowIsIgnoredWithAWarning) {
  DicomSpec spec = four_pixels({0, 1, 2, 4});
  spec.customise = [](DcmDataset& set) {
    set.putAndInsertString(DCM_WindowCenter, "3");
    set.putAndInsertString(DCM_WindowWidth, "0");
  };
  const auto image = load_image_bytes(make_dicom(spec), "x");
  ASSERT_TRUE(image.is_ok());
  EXPECT_EQ(image->file.steps.back().name, "full_range");
  ASSERT_EQ(image->file.warnings.size(), 1u);
}

TEST(DicomPixels, RescaleComesBeforeTheWindow) {
  DicomSpec spec = four_pixels({0, 100, 200, 300});
  spec.customise = [](DcmDataset& set) {
    set.putAndInsertString(DCM_RescaleSlope, "2");
    set.putAndInsertString(DCM_RescaleIntercept, "-100");
    set.putAndInsertString(DCM_VOILUTFunction, "LINEAR_EXACT");
    set.putAndInsertString(DCM_WindowCenter, "200");
    set.putAndInsertString(DCM_WindowWidth, "400");
  };
  EXPECT_THAT(pixels_of(make_dicom(spec)), ElementsAre(0, 16384, 49151, 65535));
}

void add_lut(DcmDataset& set, const DcmTagKey& sequence, Uint16 first, Uint16 bits,
             const std::vector<Uint16>& values) {
  DcmItem* item = nullptr;
  set.findOrCreateSequenceItem(sequence, item);
  const Uint16 descriptor[] = {static_cast<Uint16>(values.size()), first, bits};
  item->putAndInsertUint16Array(DCM_LUTDescriptor, descriptor, 3);
  item->putAndInsertUint16Array(DCM_LUTData, values.data(), static_cast<unsigned long>(values.size()));
}

TEST(DicomPixels, ModalityLutThenVoiLut) {
  DicomSpec spec = four_pixels({9, 10, 11, 12, 99});
  spec.customise = [](DcmDataset& set) {
    add_lut(set, DCM_ModalityLUTSequence, 10, 16, {5, 6, 8});  // 9 and 10 give 5; 12 and above give 8
    add_lut(set, DCM_VOILUTSequence, 5, 8, {0, 51, 102, 255});
    set.putAndInsertString(DCM_WindowCenter, "1");  // a VOI LUT goes before a window
    set.putAndInsertString(DCM_WindowWidth, "2");
  };
  EXPECT_THAT(pixels_of(make_dicom(spec)), ElementsAre(0, 0, 51 * 257, 65535, 65535));
}

TEST(DicomPixels, ALutThatIsTooShortIsDamage) {
  DicomSpec spec = four_pixels({0, 1, 2, 3});
  spec.customise = [](DcmDataset& set) {
    add_lut(set, DCM_VOILUTSequence, 0, 8, {0, 51});
    DcmItem* item = nullptr;
    set.findAndGetSequenceItem(DCM_VOILUTSequence, item, 0);
    const Uint16 descriptor[] = {500, 0, 16};
    item->putAndInsertUint16Array(DCM_LUTDescriptor, descriptor, 3);
  };
  EXPECT_EQ(load_image_bytes(make_dicom(spec), "x").status().code(), ErrorCode::kDicomUnreadable);
}

TEST(DicomPixels, PaddingIsBlackAndOutsideTheRange) {
  DicomSpec spec = four_pixels({4095, 10, 20, 30});
  spec.photometric = "MONOCHROME1";
  spec.customise = [](DcmDataset& set) { set.putAndInsertUint16(DCM_PixelPaddingValue, 4095); };
  EXPECT_THAT(pixels_of(make_dicom(spec)), ElementsAre(0, 65535, 32767, 0));
}

TEST(DicomPixels, AConstantImageIsBlackWithAWarning) {
  const auto image = load_image_bytes(make_dicom(four_pixels({7, 7, 7})), "x");
  ASSERT_TRUE(image.is_ok());
  EXPECT_THAT(image->pixels.pixels, ElementsAre(0, 0, 0));
  EXPECT_THAT(image->file.warnings, ElementsAre("all pixels have the same value"));
}

TEST(DicomPixels, StepsAreListedInOrder) {
  DicomSpec spec = four_pixels({0, 1, 2, 3});
  spec.photometric = "MONOCHROME1";
  spec.customise = [](DcmDataset& set) {
    set.putAndInsertString(DCM_RescaleSlope, "1");
    set.putAndInsertString(DCM_RescaleIntercept, "0");
    set.putAndInsertString(DCM_WindowCenter, "2");
    set.putAndInsertString(DCM_WindowWidth, "4");
  };
  const auto image = load_image_bytes(make_dicom(spec), "x");
  ASSERT_TRUE(image.is_ok());
  std::vector<std::string> names;
  for (const PixelStep& step : image->file.steps) names.push_back(step.name);
  EXPECT_THAT(names, ElementsAre("decode", "rescale", "window", "invert"));
}

}  // namespace
}  // namespace hilum
