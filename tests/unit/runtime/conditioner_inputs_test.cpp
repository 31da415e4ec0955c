// The table of the conditioner's inputs.
#include "runtime/models/conditioner_inputs.h"

#include <filesystem>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/files/file.h"
#include "runtime/roles/report_roles.h"
#include "source_dir.h"

namespace hilum::runtime {
namespace fs = std::filesystem;
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(ConditionerInputs, EveryRowIsComplete) {
  std::set<std::string> names;
  for (const ConditionerInput& input : conditioner_inputs()) {
    EXPECT_TRUE(names.insert(input.name).second) << input.name;
    EXPECT_NE(input.has, nullptr) << input.name;
    EXPECT_NE(input.add, nullptr) << input.name;
    EXPECT_EQ(input.kind == InputKind::kText, input.text != nullptr) << input.name;
    EXPECT_EQ(input.kind == InputKind::kTexts, input.texts != nullptr) << input.name;
    if (input.text != nullptr || input.texts != nullptr) {
      EXPECT_NE(input.mask, nullptr) << input.name;
    }
  }
  EXPECT_EQ(find_conditioner_input("anchor")->kind, InputKind::kImage);
  EXPECT_EQ(find_conditioner_input("patient_values"), nullptr);
}

TEST(ConditionerInputs, HoldsThoseOfTheCommittedBundles) {
  std::size_t bundles = 0;
  for (const char* folder : {"/tests/data/bundles", "/models"}) {
    for (const auto& entry : fs::directory_iterator(source_dir() + folder)) {
      const auto bundle = Bundle::open(entry.path().string());
      if (!bundle) continue;
      ++bundles;
      for (const std::string& name : conditioner_of(bundle->manifest()).inputs)
        EXPECT_NE(find_conditioner_input(name), nullptr) << entry.path() << " " << name;
    }
  }
  EXPECT_GT(bundles, 10u);
}

TEST(ConditionerInputs, AStudyHasWhatItBringsAndWhatTheBundleMakes) {
  ConditionerSpec every;
  for (const ConditionerInput& input : conditioner_inputs()) every.inputs.emplace_back(input.name);
  Manifest manifest;
  manifest.add(every);
  StudyInput study;
  study.images.resize(1);
  EXPECT_THAT(present_inputs(study, {}, manifest), ElementsAre("anchor", "anchor_global", "anchor_view"));
  EXPECT_THAT(present_inputs(study, {true, true}, manifest),
              ElementsAre("anchor", "anchor_global", "anchor_view", "predictions", "similar_ids"));
  study.images.resize(2);
  study.prior_image.emplace();
  study.indication_ids = {1};
  study.prior_report_ids = {1};
  EXPECT_EQ(present_inputs(study, {true, true}, manifest), every.inputs);
  every.inputs = {"similar_ids", "patient_values", "anchor"};
  manifest.add(every);
  EXPECT_THAT(present_inputs(study, {true, true}, manifest), ElementsAre("similar_ids", "anchor"));
}

TEST(ConditionerInputs, RecordsListThemWithoutRowsOfTheViewTable) {
  ConditionerSpec spec;
  spec.inputs = {"anchor", "anchor_view", "views", "views_view", "indication_ids", "similar_ids"};
  Manifest manifest;
  manifest.add(spec);
  const ListedInputs listed = listed_inputs(manifest, {"anchor", "anchor_view", "similar_ids"});
  EXPECT_THAT(listed.used, ElementsAre("anchor", "similar"));
  EXPECT_THAT(listed.absent, ElementsAre("views", "indication"));
}

TEST(ConditionerInputs, TheDocumentationHasTheTable) {
  const auto page = read_file(source_dir() + "/docs/bundles.md", 1u << 20);
  ASSERT_TRUE(page.is_ok());
  EXPECT_THAT(*page, HasSubstr(conditioner_inputs_markdown()))
      << "put in what `hilum model roles --markdown` prints";
}

}  // namespace
}  // namespace hilum::runtime
