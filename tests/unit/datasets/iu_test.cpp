#include <gtest/gtest.h>

#include "datasets/iu/images.h"
#include "tree.h"

namespace hilum::datasets {
namespace {

using testing::Outcome;
using testing::read_all;
using testing::Tree;

std::string xml(const std::string& id, const std::string& image, const std::string& findings) {
  return "<?xml version=\"1.0\"?>\n<eCitation>\n<uId id=\"" + id + "\"/>\n<AbstractText Label=\"FINDINGS\">" +
         findings +
         "</AbstractText>\n<MeSH><major>Opacity/lung &amp; "
         "more</major><major>normal</major></MeSH>\n<parentImage id=\"" +
         image + "\">\n</parentImage>\n</eCitation>\n";
}

constexpr const char* kProjections =
    "uid,filename,projection\n1,1_IM-0001-4001.dcm.png,Frontal\n"
    "1,1_IM-0001-3001.dcm.png,Lateral\n2,2_IM-0652-1001.dcm.png,Frontal\n";

TEST(Iu, OneFilmHasManyNames) {
  EXPECT_EQ(iu_image_key("CXR1_1_IM-0001-3001"), "1|IM-0001-3001");
  EXPECT_EQ(iu_image_key("images_normalized/1_IM-0001-3001.dcm.png"), "1|IM-0001-3001");
  EXPECT_EQ(iu_image_key("CXR10_IM-0002-1001.png"), "10|IM-0002-1001");
  EXPECT_EQ(iu_image_key("film.png"), "film");
}

TEST(Iu, XmlReports) {
  const Tree tree;
  tree.write("ecgen-radiology/10.xml", xml("CXR10", "CXR10_IM-0002-1001", "ten"));
  tree.write("ecgen-radiology/1.xml", xml("CXR1", "CXR1_1_IM-0001-3001", "one"));
  tree.write("ecgen-radiology/2.xml", "<html/>");
  tree.write("ecgen-radiology/3.xml", std::string(5u << 20, ' '));
  tree.write("indiana_projections.csv", kProjections);
  tree.write_png("NLMCXR_png/CXR1_1_IM-0001-3001.png");
  tree.write_png("NLMCXR_png/CXR10_IM-0002-1001.png");
  const Outcome out = read_all({tree.root()});
  ASSERT_TRUE(out.status.is_ok()) << out.status.message();
  EXPECT_EQ(out.ids(), (std::vector<std::string>{"CXR1", "CXR10"})) << "by number";
  EXPECT_EQ(out.items[0].study.images[0].view, "LATERAL");
  EXPECT_EQ(out.items[1].study.images[0].view, "unknown") << "the projections do not have it";
  EXPECT_EQ(out.items[0].study.reference.findings, "one");
  EXPECT_EQ(out.items[0].mesh, (std::vector<std::string>{"Opacity/lung & more", "normal"}));
  EXPECT_TRUE(out.items[0].study.priors.empty());
  EXPECT_EQ(out.count(Reason::kItemBroken), 2u);
}

std::string tar_entry(const std::string& name, const std::string& bytes) {
  std::string block(512, '\0');
  block.replace(0, name.size(), name);
  char size[12];
  std::snprintf(size, sizeof size, "%011zo", bytes.size());
  block.replace(124, 11, size);
  block[156] = '0';
  block.replace(257, 5, "ustar");
  std::string data = bytes;
  data.resize((bytes.size() + 511) / 512 * 512, '\0');
  return block + data;
}

TEST(Iu, XmlReportsInTheirArchive) {
  const Tree tree;
  const std::string archive = tar_entry("ecgen-radiology/1.xml", xml("CXR1", "CXR1_1_IM-0001-3001", "one")) +
                              tar_entry("readme.txt", std::string(700, 'x')) +
                              tar_entry("ecgen-radiology/2.xml", xml("CXR2", "CXR2_IM-0652-1001", "two"));
  tree.write_gzip("NLMCXR_reports.tgz", archive + std::string(1024, '\0'));
  StudyOptions options;
  options.check_files = false;
  EXPECT_EQ(read_all({tree.path("NLMCXR_reports.tgz")}, options).ids(),
            (std::vector<std::string>{"CXR1", "CXR2"}));

  tree.write_gzip("cut.tgz", archive.substr(0, archive.size() - 300));
  EXPECT_EQ(read_all({tree.path("cut.tgz")}, options).status.code(), ErrorCode::kFileUnreadable);
  tree.write_gzip("no.tgz", std::string(2000, 'x'));
  EXPECT_EQ(read_all({tree.path("no.tgz")}, options).status.code(), ErrorCode::kFileUnreadable);
}

TEST(Iu, TheTwoTables) {
  const Tree tree;
  tree.write("indiana_reports.csv",
             "uid,MeSH,Problems,image,indication,comparison,findings,impression\n"
             "1,\"Opacity;Cardiomegaly/mild\",x,y,Cough.,None.,\"Clear, and "
             "\"\"dry\"\".\",Normal.\n2,normal,,,,,,\n3,normal,,,,,f,i\n");
  tree.write("indiana_projections.csv", kProjections);
  tree.write_png("images/images_normalized/1_IM-0001-4001.dcm.png");
  tree.write_png("images/images_normalized/1_IM-0001-3001.dcm.png");
  tree.write_png("images/images_normalized/2_IM-0652-1001.dcm.png");
  const Outcome out = read_all({tree.root()});
  ASSERT_TRUE(out.status.is_ok()) << out.status.message();
  EXPECT_EQ(out.ids(), (std::vector<std::string>{"CXR1", "CXR2"}));
  const Study& study = out.items[0].study;
  EXPECT_EQ(study.images[0].view, "FRONTAL");
  EXPECT_EQ(study.images[0].path, tree.path("images/images_normalized/1_IM-0001-4001.dcm.png"));
  EXPECT_EQ(study.reference.findings, "Clear, and \"dry\".");
  EXPECT_EQ(out.items[0].mesh, (std::vector<std::string>{"Opacity", "Cardiomegaly/mild"}));
  EXPECT_EQ(out.count(Reason::kReportMissing), 1u);
  EXPECT_EQ(out.count(Reason::kNoImages), 1u) << "CXR3 is in no projection";
}

TEST(Iu, WhatIsMissingIsSaid) {
  const Tree tree;
  tree.write("indiana_reports.csv", "uid,findings\n1,x\n");
  Outcome out = read_all({tree.root()});
  EXPECT_EQ(out.status.code(), ErrorCode::kDatasetInvalid);
  EXPECT_NE(out.status.message().find("indiana_projections.csv"), std::string::npos);
  tree.write("indiana_projections.csv", kProjections);
  out = read_all({tree.root()});
  EXPECT_NE(out.status.message().find("setting 'image_root'"), std::string::npos) << out.status.message();
  StudyOptions options;
  options.split = "test";
  EXPECT_NE(read_all({tree.root()}, options).status.message().find("no official split"), std::string::npos);
}

}  // namespace
}  // namespace hilum::datasets
