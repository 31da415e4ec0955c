// What all opened bundles have in common.
#include "runtime/engine/opened_bundle.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/files/file.h"
#include "runtime/models/anatomy_model.h"
#include "runtime/models/model.h"
#include "runtime/models/sentence_label_model.h"
#include "source_dir.h"

namespace hilum::runtime {
namespace fs = std::filesystem;
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const std::string kBundles = source_dir() + "/tests/data/bundles/";

TEST(OpenedBundle, KnowsWhereItCameFromAndWhatRunsIt) {
  const auto bundle = Bundle::open(kBundles + "tiny-anatomy");
  ASSERT_TRUE(bundle.is_ok());
  const auto anatomy = AnatomyModel::open(*bundle, "cpu");
  ASSERT_TRUE(anatomy.is_ok()) << anatomy.status().message();
  EXPECT_EQ((*anatomy)->identity(), bundle->identity());
  EXPECT_EQ((*anatomy)->manifest().name, "tiny-anatomy");
  EXPECT_THAT((*anatomy)->engine(), StartsWith("LibTorch "));
  const auto texts = Bundle::open(kBundles + "tiny-texts");
  ASSERT_TRUE(texts.is_ok());
  const auto labeler = SentenceLabelModel::open(*texts, {});
  ASSERT_TRUE(labeler.is_ok()) << labeler.status().message();
  EXPECT_EQ((*labeler)->identity(), texts->identity());
  EXPECT_EQ(&(*labeler)->spec(), (*labeler)->manifest().part<SentenceLabelSpec>());
}

TEST(OpenedBundle, ADeviceThatIsNotThereIsASettingToChange) {
  if ((*torch_table())->cuda_devices() > 0) GTEST_SKIP() << "there is a CUDA device";
  const auto bundle = Bundle::open(kBundles + "tiny-anatomy");
  ASSERT_TRUE(bundle.is_ok());
  const Status status = AnatomyModel::open(*bundle, "cuda").status();
  EXPECT_EQ(status.code(), ErrorCode::kConfig);
  EXPECT_THAT(status.message(), HasSubstr("setting 'device'"));
  EXPECT_EQ(status.remedy(), "cpu runs everywhere");
}

// A copy of a bundle whose manifest gives two files each other's role.
TEST(OpenedBundle, AModuleWithoutTheRolesMethodsIsRefused) {
  const fs::path folder = fs::path(testing::TempDir()) / "swapped-roles";
  fs::remove_all(folder);
  fs::copy(kBundles + "tiny-wordlevel", folder, fs::copy_options::recursive);
  auto manifest = read_json_file((folder / "manifest.json").string(), kMaxManifestBytes);
  ASSERT_TRUE(manifest.is_ok());
  for (Json& file : (*manifest)["files"]) {
    if (file["path"] == "conditioner.pt") file["role"] = "decoder";
    if (file["path"] == "decoder.pt") file["role"] = "conditioner";
  }
  ASSERT_TRUE(write_file((folder / "manifest.json").string(), manifest->dump()).is_ok());
  const auto bundle = Bundle::open(folder.string());
  ASSERT_TRUE(bundle.is_ok()) << bundle.status().message();
  const Status status = Model::open(*bundle, {}).status();
  EXPECT_EQ(status.code(), ErrorCode::kBundleInvalid);
  EXPECT_THAT(status.message(), HasSubstr("conditioner: the module has no method 'forward'"));
  fs::remove_all(folder);
}

TEST(OpenedBundle, ABundleWithoutTheRolesIsNamed) {
  const auto bundle = Bundle::open(kBundles + "tiny-texts");
  ASSERT_TRUE(bundle.is_ok());
  EXPECT_THAT(AnatomyModel::open(*bundle, "cpu").status().message(), HasSubstr("no segmenter"));
  EXPECT_THAT(Model::open(*bundle, {}).status().message(), HasSubstr("no image encoder"));
}

}  // namespace
}  // namespace hilum::runtime
