// The role table: the committed bundles, the manifest's check and the documentation agree with it.
#include <filesystem>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/files/file.h"
#include "core/text/text.h"
#include "runtime/roles/anatomy.h"
#include "runtime/roles/entities.h"
#include "runtime/roles/role.h"
#include "source_dir.h"

namespace hilum::runtime {
namespace fs = std::filesystem;
namespace {

using testing::HasSubstr;

// The manifests of the tests' bundles and of the shipped models.
std::vector<Json> committed_manifests() {
  std::vector<Json> manifests;
  for (const char* folder : {"/tests/data/bundles", "/models"}) {
    for (const auto& entry : fs::directory_iterator(source_dir() + folder)) {
      auto manifest = read_json_file((entry.path() / "manifest.json").string(), kMaxManifestBytes);
      if (manifest) manifests.push_back(manifest.take());
    }
  }
  return manifests;
}

Json manifest_with(const std::string& role) {
  for (Json& manifest : committed_manifests()) {
    for (const Json& file : manifest["files"]) {
      if (file["role"] == role) return manifest;
    }
  }
  return nullptr;
}

Status parse_status(const Json& manifest) { return parse_manifest(manifest.dump()).status(); }

TEST(Roles, EveryRowIsComplete) {
  std::set<std::string> names;
  for (const Role& role : roles()) {
    EXPECT_TRUE(names.insert(role.name).second) << role.name;
    EXPECT_EQ(find_role(role.name), &role);
    EXPECT_STRNE(role.does, "") << role.name;
    EXPECT_STRNE(role.used_by, "") << role.name;
    ASSERT_FALSE(role.methods.empty()) << role.name;
    for (const Method& method : role.methods) {
      EXPECT_FALSE(method.takes.empty()) << role.name;
      EXPECT_FALSE(method.returns.empty()) << role.name;
    }
    for (const char* other : role.with) EXPECT_NE(find_role(other), nullptr) << other;
  }
  EXPECT_EQ(find_role("tokenizer"), nullptr);
}

TEST(Roles, EveryModuleOfTheCommittedBundlesHasARow) {
  std::set<std::string> seen;
  for (const Json& manifest : committed_manifests()) {
    EXPECT_TRUE(parse_status(manifest).is_ok()) << parse_status(manifest).message();
    for (const Json& file : manifest["files"]) {
      if (!ends_with(file["path"].get<std::string>(), ".pt")) continue;
      const std::string role = file["role"];
      EXPECT_NE(find_role(role), nullptr) << manifest["name"] << " " << role;
      seen.insert(role);
    }
  }
  for (const Role& role : roles()) EXPECT_EQ(seen.count(role.name), 1u) << role.name << " is in no bundle";
}

TEST(Roles, WhatARoleNeedsIsAskedFor) {
  for (const Role& role : roles()) {
    for (const char* key : role.needs) {
      Json manifest = manifest_with(role.name);
      manifest.erase(key);
      const Status status = parse_status(manifest);
      EXPECT_EQ(status.code(), ErrorCode::kBundleInvalid) << role.name << " " << key;
      EXPECT_THAT(status.message(), HasSubstr(std::string("'") + key + "'"));
    }
    for (const char* other : role.with) {
      Json manifest = manifest_with(role.name);
      for (Json& file : manifest["files"]) {
        if (file["role"] == other) file["role"] = "something else";
      }
      const Status status = parse_status(manifest);
      EXPECT_EQ(status.code(), ErrorCode::kBundleInvalid) << role.name << " " << other;
      EXPECT_THAT(status.message(), HasSubstr(other));
    }
  }
}

TEST(Roles, AFileOfAnotherRoleIsOnlyChecked) {
  Json manifest = manifest_with("decoder");
  for (const char* path : {"one.bin", "two.bin"}) {
    Json file = manifest["files"][0];
    file["path"] = path;
    file["role"] = "denoiser";
    manifest["files"].push_back(file);
  }
  EXPECT_TRUE(parse_status(manifest).is_ok()) << parse_status(manifest).message();
  manifest["files"].back()["role"] = "decoder";
  EXPECT_THAT(parse_status(manifest).message(), HasSubstr("taken once"));
}

TEST(Roles, AModelIsFoundByTheRolesItRuns) {
  const auto parsed = parse_manifest(manifest_with("segmenter").dump());
  ASSERT_TRUE(parsed.is_ok());
  EXPECT_TRUE(has_role_of(*parsed, RunBy::kAnatomyModel));
  EXPECT_FALSE(has_role_of(*parsed, RunBy::kReportModel));
  EXPECT_FALSE(has_role_of(Manifest(), RunBy::kTextModel));
}

TEST(Roles, PartsOfTheManifestComeWithTheirKind) {
  const auto anatomy = parse_manifest(manifest_with("segmenter").dump());
  ASSERT_TRUE(anatomy.is_ok());
  EXPECT_FALSE(maps_of(*anatomy).empty());
  EXPECT_EQ(anatomy->part<EntitySpec>(), nullptr);
  EXPECT_TRUE(maps_of(Manifest()).empty());
  const auto entities = parse_manifest(manifest_with("span_scorer").dump());
  ASSERT_TRUE(entities.is_ok());
  ASSERT_NE(entities->part<EntitySpec>(), nullptr);
  EXPECT_EQ(entities->part<EntitySpec>()->relations.size(), 3u);
}

TEST(Roles, TheDocumentationHasTheTable) {
  const auto page = read_file(source_dir() + "/docs/bundles.md", 1u << 20);
  ASSERT_TRUE(page.is_ok());
  EXPECT_THAT(*page, HasSubstr(roles_markdown())) << "put in what `hilum model roles --markdown` prints";
}

}  // namespace
}  // namespace hilum::runtime
