#include <algorithm>

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>
#include <gtest/gtest.h>

#include "io/dicom/segmentation.h"
#include "unit/io/dicom_maker.h"

namespace hilum {
namespace {

constexpr const char* kSegmentation = "1.2.840.10008.5.1.4.1.1.66.4";

void add_segment(DcmDataset& set, int index, Uint16 number, const char* label) {
  DcmItem* item = nullptr;
  set.findOrCreateSequenceItem(DCM_SegmentSequence, item, index);
  item->putAndInsertUint16(DCM_SegmentNumber, number);
  item->putAndInsertString(DCM_SegmentLabel, label);
}

void add_frame(DcmDataset& set, int index, Uint16 number) {
  DcmItem *groups = nullptr, *id = nullptr;
  set.findOrCreateSequenceItem(DCM_PerFrameFunctionalGroupsSequence, groups, index);
  groups->findOrCreateSequenceItem(DCM_SegmentIdentificationSequence, id, 0);
  id->putAndInsertUint16(DCM_ReferencedSegmentNumber, number);
}

// Two frames of 5 x 3: "Heart" on column 0 of the first, "Lung, right" on pixel (4, 2) of the second.
std::string segmentation(bool bits, const std::function<void(DcmDataset&)>& change = nullptr) {
  io::test::DicomSpec spec;
  spec.rows = 3;
  spec.columns = 5;
  spec.sop_class = kSegmentation;
  spec.modality = "SEG";
  spec.bits_allocated = 8;
  spec.bits_stored = bits ? 1 : 8;
  spec.high_bit = bits ? 0 : 7;
  std::vector<std::uint16_t> pixels(30, 0);
  for (const std::size_t i : {0u, 5u, 10u, 29u}) pixels[i] = 200;
  if (bits) {
    std::vector<std::uint16_t> packed(4, 0);
    for (std::size_t i = 0; i < pixels.size(); ++i) {
      if (pixels[i] != 0) packed[i / 8] = static_cast<std::uint16_t>(packed[i / 8] | (1u << (i % 8)));
    }
    pixels = packed;
  }
  spec.pixels = pixels;
  spec.customise = [&](DcmDataset& set) {
    if (bits) set.putAndInsertUint16(DCM_BitsAllocated, 1);
    set.putAndInsertString(DCM_NumberOfFrames, "2");
    add_segment(set, 0, 7, "Heart");
    add_segment(set, 1, 9, "Lung, right");
    add_frame(set, 0, 7);
    add_frame(set, 1, 9);
    if (change) change(set);
  };
  return io::test::temporary_file("seg.dcm", io::test::make_dicom(spec));
}

TEST(DicomSeg, BinaryAndFractional) {
  for (const bool bits : {true, false}) {
    const auto segments = read_dicom_seg(segmentation(bits));
    ASSERT_TRUE(segments) << segments.status().to_string();
    ASSERT_EQ(segments->size(), 2u);
    EXPECT_EQ((*segments)[0].label, "Heart");
    EXPECT_EQ((*segments)[0].mask.width, 5);
    EXPECT_EQ((*segments)[0].mask.height, 3);
    const auto count = [](const Mask& m) { return std::count(m.values.begin(), m.values.end(), 1); };
    EXPECT_EQ(count((*segments)[0].mask), 3);
    EXPECT_EQ((*segments)[0].mask.values[5], 1);
    EXPECT_EQ(count((*segments)[1].mask), 1);
    EXPECT_EQ((*segments)[1].mask.values[14], 1);
  }
}

TEST(DicomSeg, RefusesWhatItCannotRead) {
  const auto code = [](const std::string& path) { return read_dicom_seg(path).status().code(); };
  EXPECT_EQ(code(io::test::temporary_file("film.dcm", io::test::make_dicom({}))),
            ErrorCode::kDicomUnsupported);
  EXPECT_EQ(code(segmentation(true, [](DcmDataset& set) { add_frame(set, 1, 7); })),
            ErrorCode::kDicomUnsupported)
      << "two frames of one segment are a volume";
  EXPECT_EQ(
      code(segmentation(false, [](DcmDataset& set) { set.putAndInsertString(DCM_NumberOfFrames, "50"); })),
      ErrorCode::kDicomUnreadable);
  EXPECT_EQ(code(segmentation(false, [](DcmDataset& set) { set.findAndDeleteElement(DCM_SegmentSequence); })),
            ErrorCode::kDicomUnsupported);
  EXPECT_EQ(code("/nowhere.dcm"), ErrorCode::kFileNotFound);
}

TEST(DicomSeg, NamesOfStructures) {
  EXPECT_EQ(structure_name("Right lung"), "right_lung");
  EXPECT_EQ(structure_name(" Lung, right "), "right_lung");
  EXPECT_EQ(structure_name("Trachea"), "airway");
  EXPECT_EQ(structure_name("Solitary nodule (1)"), "solitary_nodule_1");
}

}  // namespace
}  // namespace hilum
