#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tree.h"

namespace hilum::datasets {
namespace {

using testing::Outcome;
using testing::read_all;
using testing::Tree;

StudyOptions unchecked() {
  StudyOptions options;
  options.check_files = false;
  return options;
}

// As R2Gen's: one entry an image; the two of one study do not stand together.
constexpr const char* kR2Gen = R"({"train":[
 {"id":"aaa1","study_id":50000001,"subject_id":10000001,"report":"heart is normal .","image_path":["p10/p10000001/s50000001/aaa1.jpg"],"split":"train"},
 {"id":"bbb1","study_id":50000002,"subject_id":10000001,"report":"lungs are clear .","image_path":["p10/p10000001/s50000002/bbb1.jpg"],"split":"train"},
 {"id":"aaa2","study_id":50000001,"subject_id":10000001,"report":"heart is normal .","image_path":["p10/p10000001/s50000001/aaa2.jpg"],"split":"train"}],
 "val":[{"id":"ccc1","study_id":50000003,"subject_id":12000003,"report":"x .","image_path":["p12/p12000003/s50000003/ccc1.jpg"],"split":"val"}],
 "test":[]})";

TEST(Annotation, EntriesOfAStudyAreOneRecord) {
  const Tree tree;
  tree.write("annotation.json", kR2Gen);
  const Outcome out = read_all({tree.path("annotation.json")}, unchecked());
  ASSERT_TRUE(out.status.is_ok()) << out.status.message();
  EXPECT_EQ(out.ids(), (std::vector<std::string>{"s50000001", "s50000002", "s50000003"}));
  const Study& first = out.items[0].study;
  ASSERT_EQ(first.images.size(), 2u);
  EXPECT_EQ(first.images[1].id, "aaa2");
  EXPECT_EQ(first.patient_id, "p10000001");
  EXPECT_EQ(first.reference.findings, "heart is normal .");
  EXPECT_TRUE(first.priors.empty()) << "the file has no dates, and ids tell no order";
  EXPECT_EQ(out.items[2].study.split, "validate");
}

TEST(Annotation, OneRecordAnEntry) {
  const Tree tree;
  tree.write_gzip("annotation.json.gz", kR2Gen);
  StudyOptions options = unchecked();
  options.unit = Unit::kImage;
  const Outcome out = read_all({tree.path("annotation.json.gz")}, options);
  EXPECT_EQ(out.ids(), (std::vector<std::string>{"aaa1", "bbb1", "aaa2", "ccc1"}));
  EXPECT_EQ(out.items[2].study.study_id, "s50000001");
  options.split = "val";
  EXPECT_EQ(read_all({tree.path("annotation.json.gz")}, options).ids(), (std::vector<std::string>{"ccc1"}));
}

TEST(Annotation, TablesGiveDatesViewsAndPriors) {
  const Tree tree;
  tree.write("annotation.json", kR2Gen);
  tree.write("t/mimic-cxr-2.0.0-metadata.csv",
             "dicom_id,subject_id,study_id,ViewPosition,StudyDate,StudyTime\n"
             "aaa1,10000001,50000001,PA,21800601,120000\naaa2,10000001,50000001,LL,21800601,120000\n"
             "bbb1,10000001,50000002,AP,21800501,120000\n");
  StudyOptions options = unchecked();
  options.tables = tree.path("t");
  const Outcome out = read_all({tree.path("annotation.json")}, options);
  const Study& first = out.find("s50000001")->study;
  EXPECT_EQ(first.images[1].view, "LL");
  ASSERT_EQ(first.priors.size(), 1u);
  EXPECT_EQ(first.priors[0].id, "s50000002");
  EXPECT_DOUBLE_EQ(*first.priors[0].interval_days, 31);
  EXPECT_TRUE(out.find("s50000002")->study.priors.empty());
}

