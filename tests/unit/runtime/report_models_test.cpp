// The tiny RadGraph and CheXbert against what plain PyTorch makes of the same weights.
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "hilum/json.h"

#include "core/files/file.h"
#include "core/text/text.h"
#include "runtime/models/entity_model.h"
#include "runtime/models/report_label_model.h"
#include "source_dir.h"

namespace hilum::runtime {
namespace {

using testing::HasSubstr;

const std::string kData = source_dir() + "/tests/data/";

Bundle bundle_of(const std::string& name) {
  auto bundle = Bundle::open(kData + "bundles/" + name);
  EXPECT_TRUE(bundle.is_ok()) << bundle.status().message();
  return bundle.take();
}

Json goldens() {
  auto json = read_json_file(kData + "report_models.json", 1u << 20);
  EXPECT_TRUE(json.is_ok()) << json.status().message();
  return json.take();
}

std::shared_ptr<const EntityModel> radgraph() {
  auto model = EntityModel::open(bundle_of("tiny-radgraph"), {});
  EXPECT_TRUE(model.is_ok()) << model.status().message();
  if (model) (*model)->use_threads(1);
  return model ? model.take() : nullptr;
}

TEST(EntityModel, FindsWhatPlainPyTorchFinds) {
  const auto model = radgraph();
  ASSERT_NE(model, nullptr);
  std::size_t found = 0;
  for (const Json& golden : goldens()) {
    const auto graph = model->run(golden["words"].get<std::vector<std::string>>());
    ASSERT_TRUE(graph.is_ok()) << graph.status().message();
    Json entities = Json::array();
    for (const SpanEntity& entity : graph->entities) {
      EXPECT_GT(entity.score, 0);
      EXPECT_GT(entity.probability, 0.2) << "the best of five classes";
      EXPECT_LE(entity.probability, 1);
      entities.push_back({entity.span.first, entity.span.last, entity.label});
    }
    Json relations = Json::array();
    for (const SpanRelation& relation : graph->relations) {
      relations.push_back(
          {relation.from.first, relation.from.last, relation.to.first, relation.to.last, relation.relation});
    }
    EXPECT_EQ(entities, golden["entities"]) << golden["words"];
    EXPECT_EQ(relations, golden["relations"]) << golden["words"];
    found += relations.size();
  }
  EXPECT_GT(found, 10u);
}

TEST(EntityModel, NoWordsAndTooManyWords) {
  const auto model = radgraph();
  ASSERT_NE(model, nullptr);
  const auto none = model->run({});
  ASSERT_TRUE(none.is_ok());
  EXPECT_TRUE(none->entities.empty() && none->relations.empty());
  const auto many = model->run(std::vector<std::string>(EntityModel::kMaxWords + 1, "heart"));
  EXPECT_EQ(many.status().code(), ErrorCode::kTooLarge);
  const auto nothing_known = model->run({"\xe2\x80\x8b", "\x01"});
  EXPECT_TRUE(nothing_known.is_ok()) << nothing_known.status().message();
}

TEST(ReportLabelModel, LabelsAsPlainPyTorchDoes) {
  const auto model = ReportLabelModel::open(bundle_of("tiny-chexbert"), {});
  ASSERT_TRUE(model.is_ok()) << model.status().message();
  (*model)->use_threads(1);
  for (const Json& golden : goldens()) {
    const std::string text = join(golden["words"].get<std::vector<std::string>>(), " \n ");
    bool cut = true;
    const auto classes = (*model)->run(text, cut);
    ASSERT_TRUE(classes.is_ok()) << classes.status().message();
    EXPECT_EQ(Json(*classes), golden["classes"]) << text;
    EXPECT_FALSE(cut);
  }
}

TEST(ReportLabelModel, ALongReportIsCutAndSaysSo) {
  const auto model = ReportLabelModel::open(bundle_of("tiny-chexbert"), {});
  ASSERT_TRUE(model.is_ok()) << model.status().message();
  std::string text = "no effusion .";
  for (int i = 0; i < 100; ++i) text += " heart";
  bool cut = false;
  const auto classes = (*model)->run(text, cut);
  ASSERT_TRUE(classes.is_ok()) << classes.status().message();
  EXPECT_TRUE(cut);
  EXPECT_EQ(*(*model)->run(text + " pneumonia", cut), *classes) << "what is behind the limit does not count";
  EXPECT_TRUE((*model)->run("", cut).is_ok());
  EXPECT_FALSE(cut);
}

TEST(ReportModels, ABundleWithoutTheRoleIsNamed) {
  const auto entities = EntityModel::open(bundle_of("tiny-chexbert"), {});
  EXPECT_EQ(entities.status().code(), ErrorCode::kBundleInvalid);
  EXPECT_THAT(entities.status().message(), HasSubstr("span_scorer"));
  const auto labels = ReportLabelModel::open(bundle_of("tiny-radgraph"), {});
  EXPECT_EQ(labels.status().code(), ErrorCode::kBundleInvalid);
  EXPECT_THAT(labels.status().message(), HasSubstr("report_labeler"));
}

// A copy of a bundle's manifest with one thing changed.
Status parse_with(const std::string& name, const std::string& path, Json value) {
  auto manifest = read_json_file(kData + "bundles/" + name + "/manifest.json", 1u << 20);
  EXPECT_TRUE(manifest.is_ok());
  set_path(*manifest, path, std::move(value));
  return parse_manifest(manifest->dump()).status();
}

TEST(ReportModels, ManifestsThatDoNotFitAreRefused) {
  for (const auto& [path, value] :
       std::vector<std::pair<std::string, Json>>{{"entities", nullptr},
                                                 {"entities.labels", Json::array()},
                                                 {"entities.labels", {"OBS-DP", "OBS-DP"}},
                                                 {"entities.relations", {1}},
                                                 {"entities.max_span_width", 0},
                                                 {"entities.max_tokens", 2},
                                                 {"entities.spans_per_word", -1},
                                                 {"entities.words", "characters"},
                                                 {"tokenizer", nullptr},
                                                 {"files", Json::array()}}) {
    const Status status = parse_with("tiny-radgraph", path, value);
    if (path == "files") {
      EXPECT_THAT(status.message(), HasSubstr("tokenizer.file"));
    } else {
      EXPECT_THAT(status.message(), HasSubstr(path.substr(0, path.find('.'))));
    }
    EXPECT_EQ(status.code(), ErrorCode::kBundleInvalid) << path;
  }
  for (const auto& [path, value] : std::vector<std::pair<std::string, Json>>{
           {"report_labels", nullptr},
           {"report_labels.labels", Json::array()},
           {"report_labels.labels", {{{"name", "Edema"}, {"classes", {"present"}}}}},
           {"report_labels.labels", {{{"name", "Edema"}, {"classes", Json::array()}}}}}) {
    EXPECT_EQ(parse_with("tiny-chexbert", path, value).code(), ErrorCode::kBundleInvalid) << path;
  }
}

// A bundle whose manifest says something else than its modules compute.
Result<SpanGraph> run_with_labels(const std::vector<std::string>& labels) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::path(testing::TempDir()) / "other-radgraph";
  fs::remove_all(folder);
  fs::copy(kData + "bundles/tiny-radgraph", folder);
  auto manifest = read_json_file((folder / "manifest.json").string(), 1u << 20);
  (*manifest)["entities"]["labels"] = labels;
  HILUM_RETURN_IF_ERROR(write_file((folder / "manifest.json").string(), manifest->dump()));
  HILUM_ASSIGN(const Bundle bundle, Bundle::open(folder.string()));
  HILUM_ASSIGN(const auto model, EntityModel::open(bundle, {}));
  auto graph = model->run({"no", "effusion"});
  fs::remove_all(folder);
  return graph;
}

TEST(EntityModel, ScoresOfAnotherNumberOfLabelsAreRefused) {
  EXPECT_TRUE(run_with_labels({"ANAT-DP", "OBS-DP", "OBS-DA", "OBS-U"}).is_ok());
  const auto graph = run_with_labels({"ANAT-DP", "OBS-DP", "OBS-DA"});
  EXPECT_EQ(graph.status().code(), ErrorCode::kBundleInvalid);
  EXPECT_THAT(graph.status().message(), HasSubstr("span_scorer"));
}

}  // namespace
}  // namespace hilum::runtime
