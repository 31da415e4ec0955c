#include "hilum/bundle.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/files/file.h"
#include "runtime/roles/report_roles.h"
#include "runtime/tokenizers/tokenizer_spec.h"
#include "source_dir.h"

namespace hilum::runtime {
namespace fs = std::filesystem;
namespace {

using testing::HasSubstr;

const std::string kTiny = source_dir() + "/tests/data/bundles/tiny-wordlevel";

Json tiny_manifest() { return read_json_file(kTiny + "/manifest.json", 1u << 20).take(); }

Status parse_status(const Json& manifest) { return parse_manifest(manifest.dump()).status(); }

// A copy of the tiny bundle that a test may damage.
class BundleCopy : public testing::Test {
 protected:
  BundleCopy() : folder_(fs::temp_directory_path() / ("hilum_bundle_" + std::to_string(::getpid()))) {
    fs::remove_all(folder_);
    fs::copy(kTiny, folder_, fs::copy_options::recursive);
  }
  ~BundleCopy() override { fs::remove_all(folder_); }
  std::string folder() const { return folder_.string(); }
  void write(const std::string& name, const std::string& bytes) {
    std::ofstream(folder_ / name, std::ios::binary) << bytes;
  }
  fs::path folder_;
};

TEST(Manifest, ReadsTheTinyBundles) {
  for (const char* name : {"tiny-sentencepiece", "tiny-wordlevel", "tiny-bpe"}) {
    const auto bundle = Bundle::open(source_dir() + "/tests/data/bundles/" + name);
    ASSERT_TRUE(bundle.is_ok()) << bundle.status().message();
    EXPECT_EQ(bundle->manifest().name, name);
    EXPECT_TRUE(bundle->verify().is_ok());
    EXPECT_THAT(bundle->identity(), HasSubstr(std::string(name) + "@sha256:"));
  }
}

TEST(Manifest, ViewsAndTextsOfPublishedModels) {
  Json manifest = tiny_manifest();
  manifest["views"] = {{"unknown", 4}, {"PA", 1}, {"Lateral", 2}};
  manifest["text_inputs"] = {
      {"indication", {{"clean", "sei"}}},
      {"similar", {{"prefix", {1}}, {"suffix", {2}}, {"facts", true}, {"separator", {5, 6}}}}};
  manifest["decode"]["trigram_penalty"] = 1.386;
  const auto parsed = parse_manifest(manifest.dump());
  ASSERT_TRUE(parsed.is_ok()) << parsed.status().message();
  EXPECT_EQ(conditioner_of(*parsed).view_row("pa"), 1);
  EXPECT_EQ(conditioner_of(*parsed).view_row("LATERAL"), 2);
  EXPECT_EQ(conditioner_of(*parsed).view_row("oblique"), 4);
  EXPECT_TRUE(conditioner_of(*parsed).texts.at("indication").clean_indication);
  EXPECT_FALSE(conditioner_of(*parsed).texts.at("indication").facts);
  EXPECT_TRUE(conditioner_of(*parsed).texts.at("similar").facts);
  EXPECT_THAT(conditioner_of(*parsed).texts.at("similar").separator, testing::ElementsAre(5, 6));
  EXPECT_EQ(parsed->decode.trigram_penalty, 1.386);
  for (const auto& [path, value] : {std::pair<const char*, Json>{"views.PA", -1},
                                    {"views.PA", "one"},
                                    {"views", Json::array()},
                                    {"text_inputs.similar.separator", -1},
                                    {"text_inputs.similar.facts", "yes"},
                                    {"text_inputs.indication.clean", "mine"},
                                    {"decode.trigram_penalty", -1}}) {
    Json broken = manifest;
    set_path(broken, path, value);
    EXPECT_EQ(parse_status(broken).code(), ErrorCode::kBundleInvalid) << path;
  }
}

TEST(Manifest, ItsOwnIndexIsAmongItsFiles) {
  Json manifest = tiny_manifest();
  EXPECT_EQ(parse_manifest(manifest.dump())->part<SimilarCasesSpec>(), nullptr);
  manifest["similar_cases"] = {{"index", "index"}, {"top", 5}};
  EXPECT_EQ(parse_status(manifest).code(), ErrorCode::kBundleInvalid);
  EXPECT_THAT(parse_status(manifest).message(), HasSubstr("similar_cases.index"));
  Json file = manifest["files"][0];
  file["path"] = "index/manifest.json";
  file["role"] = "index";
  manifest["files"].push_back(file);
  const auto parsed = parse_manifest(manifest.dump());
  ASSERT_TRUE(parsed.is_ok()) << parsed.status().message();
  EXPECT_EQ(parsed->part<SimilarCasesSpec>()->index, "index");
  EXPECT_EQ(parsed->part<SimilarCasesSpec>()->top, 5);
  for (const auto& [path, value] : {std::pair<const char*, Json>{"similar_cases.index", "../index"},
                                    {"similar_cases.top", 0},
                                    {"similar_cases", "index"}}) {
    Json broken = manifest;
    set_path(broken, path, value);
    EXPECT_EQ(parse_status(broken).code(), ErrorCode::kBundleInvalid) << path;
  }
}

TEST(Manifest, ANewerFormatIsRefusedWithBothVersions) {
  Json manifest = tiny_manifest();
  manifest["format_version"] = 7;
  manifest["files"] = "of a kind this version does not know";
  const Status status = parse_status(manifest);
  EXPECT_EQ(status.code(), ErrorCode::kBundleTooNew);
  EXPECT_THAT(status.message(), HasSubstr("version 7"));
  EXPECT_THAT(status.message(), HasSubstr("up to 1"));
}

TEST(Manifest, PathsThatLeaveTheFolderAreRefused) {
  for (const char* path : {"/etc/passwd", "../x.pt", "a/../../x.pt", "a//b", "./a", "", "a\\b"}) {
    Json manifest = tiny_manifest();
    manifest["files"][0]["path"] = path;
    const Status status = parse_status(manifest);
    EXPECT_EQ(status.code(), ErrorCode::kBundleInvalid) << path;
    EXPECT_THAT(status.message(), HasSubstr("files.0.path"));
  }
}

TEST(Manifest, WrongFieldsAreNamed) {
  const std::vector<std::pair<std::string, Json>> wrong = {
      {"name", 3},
      {"name", "../evil"},
      {"format", "other"},
      {"format_version", 1.5},
      {"labels", Json::array({Json{{"name", ""}}})},
      {"labels", Json::array({Json{{"name", "A"}, {"threshold", 2}}})},
      {"maps", Json::array({Json{{"name", ""}}})},
      {"maps", Json::array({Json{{"name", "heart"}, {"kind", "shape"}}})},
      {"maps", Json::array({Json{{"name", "heart"}}, Json{{"name", "heart"}}})},
      {"landmarks", "carina"},
      {"labels", Json::array({Json{{"name", "A"}}, Json{{"name", "A"}}})},
      {"tokenizer", Json{{"type", "magic"}}},
      {"tokenizer", Json{{"type", "bpe"}, {"file", "absent.json"}, {"bos", 1}, {"eos", 2}}},
      {"tokenizer", nullptr},
      {"decode", Json{{"beam", 0}}},
      {"decode", Json{{"scoring", "best"}}},
      {"decode", Json{{"max_tokens", 5}, {"min_tokens", 5}}},
      {"conditioner_inputs", "anchor"},
      {"memory_layout", Json::array({Json{{"input", "anchor"}, {"rows", 10}, {"grid", {3, 3}}}})},
      {"selftest", Json{{"cases", Json::array({Json{{"image", "/abs.png"}}})}}},
      {"text_inputs", Json{{"indication", Json{{"prefix", {1, 2}}, {"max_tokens", 2}}}}},
      {"files", Json::array()},
      {"preprocess", Json{{"steps", Json::array({Json{{"op", "sharpen"}}})}}}};
  for (const auto& [key, value] : wrong) {
    Json manifest = tiny_manifest();
    manifest[key] = value;
    EXPECT_EQ(parse_status(manifest).code(), ErrorCode::kBundleInvalid) << key << " " << value.dump();
  }
  Json manifest = tiny_manifest();
  manifest["files"][0]["sha256"] = "ABC";
  EXPECT_THAT(parse_status(manifest).message(), HasSubstr("files.0.sha256"));
}

TEST(Manifest, HostileTextIsRefused) {
  for (const std::string& text :
       {std::string(), std::string("null"), std::string("[1,2]"), std::string("{\"format\":"),
        std::string("\xff\xfe"), std::string(100'000, '['), std::string("{\"format\":\"hilum-bundle\"}")}) {
    EXPECT_EQ(parse_manifest(text).status().code(), ErrorCode::kBundleInvalid);
  }
}

TEST(Manifest, TakesLabelsAliasesAndTheImpressionToken) {
  const auto manifest = parse_manifest(tiny_manifest().dump());
  ASSERT_TRUE(manifest.is_ok()) << manifest.status().message();
  EXPECT_EQ(manifest->labels[1].aliases, std::vector<std::string>{"Effusion"});
  EXPECT_EQ(manifest->part<TokenizerSpec>()->impression, 4);
  EXPECT_EQ(memory_layout_of(*manifest)[0].grid_width, 4);
  EXPECT_EQ(memory_layout_of(*manifest)[1].start, 16);
}

TEST_F(BundleCopy, AnAlteredFileIsNoticedBeforeItIsUsed) {
  std::string bytes = read_file(folder() + "/decoder.pt", 1u << 20).take();
  bytes[100] = static_cast<char>(bytes[100] ^ 1);
  write("decoder.pt", bytes);
  const auto bundle = Bundle::open(folder());
  ASSERT_TRUE(bundle.is_ok());
  EXPECT_EQ(bundle->verify().code(), ErrorCode::kBundleAltered);
  EXPECT_EQ(bundle->read(*bundle->manifest().file_of_role("decoder")).status().code(),
            ErrorCode::kBundleAltered);
}

TEST_F(BundleCopy, AMissingOrResizedFileIsNoticedOnOpening) {
  write("decoder.pt", "short");
  EXPECT_EQ(Bundle::open(folder()).status().code(), ErrorCode::kBundleAltered);
  fs::remove(folder_ / "decoder.pt");
  EXPECT_EQ(Bundle::open(folder()).status().code(), ErrorCode::kBundleAltered);
  EXPECT_EQ(Bundle::open(folder() + "/nowhere").status().code(), ErrorCode::kBundleMissing);
}

TEST_F(BundleCopy, ALinkThatLeavesTheFolderIsRefused) {
  fs::rename(folder_ / "decoder.pt", folder() + "_outside.pt");
  fs::create_symlink(folder() + "_outside.pt", folder_ / "decoder.pt");
  const Status status = Bundle::open(folder()).status();
  fs::remove(folder() + "_outside.pt");
  EXPECT_EQ(status.code(), ErrorCode::kBundleInvalid);
  EXPECT_THAT(status.message(), HasSubstr("link"));
}

TEST(FindBundle, ByPathByNameAndWithASuggestion) {
  EXPECT_EQ(*find_bundle(kTiny), kTiny);
  ::setenv("HILUM_MODEL_PATH", ("/nonexistent:" + source_dir() + "/tests/data/bundles").c_str(), 1);
  EXPECT_EQ(*find_bundle("tiny-wordlevel"), kTiny);
  const Status status = find_bundle("tiny-wordlvel").status();
  EXPECT_EQ(status.code(), ErrorCode::kBundleMissing);
  EXPECT_THAT(status.message(), HasSubstr("did you mean 'tiny-wordlevel'?"));
  const std::string empty = testing::TempDir() + "/hilum_no_bundle";
  fs::create_directories(empty);
  EXPECT_EQ(find_bundle(empty).status().code(), ErrorCode::kBundleMissing);
  EXPECT_GE(list_bundles().size(), 3u);
  ::unsetenv("HILUM_MODEL_PATH");
}

}  // namespace
}  // namespace hilum::runtime
