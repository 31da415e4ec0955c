#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>
#include <gmock/gmock.h>

#include "hilum/image.h"

#include "unit/io/dicom_maker.h"

namespace hilum {
namespace {

using io::test::DicomSpec;
using io::test::make_dicom;
using io::test::temporary_file;

DicomTags tags_with(const std::function<void(DcmDataset&)>& customise) {
  DicomSpec spec;
  spec.customise = customise;
  auto tags = read_dicom_tags(temporary_file("tags.dcm", make_dicom(spec)));
  EXPECT_TRUE(tags.is_ok()) << tags.status().to_string();
  return tags ? *tags : DicomTags();
}

TEST(DicomTags, WhatAStudyNeeds) {
  const DicomTags tags = tags_with([](DcmDataset& set) {
    set.putAndInsertString(DCM_PatientID, " p10 ");
    set.putAndInsertString(DCM_StudyDate, "20260102");
    set.putAndInsertString(DCM_StudyTime, "0910");
    set.putAndInsertString(DCM_ViewPosition, "AP");
    set.putAndInsertString(DCM_PatientOrientation, "L\\F");
    set.putAndInsertString(DCM_PixelSpacing, "0.2\\0.1");
  });
  EXPECT_EQ(tags.patient_id, "p10");
  EXPECT_EQ(tags.study_date, "20260102");
  EXPECT_EQ(tags.study_time, "0910");
  EXPECT_EQ(tags.view_position, "AP");
  EXPECT_EQ(tags.patient_orientation, "L\\F");
  EXPECT_EQ(tags.rows, 24);
  EXPECT_EQ(tags.columns, 40);
  EXPECT_EQ(tags.study_instance_uid, "1.2.826.0.1.3680043.10.1");
  EXPECT_EQ(tags.transfer_syntax_uid, "1.2.840.10008.1.2.1");
  EXPECT_THAT(tags.spacing.pixel_spacing, ::testing::ElementsAre(0.2, 0.1));
  EXPECT_TRUE(tags.warnings.empty());
}

TEST(DicomTags, MissingOnesAreEmpty) {
  const DicomTags tags = tags_with([](DcmDataset& set) { set.findAndDeleteElement(DCM_Modality); });
  EXPECT_EQ(tags.modality, "");
  EXPECT_EQ(tags.view_position, "");
  EXPECT_EQ(tags.frames, 1);
}

TEST(DicomTags, CharacterSetsBecomeUtf8) {
  struct Case {
    const char* set;
    const char* raw;
    const char* utf8;
    std::size_t warnings;
  };
  const Case cases[] = {
      {"ISO_IR 100", "Thorax g\xe9n\xe9ral", "Thorax général", 0},
      {"ISO_IR 192", "Thorax général", "Thorax général", 0},
      {"ISO_IR 144", "\xb3\xe0\xe3\xd4\xec", "Грудь", 0},
      {"GB18030", "\xd0\xd8", "胸", 0},
      {nullptr, "g\xe9n", "gén", 1},                  // nothing declared: Latin 1, with a warning
      {nullptr, "général", "général", 1},             // nothing declared: valid UTF-8, with a warning
      {"ISO_IR 192", "g\xe9n", "g\xef\xbf\xbdn", 1},  // declared UTF-8 and is not
      {"ISO_IR 999", "g\xe9n", "g\xef\xbf\xbdn", 1},  // no such set
  };
  for (const Case& c : cases) {
    const DicomTags tags = tags_with([&](DcmDataset& set) {
      if (c.set != nullptr) set.putAndInsertString(DCM_SpecificCharacterSet, c.set);
      set.putAndInsertString(DCM_StudyDescription, c.raw);
    });
    EXPECT_EQ(tags.study_description, c.utf8) << (c.set == nullptr ? "none" : c.set);
    EXPECT_EQ(tags.warnings.size(), c.warnings) << (c.set == nullptr ? "none" : c.set);
  }
}

TEST(DicomTags, WhatIsNotDicom) {
  EXPECT_EQ(read_dicom_tags("/no/such.dcm").status().code(), ErrorCode::kFileNotFound);
  EXPECT_EQ(read_dicom_tags(temporary_file("text.dcm", "plain text")).status().code(),
            ErrorCode::kFormatUnknown);
  DicomSpec spec;
  const std::string cut = make_dicom(spec).substr(0, 200);
  EXPECT_EQ(read_dicom_tags(temporary_file("cut.dcm", cut)).status().code(), ErrorCode::kDicomUnreadable);
}

TEST(DicomTags, FilesWithoutPreambleAreRead) {
  DicomSpec spec;
  spec.transfer_syntax = "1.2.840.10008.1.2";
  const std::string whole = make_dicom(spec);
  const std::string bare = whole.substr(whole.find(std::string("\x08\x00\x16\x00", 4), 132));
  const auto tags = read_dicom_tags(temporary_file("bare.dcm", bare));
  ASSERT_TRUE(tags.is_ok()) << tags.status().to_string();
  EXPECT_EQ(tags->rows, 24);
}

}  // namespace
}  // namespace hilum