TEST(Annotation, SeiCarriesFactsAndSimilarCases) {
  const Tree tree;
  tree.write("sei.json", R"({"test":[
   {"id":"a","study_id":50000001,"subject_id":10000001,"report":"clear .","image_path":["p10/p10000001/s50000001/a.jpg"],
    "core_findings":["no effusion"],"indication":"","indication_core_findings":"woman with cough","impression":"Normal.",
    "specific_knowledge":{"reports":["near .","far ."],"sk_keywords":[["small effusion"]],"sk_ids":["n1","n2"]}},
   {"id":"b","study_id":50000002,"subject_id":10000001,"report":"c .","image_path":["p10/p10000001/s50000002/b.jpg"],
    "core_findings":[],"specific_knowledge":{"reports":[],"keywords":[]}}]})");
  const Outcome out = read_all({tree.path("sei.json")}, unchecked());
  ASSERT_EQ(out.items.size(), 2u);
  const Json record = record_of(out.items[0]);
  EXPECT_EQ(record["entities"]["facts"], Json({"no effusion"}));
  EXPECT_EQ(
      record["similar"],
      *parse_json(
          R"([{"id":"n1","facts":["small effusion"],"report":"near ."},{"id":"n2","report":"far ."}])"));
  EXPECT_EQ(record["indication"], "woman with cough") << "the cleaned one where the raw one is empty";
  EXPECT_EQ(record["split"], "test");
  EXPECT_FALSE(record_of(out.items[1]).contains("similar"));
}

constexpr const char* kMlrg = R"({"test":[{"id":"a2","subject_id":10000001,"study_id":50000002,
  "anchor_scan":{"image_path":["p10/p10000001/s50000002/a2.jpg"],"view_position":["PA"]},
  "auxiliary_references":{"image_path":["p10/p10000001/s50000002/a3.jpg"],"view_position":["left lateral_x"]},
  "findings":"Clear.","findings_factual_serialization":["no effusion"],"indication":"Cough.","indication_pure":"cough",
  "prior_study":{"second_study":{"image_path":"p10/p10000001/s50000003/old.jpg","view_position":"AP","findings":null,
                                 "findings_factual_serialization":[]},
                 "latest_study":{"image_path":"p10/p10000001/s50000001/p.jpg","view_position":"AP","findings":"Small effusion.",
                                 "findings_factual_serialization":["small effusion"]}}}]})";

TEST(Annotation, MlrgHasAnchorOthersAndPriors) {
  const Tree tree;
  tree.write("mlrg.json", kMlrg);
  const Outcome out = read_all({tree.path("mlrg.json")}, unchecked());
  ASSERT_EQ(out.items.size(), 1u) << out.status.message();
  const Study& study = out.items[0].study;
  EXPECT_EQ(study.images[0].view, "PA");
  EXPECT_EQ(study.images[1].view, "LL");
  EXPECT_EQ(study.indication, "Cough.");
  ASSERT_EQ(study.priors.size(), 2u);
  EXPECT_EQ(study.priors[0].id, "s50000001") << "latest_study first";
  EXPECT_EQ(study.priors[0].facts, (std::vector<std::string>{"small effusion"}));
  EXPECT_FALSE(study.priors[0].interval_days);
  StudyOptions options = unchecked();
  options.priors = false;
  EXPECT_TRUE(read_all({tree.path("mlrg.json")}, options).items[0].study.priors.empty());
}

// MLRG issue 9: the file's "latest" study was picked by its id and may lie in the future.
TEST(Annotation, APriorThatIsLaterByDateIsRefused) {
  const Tree tree;
  tree.write("mlrg.json", kMlrg);
  tree.write("mimic-cxr-2.0.0-metadata.csv",
             "dicom_id,subject_id,study_id,ViewPosition,StudyDate,StudyTime\na2,10000001,50000002,PA,"
             "21800601,120000\n"
             "p,10000001,50000001,AP,21800701,120000\nold,10000001,50000003,AP,21800531,120000\n");
  StudyOptions options = unchecked();
  options.tables = tree.root();
  const Outcome out = read_all({tree.path("mlrg.json")}, options);
  ASSERT_EQ(out.items.size(), 1u) << out.status.message();
  ASSERT_EQ(out.items[0].study.priors.size(), 1u);
  EXPECT_EQ(out.items[0].study.priors[0].id, "s50000003");
  EXPECT_DOUBLE_EQ(*out.items[0].study.priors[0].interval_days, 1);
  EXPECT_EQ(out.count(Reason::kPriorNotEarlier), 1u);
}

