#include "datasets/patients.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tree.h"

namespace hilum::datasets {
namespace {

using testing::Outcome;
using testing::read_all;
using testing::Tree;

// One patient with a study at 12:00 on 2180-01-02, inside the second of two stays.
void write_tree(const Tree& tree) {
  tree.write("mimic-cxr-2.0.0-metadata.csv",
             "dicom_id,subject_id,study_id,ViewPosition,StudyDate,StudyTime\n"
             "a,10000001,50000001,AP,21800102,120000\nb,10000002,50000002,AP,21800102,120000\n");
  tree.write("ed/edstays.csv",
             "subject_id,hadm_id,stay_id,intime,outtime,gender,race,arrival_transport,disposition\n"
             "10000001,,31,2180-01-01 10:00:00,2180-01-01 20:00:00,F,WHITE,WALK IN,HOME\n"
             "10000001,,32,2180-01-02 10:00:00,2180-01-02 20:00:00,F,WHITE,AMBULANCE,ADMITTED\n"
             "10000002,,33,2180-01-02 12:00:00,2180-01-02 20:00:00,M,ASIAN,WALK IN,HOME\n"
             "10000002,,34,broken,2180-01-02 20:00:00,M,ASIAN,WALK IN,HOME\n");
  tree.write_gzip(
      "ed/triage.csv.gz",
      "subject_id,stay_id,temperature,heartrate,resprate,o2sat,sbp,dbp,pain,acuity,chiefcomplaint\n"
      "10000001,31,99,1,1,1,1,1,0,4.0,Other\n"
      "10000001,32,98.6,90,18,97,120,80,7,2.0,\"Dyspnea, cough\"\n");
  tree.write("ed/vitalsign.csv",
             "subject_id,stay_id,charttime,temperature,heartrate,resprate,o2sat,sbp,dbp,rhythm,pain\n"
             "10000001,32,2180-01-02 11:30:00,,95,,,,,Sinus,\n"
             "10000001,32,2180-01-02 11:00:00,,92,,,,,,\n"
             "10000001,32,2180-01-02 12:00:01,,200,,,,,,\n");
  tree.write("ed/medrecon.csv",
             "subject_id,stay_id,charttime,name,gsn,ndc,etc_rn,etccode,etcdescription\n"
             "10000001,32,2180-01-02 10:15:00,furosemide,8209,1,1,1,x\n");
  tree.write("ed/pyxis.csv",
             "subject_id,stay_id,charttime,med_rn,name,gsn_rn,gsn\n"
             "10000001,32,2180-01-02 13:00:00,1,morphine,1,4080\n");
}

StudyOptions options_of(const Tree& tree) {
  StudyOptions options;
  options.check_files = false;
  options.ed = tree.path("ed");
  return options;
}

TEST(EdTables, TheStayAroundTheStudyAndNothingLater) {
  const Tree tree;
  write_tree(tree);
  const Outcome out = read_all({tree.root()}, options_of(tree));
  ASSERT_TRUE(out.status.is_ok()) << out.status.message();
  const Json data = record_of(*out.find("s50000001"))["patient_data"];
  EXPECT_EQ(data, *parse_json(R"({"sex":"F","race":"WHITE","stay_id":"32","arrival_transport":"AMBULANCE",
    "chief_complaint":"Dyspnea, cough","acuity":2.0,
    "vitals":[{"source":"triage","hours_before":2.0,"temperature":98.6,"heartrate":90.0,"resprate":18.0,"o2sat":97.0,
               "sbp":120.0,"dbp":80.0,"pain":"7"},
              {"source":"vitalsign","hours_before":1.0,"heartrate":92.0},
              {"source":"vitalsign","hours_before":0.5,"heartrate":95.0,"rhythm":"Sinus"}],
    "medications":[{"source":"medrecon","hours_before":1.75,"name":"furosemide","gsn":"8209"}]})"));
  EXPECT_EQ(out.count(Reason::kAfterStudy), 2u) << "a vital sign one second later, and a drug";
  EXPECT_EQ(out.count(Reason::kRowBroken), 1u);
}

TEST(EdTables, AStayThatBeginsWithTheStudyIsNotBeforeIt) {
  const Tree tree;
  write_tree(tree);
  const Outcome out = read_all({tree.root()}, options_of(tree));
  EXPECT_TRUE(out.find("s50000002")->study.patient_data.empty());
}

TEST(EdTables, EdstaysIsNeeded) {
  const Tree tree;
  write_tree(tree);
  StudyOptions options = options_of(tree);
  options.ed = tree.root();
  const Outcome out = read_all({tree.root()}, options);
  EXPECT_EQ(out.status.code(), ErrorCode::kFileNotFound);
  EXPECT_NE(out.status.message().find("edstays.csv"), std::string::npos);
}

TEST(Demographics, AgeAtTheStudyFromTheAnchorYear) {
  const Tree tree;
  write_tree(tree);
  tree.write("patients.csv", "subject_id,gender,anchor_age,anchor_year\n10000001,F,60,2178\n");
  StudyOptions options;
  options.check_files = false;
  options.demographics = tree.path("patients.csv");
  const Outcome out = read_all({tree.root()}, options);
  ASSERT_TRUE(out.status.is_ok()) << out.status.message();
  EXPECT_EQ(out.find("s50000001")->study.patient_data.age, 62);
  EXPECT_EQ(out.find("s50000001")->study.patient_data.sex, "F");
  EXPECT_EQ(out.count(Reason::kPatientMissing), 1u);
}

TEST(Demographics, ByStudyWithLettersInTheIds) {
  const Tree tree;
  write_tree(tree);
  tree.write("d.csv", "study_id,Age,Sex,Ethnicity\ns50000002,071Y,M,OTHER\n");
  StudyOptions options;
  options.check_files = false;
  options.demographics = tree.path("d.csv");
  const Outcome out = read_all({tree.root()}, options);
  EXPECT_EQ(out.find("s50000002")->study.patient_data.age, 71);
  EXPECT_EQ(out.find("s50000002")->study.patient_data.race, "OTHER");
}

TEST(Demographics, ATableWithNothingToJoinByIsRefused) {
  const Tree tree;
  write_tree(tree);
  tree.write("d.csv", "name,age\nx,1\n");
  StudyOptions options;
  options.demographics = tree.path("d.csv");
  EXPECT_EQ(read_all({tree.root()}, options).status.code(), ErrorCode::kCsvInvalid);
}

TEST(Age, InYears) {
  EXPECT_EQ(parse_age("062Y"), 62);
  EXPECT_EQ(parse_age("91.0"), 91);
  EXPECT_DOUBLE_EQ(*parse_age("006M"), 0.5);
  for (const char* text : {"", "Y", "-3", "old", "400"}) EXPECT_FALSE(parse_age(text)) << text;
}

}  // namespace
}  // namespace hilum::datasets
