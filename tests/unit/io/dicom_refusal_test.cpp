// Files that cannot or should not be read: a clear error each, never a crash.
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>
#include <gmock/gmock.h>

#include "hilum/image.h"

#include "unit/io/dicom_maker.h"

namespace hilum {
namespace {

using io::test::DicomSpec;
using io::test::make_dicom;
using ::testing::HasSubstr;

Status load_status(const DicomSpec& spec, Purpose purpose = Purpose::kInspect) {
  return load_image_bytes(make_dicom(spec), "made.dcm", {purpose}).status();
}

TEST(DicomRefusal, MultiFrame) {
  DicomSpec spec;
  spec.customise = [](DcmDataset& set) { set.putAndInsertString(DCM_NumberOfFrames, "3"); };
  const Status status = load_status(spec);
  EXPECT_EQ(status.code(), ErrorCode::kDicomUnsupported);
  EXPECT_EQ(status.message(), "made.dcm: 3 frames");
}

TEST(DicomRefusal, MissingPixelData) {
  DicomSpec spec;
  spec.customise = [](DcmDataset& set) { set.findAndDeleteElement(DCM_PixelData); };
  EXPECT_EQ(load_status(spec).message(), "made.dcm: no pixel data");
}

TEST(DicomRefusal, NoImageAtAll) {
  DicomSpec spec;
  spec.customise = [](DcmDataset& set) {
    set.findAndDeleteElement(DCM_PixelData);
    set.findAndDeleteElement(DCM_Rows);
  };
  EXPECT_EQ(load_status(spec).code(), ErrorCode::kDicomUnsupported);
}

TEST(DicomRefusal, AbsurdSize) {
  DicomSpec spec;
  spec.customise = [](DcmDataset& set) {
    set.putAndInsertUint16(DCM_Rows, 65535);
    set.putAndInsertUint16(DCM_Columns, 65535);
  };
  EXPECT_EQ(load_status(spec).code(), ErrorCode::kTooLarge);
}

TEST(DicomRefusal, FewerPixelsThanRowsAndColumnsSay) {
  DicomSpec spec;
  spec.customise = [](DcmDataset& set) { set.putAndInsertUint16(DCM_Rows, 400); };
  EXPECT_EQ(load_status(spec).code(), ErrorCode::kDicomUnreadable);
}

TEST(DicomRefusal, ImpossibleBits) {
  for (const auto& [stored, high] :
       {std::pair{0, 0}, std::pair{17, 16}, std::pair{12, 5}, std::pair{12, 40}}) {
    DicomSpec spec;
    spec.customise = [stored = stored, high = high](DcmDataset& set) {
      set.putAndInsertUint16(DCM_BitsStored, static_cast<Uint16>(stored));
      set.putAndInsertUint16(DCM_HighBit, static_cast<Uint16>(high));
    };
    EXPECT_EQ(load_status(spec).code(), ErrorCode::kDicomUnreadable) << stored << " " << high;
  }
  DicomSpec spec;
  spec.customise = [](DcmDataset& set) { set.putAndInsertUint16(DCM_BitsAllocated, 32); };
  EXPECT_EQ(load_status(spec).code(), ErrorCode::kDicomUnsupported);
}

TEST(DicomRefusal, ColourIsReadOnlyWhenItIsGrey) {
  DicomSpec spec;
  spec.samples_per_pixel = 3;
  spec.bits_allocated = spec.bits_stored = 8;
  spec.high_bit = 7;
  spec.photometric = "RGB";
  spec.rows = 1;
  spec.columns = 3;
  for (const char* syntax : {"1.2.840.10008.1.2.1", "1.2.840.10008.1.2.5"}) {
    spec.transfer_syntax = syntax;
    spec.pixels = {0, 0, 0, 50, 50, 50, 200, 200, 200};
    const auto grey = load_image_bytes(make_dicom(spec), "x");
    ASSERT_TRUE(grey.is_ok()) << grey.status().to_string();
    EXPECT_THAT(grey->pixels.pixels, ::testing::ElementsAre(0, 16384, 65535));
    spec.pixels = {0, 0, 0, 50, 90, 50, 200, 200, 200};
    EXPECT_EQ(load_status(spec).code(), ErrorCode::kDicomUnsupported);
    EXPECT_THAT(load_status(spec).message(), HasSubstr("colours"));
  }
  DicomSpec palette;
  palette.photometric = "PALETTE COLOR";
  EXPECT_THAT(load_status(palette).message(), HasSubstr("PALETTE COLOR"));
}

TEST(DicomRefusal, GenerateTakesProjectionsOnly) {
  DicomSpec ct;
  ct.modality = "CT";
  ct.sop_class = "1.2.840.10008.5.1.4.1.1.2";
  EXPECT_EQ(load_status(ct, Purpose::kGenerate).code(), ErrorCode::kWrongModality);
  EXPECT_TRUE(load_status(ct, Purpose::kInspect).is_ok());
  ct.sop_class = "1.2.840.10008.5.1.4.1.1.7";  // a picture of a CT slice
  EXPECT_EQ(load_status(ct, Purpose::kGenerate).code(), ErrorCode::kWrongModality);
  DicomSpec mr;
  mr.modality = "OT";
  mr.sop_class = "1.2.840.10008.5.1.4.1.1.4";
  EXPECT_EQ(load_status(mr, Purpose::kGenerate).code(), ErrorCode::kWrongModality);
  for (const char* modality : {"CR", "DX", "RG", "OT"}) {
    DicomSpec capture;
    capture.modality = modality;
    capture.sop_class = "1.2.840.10008.5.1.4.1.1.7";
    EXPECT_TRUE(load_status(capture, Purpose::kGenerate).is_ok()) << modality;
  }
}

TEST(DicomRefusal, GenerateWarnsOfAnotherBodyPart) {
  for (const auto& [part, warnings] :
       {std::pair{"HIP", 1u}, std::pair{"PORT CHEST", 0u}, std::pair{"THORAX", 0u}}) {
    DicomSpec spec;
    spec.customise = [part = part](DcmDataset& set) { set.putAndInsertString(DCM_BodyPartExamined, part); };
    const auto image = load_image_bytes(make_dicom(spec), "x", {Purpose::kGenerate});
    ASSERT_TRUE(image.is_ok());
    EXPECT_EQ(image->file.warnings.size(), warnings) << part;
  }
}

// Cut anywhere: an error (or, in the padding behind the pixels, the whole image).
TEST(DicomRefusal, CutShortAnywhere) {
  for (const char* syntax :
       {"1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99",
        "1.2.840.10008.1.2.5", "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.80"}) {
    DicomSpec spec;
    spec.transfer_syntax = syntax;
    const std::string whole = make_dicom(spec);
    for (std::size_t size = 0; size < whole.size() - 16; size += 1 + size / 40) {
      const std::string cut = whole.substr(0, size);
      const auto from_memory = load_image_bytes(cut, "cut.dcm");
      EXPECT_FALSE(from_memory.is_ok()) << syntax << " cut to " << size << " of " << whole.size();
      const auto from_file = load_image(io::test::temporary_file("cut.dcm", cut));
      EXPECT_FALSE(from_file.is_ok()) << syntax << " file cut to " << size << " of " << whole.size();
    }
  }
}

TEST(DicomRefusal, FilesThatAreNoImages) {
  EXPECT_EQ(load_image("/no/such/file.dcm").status().code(), ErrorCode::kFileNotFound);
  EXPECT_EQ(load_image(::testing::TempDir()).status().code(), ErrorCode::kFileUnreadable);
  EXPECT_EQ(load_image_bytes("", "empty").status().code(), ErrorCode::kFormatUnknown);
  EXPECT_EQ(load_image_bytes("GIF89a and so on", "x.gif").status().code(), ErrorCode::kFormatUnknown);
  EXPECT_EQ(load_image_bytes(std::string(4000, '\0'), "zeros").status().code(), ErrorCode::kFormatUnknown);
}

}  // namespace
}  // namespace hilum
