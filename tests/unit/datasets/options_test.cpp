// What is asked for wrongly is refused with the right word; layouts are told from the path.
#include <gtest/gtest.h>

#include "core/files/file.h"
#include "source_dir.h"
#include "tree.h"

namespace hilum::datasets {
namespace {

using testing::read_all;
using testing::Tree;

TEST(Options, WrongWordsAreRefusedWithTheNearest) {
  const Tree tree;
  tree.write_png("a.png");
  StudyOptions options;
  options.format = "rexrnk";
  EXPECT_EQ(read_all({tree.root()}, options).status.message(), "no format 'rexrnk'; did you mean 'rexrank'?");
  options = {};
  options.split = "tset";
  EXPECT_EQ(read_all({tree.root()}, options).status.message(), "no split 'tset'; did you mean 'test'?");
  options = {};
  options.need = {"finding"};
  EXPECT_EQ(read_all({tree.root()}, options).status.message(),
            "no field 'finding'; did you mean 'findings'?");
  options = {};
  options.dialect = "mimic";
  EXPECT_EQ(read_all({tree.root()}, options).status.message(),
            "no dialect 'mimic' of raw reports; there are mit, sei");
  options = {};
  options.shard = 5;
  options.shard_count = 4;
  EXPECT_EQ(read_all({tree.root()}, options).status.code(), ErrorCode::kUsage);
  options = {};
  options.image_root = tree.path("none");
  EXPECT_EQ(read_all({tree.root()}, options).status.code(), ErrorCode::kFileNotFound);
  EXPECT_EQ(read_all({}).status.code(), ErrorCode::kUsage);
}

TEST(Options, LayoutsAreToldFromThePath) {
  const Tree tree;
  tree.write("mimic/mimic-cxr-2.0.0-metadata.csv.gz", "");
  tree.write("mimic2/files/p10/x", "");
  tree.write("iu/ecgen-radiology/1.xml", "");
  tree.write("iu2/indiana_reports.csv", "");
  tree.write("r2gen/annotation.json", R"({"train":[{"id":"a","image_path":[]}]})");
  tree.write("rex.json", R"({"x":{"key_image_path":"a","section_findings":""}})");
  tree.write("films/a/b.png", "");
  const auto layout = [&](const std::string& path) { return *detect_layout(tree.path(path)); };
  EXPECT_EQ(layout("mimic"), "mimic-cxr");
  EXPECT_EQ(layout("mimic/mimic-cxr-2.0.0-metadata.csv.gz"), "mimic-cxr");
  EXPECT_EQ(layout("mimic2"), "mimic-cxr");
  EXPECT_EQ(layout("iu"), "iu-xml");
  EXPECT_EQ(layout("iu/ecgen-radiology/1.xml"), "iu-xml");
  EXPECT_EQ(layout("iu2"), "iu-csv");
  EXPECT_EQ(layout("r2gen"), "annotation");
  EXPECT_EQ(layout("rex.json"), "rexrank");
  EXPECT_EQ(layout("films"), "folder");

  tree.write("other.json", R"([{"a":1}])");
  EXPECT_EQ(detect_layout(tree.path("other.json")).status().code(), ErrorCode::kDatasetInvalid);
  tree.write("other.csv", "a,b\n");
  EXPECT_EQ(detect_layout(tree.path("other.csv")).status().code(), ErrorCode::kDatasetInvalid);
  EXPECT_EQ(detect_layout(tree.path("none")).status().code(), ErrorCode::kFileNotFound);
}

TEST(Notes, TheManualHasEveryReason) {
  const auto manual = read_file(source_dir() + "/docs/datasets.md", 1u << 20);
  ASSERT_TRUE(manual.is_ok());
  for (const ReasonInfo& info : reason_table()) {
    EXPECT_NE(manual->find("`" + std::string(info.name) + "`"), std::string::npos) << info.name;
  }
  for (const std::string& layout : layout_names()) {
    if (layout == "auto") continue;
    EXPECT_NE(manual->find("`" + layout + "`"), std::string::npos) << layout;
  }
}

TEST(Notes, TheTableIsInTheOrderOfTheEnum) {
  for (std::size_t i = 0; i < reason_table().size(); ++i) {
    EXPECT_EQ(static_cast<std::size_t>(reason_table()[i].reason), i) << reason_table()[i].name;
  }
  EXPECT_EQ(reason_table().back().reason, Reason::kAfterStudy);
}

}  // namespace
}  // namespace hilum::datasets
