#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tree.h"

namespace hilum::datasets {
namespace {

using testing::Outcome;
using testing::read_all;
using testing::Tree;

constexpr const char* kHeader =
    "dicom_id,subject_id,study_id,PerformedProcedureStepDescription,ViewPosition,Rows,"
    "Columns,StudyDate,StudyTime\n";

// Patient 10000001: three studies whose ids run against their dates. Patient 12000002: one study.
void write_tree(const Tree& tree, bool with_files = true) {
  tree.write_gzip("mimic-cxr-2.0.0-metadata.csv.gz",
                  std::string(kHeader) +
                      "aaa1,10000001,50000003,\"CHEST (PA, LAT)\",PA,10,10,21800101,80000.0\n"
                      "aaa2,10000001,50000003,CHEST,LATERAL,10,10,21800101,80000.0\n"
                      "bbb1,10000001,50000001,CHEST,,10,10,21800302,83045.5\n"
                      "ccc1,10000001,50000002,CHEST,AP,10,10,21800301,203045.5\n"
                      "ddd1,12000002,50000004,CHEST,AP,10,10,21800301,120000\n");
  tree.write(
      "mimic-cxr-2.0.0-split.csv",
      "dicom_id,study_id,subject_id,split\naaa1,50000003,10000001,train\nbbb1,50000001,10000001,train\n"
      "ccc1,50000002,10000001,train\nddd1,50000004,12000002,validate\n");
  tree.write("mimic-cxr-2.0.0-chexpert.csv",
             "subject_id,study_id,Atelectasis,Edema,No Finding,Pneumonia\n10000001,50000001,1.0,,0.0,-1.0\n");
  if (!with_files) return;
  tree.write_jpeg("files/p10/p10000001/s50000003/aaa1.jpg");
  tree.write_jpeg("files/p10/p10000001/s50000003/aaa2.jpg");
  tree.write_jpeg("files/p10/p10000001/s50000001/bbb1.jpg");
  tree.write_jpeg("files/p10/p10000001/s50000002/ccc1.jpg");
  tree.write_jpeg("files/p12/p12000002/s50000004/ddd1.jpg");
  tree.write("files/p10/p10000001/s50000003.txt", "\n FINDINGS: first\n\n IMPRESSION: one\n");
  tree.write("files/p10/p10000001/s50000002.txt", "\n INDICATION: cough\n\n FINDINGS: second\n");
  tree.write("files/p10/p10000001/s50000001.txt", "\n FINDINGS: third \xff\n");
}

TEST(Mimic, PriorsComeByDateAndNeverById) {
  const Tree tree;
  write_tree(tree);
  const Outcome out = read_all({tree.root()});
  ASSERT_TRUE(out.status.is_ok()) << out.status.message();
  EXPECT_EQ(out.ids(), (std::vector<std::string>{"s50000003", "s50000002", "s50000001", "s50000004"}));
  const Study& last = out.find("s50000001")->study;
  ASSERT_EQ(last.priors.size(), 2u) << "all of them are kept";
  EXPECT_EQ(last.priors[0].id, "s50000002") << "newest first";
  EXPECT_DOUBLE_EQ(*last.priors[0].interval_days, 0.5);
  EXPECT_EQ(last.priors[1].id, "s50000003");
  EXPECT_EQ(last.priors[1].images.size(), 2u);
  EXPECT_EQ(last.priors[1].report.impression, "one");
  EXPECT_TRUE(out.find("s50000003")->study.priors.empty());
  EXPECT_TRUE(out.find("s50000004")->study.priors.empty());
}

TEST(Mimic, EveryFieldFromItsPlace) {
  const Tree tree;
  write_tree(tree);
  const Outcome out = read_all({tree.root()});
  const Json record = record_of(*out.find("s50000001"));
  EXPECT_EQ(record["patient_id"], "p10000001");
  EXPECT_EQ(record["split"], "train");
  EXPECT_EQ(record["study_time"], "2180-03-02T08:30:45");
  EXPECT_EQ(record["images"][0]["view"], "unknown") << "ViewPosition is missing";
  EXPECT_EQ(record["images"][0]["path"], tree.path("files/p10/p10000001/s50000001/bbb1.jpg"));
  EXPECT_EQ(record["reference"]["findings"], "third \xEF\xBF\xBD") << "bytes that are no UTF-8 are repaired";
  EXPECT_EQ(record["reference"]["labels"],
            Json({{"Atelectasis", "positive"}, {"No Finding", "negative"}, {"Pneumonia", "uncertain"}}));
  EXPECT_EQ(out.find("s50000002")->study.indication, "cough");
  EXPECT_EQ(out.count(Reason::kReportMissing), 1u) << "s50000004";
}

TEST(Mimic, SplitViewsLimitAndNeed) {
  const Tree tree;
  write_tree(tree);
  StudyOptions options;
  options.split = "val";
  Outcome out = read_all({tree.root()}, options);
  EXPECT_EQ(out.ids(), (std::vector<std::string>{"s50000004"}));
  EXPECT_EQ(out.items[0].study.split, "validate");
  EXPECT_EQ(out.count(Reason::kOtherSplit), 3u);

  options = {};
  options.views = {"frontal"};
  out = read_all({tree.root()}, options);
  EXPECT_EQ(out.find("s50000003")->study.images.size(), 1u);
  EXPECT_EQ(out.find("s50000001"), nullptr) << "its one image has no view";
  EXPECT_EQ(out.count(Reason::kOtherView), 2u);
  EXPECT_EQ(out.count(Reason::kNoImages), 1u);

  options = {};
  options.limit = 2;
  EXPECT_EQ(read_all({tree.root()}, options).items.size(), 2u);

  options = {};
  options.need = {"impression"};
  out = read_all({tree.root()}, options);
  EXPECT_EQ(out.ids(), (std::vector<std::string>{"s50000003"}));
  EXPECT_EQ(out.count(Reason::kFieldMissing), 3u);
}

TEST(Mimic, ShardsAreByPatientAndCoverEverything) {
  const Tree tree;
  write_tree(tree);
  std::multiset<std::string> all;
  for (std::uint32_t shard = 1; shard <= 3; ++shard) {
    StudyOptions options;
    options.shard = shard;
    options.shard_count = 3;
    const Outcome out = read_all({tree.root()}, options);
    for (const StudyItem& item : out.items) {
      all.insert(item.study.id);
      EXPECT_EQ(shard_of(item.study.patient_id, 3), shard);
    }
  }
  EXPECT_EQ(all, (std::multiset<std::string>{"s50000001", "s50000002", "s50000003", "s50000004"}));
}

TEST(Mimic, ShardsAreTheSameEverywhereAndEven) {
  EXPECT_EQ(shard_of("p10000032", 16), 11u) << "a fixed point: a change would mix the shards of running jobs";
  std::vector<int> sizes(8);
  for (int i = 0; i < 8000; ++i) ++sizes[shard_of("p" + std::to_string(10000000 + i), 8) - 1];
  for (const int size : sizes) EXPECT_NEAR(size, 1000, 150);
}

TEST(Mimic, OneRecordAnImage) {
  const Tree tree;
  write_tree(tree);
  StudyOptions options;
  options.unit = Unit::kImage;
  const Outcome out = read_all({tree.root()}, options);
  EXPECT_EQ(out.ids(), (std::vector<std::string>{"aaa1", "aaa2", "ccc1", "bbb1", "ddd1"}));
  const Study& second = out.find("aaa2")->study;
  EXPECT_EQ(second.study_id, "s50000003");
  ASSERT_EQ(second.images.size(), 2u);
  EXPECT_EQ(second.images[0].id, "aaa2") << "the image itself first, other views behind it";
  EXPECT_EQ(second.reference.findings, "first");
}

TEST(Mimic, MissingImagesAreNamed) {
  const Tree tree;
  write_tree(tree, false);
  tree.write_png("files/p10/p10000001/s50000003/aaa2.png");
  Outcome out = read_all({tree.root()});
  EXPECT_EQ(out.ids(), (std::vector<std::string>{"s50000003"}));
  EXPECT_EQ(out.items[0].study.images[0].path, tree.path("files/p10/p10000001/s50000003/aaa2.png"));
  EXPECT_EQ(out.count(Reason::kImageMissing), 4u);
  EXPECT_EQ(out.count(Reason::kNoImages), 3u);
  EXPECT_EQ(out.notes[0].what, tree.path("files/p10/p10000001/s50000003/aaa1.jpg"));

  StudyOptions options;
  options.check_files = false;
  out = read_all({tree.root()}, options);
  EXPECT_EQ(out.items.size(), 4u);
  EXPECT_EQ(out.count(Reason::kImageMissing), 0u);
}

TEST(Mimic, TreesMayBeApart) {
  const Tree images, reports, tables;
  write_tree(tables, false);
  images.write_jpeg("p10/p10000001/s50000003/aaa1.jpg");
  reports.write("mimic-cxr-reports/files/p10/p10000001/s50000003.txt", "\n FINDINGS: apart");
  StudyOptions options;
  options.format = "mimic-cxr";
  options.tables = tables.root();
  options.reports = reports.root();
  const Outcome out = read_all({images.root()}, options);
  ASSERT_TRUE(out.status.is_ok()) << out.status.message();
  EXPECT_EQ(out.ids(), (std::vector<std::string>{"s50000003"}));
  EXPECT_EQ(out.items[0].study.reference.findings, "apart");
}

TEST(Mimic, AnUnreadableReportIsNamedAndTheStudyKept) {
  const Tree tree;
  write_tree(tree);
  tree.write("files/p12/p12000002/s50000004.txt", std::string(5u << 20, 'x'));
  const Outcome out = read_all({tree.root()});
  ASSERT_TRUE(out.status.is_ok()) << out.status.message();
  EXPECT_EQ(out.items.size(), 4u);
  EXPECT_EQ(out.count(Reason::kReportUnreadable), 1u);
}

TEST(Mimic, SectionsFromATable) {
  const Tree tree;
  write_tree(tree);
  const std::string table =
      "study,impression,findings,last_paragraph,comparison\n"
      "s50000001,,\"Two\nlines, with \"\"quotes\"\".\",,None.\ns50000003,Same.,,,\n";
  tree.write("mimic_cxr_sectioned.csv", table);
  tree.write_gzip("packed.csv.gz", table);
  for (const char* name : {"mimic_cxr_sectioned.csv", "packed.csv.gz"}) {
    StudyOptions options;
    options.reports = tree.path(name);
    const Outcome out = read_all({tree.root()}, options);
    ASSERT_TRUE(out.status.is_ok()) << out.status.message();
    EXPECT_EQ(out.find("s50000001")->study.reference.findings, "Two lines, with \"quotes\".");
    EXPECT_EQ(out.find("s50000001")->study.comparison, "None.");
    EXPECT_EQ(out.find("s50000001")->study.priors[1].report.impression, "Same.");
    EXPECT_TRUE(out.find("s50000002")->study.reference.empty());
  }
  tree.write("mimic_cxr_sections.csv", "s50000001,the text\n");
  StudyOptions options;
  options.reports = tree.path("mimic_cxr_sections.csv");
  EXPECT_EQ(read_all({tree.root()}, options).status.code(), ErrorCode::kCsvInvalid);
}

TEST(Mimic, NoOrderIsInventedForStudiesOfOneMoment) {
  const Tree tree;
  tree.write("mimic-cxr-2.0.0-metadata.csv", std::string(kHeader) +
                                                 "a,10000001,50000001,,PA,1,1,21800101,80000\n"
                                                 "b,10000001,50000002,,PA,1,1,21800101,80000\n"
                                                 "c,10000001,50000003,,PA,1,1,,\n"
                                                 "d,10000001,50000004,,PA,1,1,21800105,\n");
  StudyOptions options;
  options.check_files = false;
  const Outcome out = read_all({tree.root()}, options);
  EXPECT_EQ(out.ids(), (std::vector<std::string>{"s50000001", "s50000002", "s50000004", "s50000003"}));
  EXPECT_TRUE(out.find("s50000002")->study.priors.empty());
  EXPECT_TRUE(out.find("s50000003")->study.priors.empty());
  ASSERT_EQ(out.find("s50000004")->study.priors.size(), 2u);
  EXPECT_DOUBLE_EQ(*out.find("s50000004")->study.priors[0].interval_days, 4) << "whole days, no time of day";
  EXPECT_EQ(out.count(Reason::kTimeMissing), 1u);
  EXPECT_EQ(out.count(Reason::kOrderUnknown), 5u) << "1-2, 1-3, 2-1, 2-3, 4-3";
}

TEST(Mimic, WithoutTheMetadataTableTimesComeFromDicomHeaders) {
  const Tree tree;
  tree.write("cxr-record-list.csv",
             "subject_id,study_id,dicom_id,path\n10000001,50000001,a,files/x\n10000001,50000002,b,files/y\n");
  tree.write_dicom("files/p10/p10000001/s50000001/a.dcm",
                   {{"0008,0020", "21800105"}, {"0008,0030", "120000"}});
  tree.write_dicom("files/p10/p10000001/s50000002/b.dcm",
                   {{"0008,0020", "21800101"}, {"0008,0030", "120000"}});
  const Outcome out = read_all({tree.root()});
  ASSERT_TRUE(out.status.is_ok()) << out.status.message();
  ASSERT_EQ(out.find("s50000001")->study.priors.size(), 1u);
  EXPECT_DOUBLE_EQ(*out.find("s50000001")->study.priors[0].interval_days, 4);
  EXPECT_EQ(out.find("s50000001")->study.study_time, "2180-01-05T12:00:00");
}

TEST(Mimic, WhatIsMissingIsSaid) {
  const Tree tree;
  tree.write("files/p10/p10000001/s50000001/a.jpg", "");
  Outcome out = read_all({tree.root()});
  EXPECT_EQ(out.status.code(), ErrorCode::kDatasetInvalid);
  EXPECT_NE(out.status.message().find("setting 'tables'"), std::string::npos) << out.status.message();

  tree.write("mimic-cxr-2.0.0-metadata.csv",
             std::string(kHeader) + "a,10000001,50000001,,PA,1,1,21800101,80000\nbroken\n");
  StudyOptions options;
  options.split = "test";
  out = read_all({tree.root()}, options);
  EXPECT_EQ(out.status.code(), ErrorCode::kDatasetInvalid);
  EXPECT_NE(out.status.message().find("split.csv"), std::string::npos) << out.status.message();

  out = read_all({tree.root()});
  EXPECT_EQ(out.count(Reason::kRowBroken), 1u);

  tree.write("mimic-cxr-2.0.0-metadata.csv", "dicom,subject\n");
  out = read_all({tree.root()});
  EXPECT_EQ(out.status.code(), ErrorCode::kCsvInvalid);
  EXPECT_NE(out.status.message().find("no column 'dicom_id'"), std::string::npos) << out.status.message();
}

TEST(Mimic, StudiesTheSplitTableLacksAreNamed) {
  const Tree tree;
  write_tree(tree);
  tree.write("mimic-cxr-2.0.0-split.csv",
             "dicom_id,study_id,subject_id,split\nddd1,50000004,12000002,test\n");
  const Outcome out = read_all({tree.root()});
  EXPECT_EQ(out.items.size(), 4u);
  EXPECT_EQ(out.count(Reason::kSplitMissing), 3u);
}

}  // namespace
}  // namespace hilum::datasets
