#include <filesystem>

#include <gtest/gtest.h>

#include "tree.h"

namespace hilum::datasets {
namespace {

using testing::Outcome;
using testing::read_all;
using testing::Tree;

std::map<std::string, std::string> tags(const std::string& study, const std::string& image,
                                        const std::string& patient, const std::string& date,
                                        const std::string& modality = "DX") {
  return {{"0008,0016", "1.2.840.10008.5.1.4.1.1.1.1"},
          {"0008,0018", image},
          {"0008,0020", date},
          {"0008,0030", "0830"},
          {"0008,0060", modality},
          {"0010,0020", patient},
          {"0010,0040", "F"},
          {"0010,1010", "062Y"},
          {"0018,5101", "PA"},
          {"0020,000d", study}};
}

TEST(Folder, DicomIsGroupedByStudyAcrossFolders) {
  const Tree tree;
  tree.write_dicom("one/a.dcm", tags("1.2.3", "1.2.3.1", "PAT1", "20110328"));
  tree.write_dicom("two/no_extension", tags("1.2.3", "1.2.3.2", "PAT1", "20110328"));
  tree.write_dicom("two/c.dcm", tags("1.2.4", "1.2.4.1", "PAT1", "20110301"));
  const Outcome out = read_all({tree.root()});
  ASSERT_TRUE(out.status.is_ok()) << out.status.message();
  EXPECT_EQ(out.ids(), (std::vector<std::string>{"1.2.3", "1.2.4"}));
  const Study& study = out.items[0].study;
  ASSERT_EQ(study.images.size(), 2u);
  EXPECT_EQ(study.images[1].id, "1.2.3.2");
  EXPECT_EQ(study.images[0].view, "PA");
  EXPECT_EQ(study.patient_id, "PAT1");
  EXPECT_EQ(study.patient_data.age, 62);
  EXPECT_EQ(study.study_time, "2011-03-28T08:30:00");
  ASSERT_EQ(study.priors.size(), 1u);
  EXPECT_DOUBLE_EQ(*study.priors[0].interval_days, 27);
}

TEST(Folder, AnonymousPatientsAreNoOnesPriors) {
  const Tree tree;
  tree.write_dicom("a.dcm", tags("1.2.3", "1.2.3.1", "Anonymous", "20110328"));
  tree.write_dicom("b.dcm", tags("1.2.4", "1.2.4.1", "Anonymous", "20110301"));
  for (const StudyItem& item : read_all({tree.root()}).items) EXPECT_TRUE(item.study.priors.empty());
}

TEST(Folder, OtherImagesAreOneStudyAFolder) {
  const Tree tree;
  tree.write_png("s1/frontal.png");
  tree.write_jpeg("s1/lateral.jpg");
  tree.write_png("deep/s2/frontal.png");
  tree.write_png("loose.png");
  const Outcome out = read_all({tree.root()});
  EXPECT_EQ(out.ids(), (std::vector<std::string>{"deep/s2", "loose", "s1"}));
  EXPECT_EQ(out.find("s1")->study.images.size(), 2u);
  EXPECT_EQ(out.find("s1")->study.images[0].view, "unknown");
  EXPECT_EQ(out.count(Reason::kReportMissing), 0u) << "nobody expects reports beside one's own films";
  StudyOptions options;
  options.unit = Unit::kImage;
  EXPECT_EQ(read_all({tree.root()}, options).ids(),
            (std::vector<std::string>{"deep/s2/frontal", "loose", "s1/frontal", "s1/lateral"}));
}

TEST(Folder, SingleFiles) {
  const Tree tree;
  tree.write_png("a.png");
  tree.write_jpeg("b.jpg");
  EXPECT_EQ(read_all({tree.path("a.png")}).ids(), (std::vector<std::string>{"a"}));
  EXPECT_EQ(read_all({tree.path("a.png"), tree.path("b.jpg")}).items.size(), 2u);
  StudyOptions options;
  options.one_study = true;
  const Outcome out = read_all({tree.path("a.png"), tree.path("b.jpg")}, options);
  ASSERT_EQ(out.items.size(), 1u);
  EXPECT_EQ(out.items[0].study.images.size(), 2u);
}

TEST(Folder, ReportsBesideTheImages) {
  const Tree tree;
  tree.write_png("s1/frontal.png");
  tree.write("s1/report.txt", "\n FINDINGS: in the folder\n\n INDICATION: cough");
  tree.write_png("s2/frontal.png");
  tree.write("s2.txt", "\n FINDINGS: beside the folder");
  tree.write_png("loose.png");
  tree.write("loose.txt", "\n IMPRESSION: beside the image");
  tree.write_png("s3/frontal.png");
  tree.write("s3/a.txt", "\n FINDINGS: which");
  tree.write("s3/b.txt", "\n FINDINGS: of them");
  const Outcome out = read_all({tree.root()});
  EXPECT_EQ(out.find("s1")->study.reference.findings, "in the folder");
  EXPECT_EQ(out.find("s1")->study.indication, "cough");
  EXPECT_EQ(out.find("s2")->study.reference.findings, "beside the folder");
  EXPECT_EQ(out.find("loose")->study.reference.impression, "beside the image");
  EXPECT_TRUE(out.find("s3")->study.reference.empty()) << "two texts: neither is surely the report";
  EXPECT_EQ(out.count(Reason::kNotAnImage), 2u);
}

TEST(Folder, EveryFileLeftOutHasItsReason) {
  const Tree tree;
  tree.write_dicom("ct.dcm", tags("1.2.5", "1.2.5.1", "P", "20110328", "CT"));
  tree.write("readme.md", "# hello");
  tree.write("empty.png", "");
  tree.write_png("good.png");
  std::filesystem::create_directory_symlink(tree.root(), tree.path("loop"));
  const Outcome out = read_all({tree.root()});
  EXPECT_EQ(out.ids(), (std::vector<std::string>{"good"}));
  EXPECT_EQ(out.count(Reason::kWrongModality), 1u);
  EXPECT_EQ(out.count(Reason::kNotAnImage), 3u) << "a text, an empty file, a link to a folder above";
}

TEST(Folder, MimicFoldersWithoutTablesGetNoPriorsById) {
  const Tree tree;
  tree.write_jpeg("p10000001/s50000001/a.jpg");
  tree.write_jpeg("p10000001/s50000002/b.jpg");
  const Outcome out = read_all({tree.root()});
  ASSERT_EQ(out.items.size(), 2u);
  EXPECT_EQ(out.items[0].study.patient_id, "p10000001");
  EXPECT_TRUE(out.items[1].study.priors.empty());
  EXPECT_EQ(out.count(Reason::kTimeMissing), 2u);
}

TEST(Folder, AMissingPathIsAnError) {
  EXPECT_EQ(read_all({"/no/such/folder"}).status.code(), ErrorCode::kFileNotFound);
}

}  // namespace
}  // namespace hilum::datasets