TEST(Annotation, IuEntriesHaveTwoImages) {
  const Tree tree;
  tree.write(
      "annotation.json",
      R"({"train":[{"id":"CXR1_IM-1","report":"clear","image_path":["CXR1_IM-1/0.png","CXR1_IM-1/1.png"],"split":"train"}]})");
  tree.write_png("images/CXR1_IM-1/0.png");
  Outcome out = read_all({tree.path("annotation.json")});
  ASSERT_EQ(out.items.size(), 1u);
  EXPECT_EQ(out.items[0].study.images[0].path, tree.path("images/CXR1_IM-1/0.png"));
  EXPECT_EQ(out.items[0].study.images.size(), 1u);
  EXPECT_EQ(out.count(Reason::kImageMissing), 1u);
  StudyOptions options = unchecked();
  options.unit = Unit::kImage;
  out = read_all({tree.path("annotation.json")}, options);
  EXPECT_EQ(out.ids(), (std::vector<std::string>{"CXR1_IM-1/0", "CXR1_IM-1/1"}))
      << "0 alone would be in every study";
}

TEST(Annotation, BrokenEntriesAreNamedAndTheRestIsRead) {
  const Tree tree;
  tree.write(
      "a.json",
      R"([{"id":"a","image_path":["a.png"]},{"id":3,"image_path":{}},{"id":"b","image_path":["b.png"]},7,
                           {"id":"a","image_path":["x/a.png"]},{"report":"no id"}])");
  StudyOptions options = unchecked();
  options.unit = Unit::kImage;
  const Outcome out = read_all({tree.path("a.json")}, options);
  ASSERT_TRUE(out.status.is_ok()) << out.status.message();
  EXPECT_EQ(out.ids(), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(out.count(Reason::kItemBroken), 3u);
  EXPECT_EQ(out.count(Reason::kDuplicateId), 1u);
}

TEST(Annotation, ACutFileIsAnError) {
  const Tree tree;
  tree.write("a.json", R"({"train":[{"id":"a","image_path":["a.png"]},{"id":)");
  EXPECT_EQ(read_all({tree.path("a.json")}, unchecked()).status.code(), ErrorCode::kJsonInvalid);
}

TEST(Rexrank, EveryFieldFromItsPlace) {
  const Tree tree;
  tree.write("ReXRank_test.json", R"({"CXR9_IM-9":{"key_image_path":"CXR9_IM-9/1.png",
    "image_path":["CXR9_IM-9/0.png","CXR9_IM-9/1.png"],"frontal_lateral":["Lateral","Frontal"],"report":"Findings: f Impression: i",
    "section_findings":"f","section_impression":"i","split":"valid",
    "context":"Age:62. Gender:F. Indication: Chest pain, dyspnea Comparison: None."},
    "broken":{"image_path":[4]}})");
  const Outcome out = read_all({tree.path("ReXRank_test.json")}, unchecked());
  ASSERT_EQ(out.items.size(), 1u) << out.status.message();
  const Study& study = out.items[0].study;
  EXPECT_EQ(study.images[0].path, tree.path("CXR9_IM-9/1.png")) << "the key image is the anchor";
  EXPECT_EQ(study.images[0].view, "FRONTAL");
  EXPECT_EQ(study.indication, "Chest pain, dyspnea");
  EXPECT_EQ(study.comparison, "None.");
  EXPECT_EQ(study.patient_data.sex, "F");
  EXPECT_EQ(study.patient_data.age, 62);
  EXPECT_EQ(study.split, "validate");
  EXPECT_EQ(study.reference.impression, "i");
  EXPECT_EQ(out.count(Reason::kItemBroken), 1u);
}

}  // namespace
}  // namespace hilum::datasets
