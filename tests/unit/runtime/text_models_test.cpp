// The text encoder and the sentence labeler of the bundle whose answers are known.
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "hilum/json.h"

#include "core/files/file.h"
#include "runtime/models/sentence_label_model.h"
#include "runtime/models/text_encoder_model.h"
#include "source_dir.h"

namespace hilum::runtime {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string kBundles = source_dir() + "/tests/data/bundles/";

Bundle bundle_of(const std::string& name) {
  auto bundle = Bundle::open(kBundles + name);
  EXPECT_TRUE(bundle.is_ok()) << bundle.status().message();
  return bundle.take();
}

// What scripts/goldens/tiny_bundles.py gives a token, made one long.
std::vector<float> known(std::int64_t id) {
  std::vector<float> v = {static_cast<float>(id % 3 - 1), static_cast<float>(id % 5 - 2),
                          static_cast<float>(id * id % 7), 1};
  float squares = 0;
  for (const float x : v) squares += x * x;
  for (float& x : v) x /= std::sqrt(squares);
  return v;
}

TEST(TextEncoderModel, TokenVectorsDoNotDependOnTheBatch) {
  const auto model = TextEncoderModel::open(bundle_of("tiny-texts"), {});
  ASSERT_TRUE(model.is_ok()) << model.status().message();
  std::vector<std::string> texts = {"heart is clear", "", " \n effusion ", "no \xff effusion"};
  for (int i = 0; i < 70; ++i) texts.push_back("clear " + std::to_string(i));
  texts.push_back("heart is clear . heart is clear . heart is clear . heart is clear .");
  const auto all = (*model)->tokens(texts);
  const auto ids = (*model)->ids(texts);
  ASSERT_TRUE(all.is_ok() && ids.is_ok()) << all.status().message();
  ASSERT_EQ(all->size(), texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const TokenVectors& text = (*all)[i];
    EXPECT_EQ(text.ids, (*ids)[i]);
    EXPECT_TRUE((*model)->marks_an_end(text.ids.front()) && (*model)->marks_an_end(text.ids.back()));
    ASSERT_EQ(text.vectors.size(), text.ids.size() * 4);
    EXPECT_EQ(text.cut, i + 1 == texts.size());
    for (std::size_t t = 0; t < text.ids.size(); ++t) {
      const std::vector<float> expected = known(text.ids[t]);
      for (std::size_t d = 0; d < 4; ++d) EXPECT_NEAR(text.vectors[t * 4 + d], expected[d], 1e-6) << i;
    }
  }
  EXPECT_EQ((*all)[0].ids.size(), 5u);
  EXPECT_EQ((*all)[1].ids.size(), 2u) << "an empty text has begin and end";
  EXPECT_EQ(all->back().ids.size(), 16u);
  EXPECT_TRUE((*model)->tokens({}).is_ok());
}

TEST(TextEncoderModel, PooledVectorsHaveLengthOne) {
  const auto model = TextEncoderModel::open(bundle_of("tiny-texts"), {});
  ASSERT_TRUE(model.is_ok()) << model.status().message();
  const auto vectors = (*model)->pooled({"heart", "heart is clear", ""});
  ASSERT_TRUE(vectors.is_ok()) << vectors.status().message();
  for (const TextVector& text : *vectors) {
    float squares = 0;
    for (const float x : text.vector) squares += x * x;
    EXPECT_NEAR(squares, 1, 1e-5);
  }
  EXPECT_NE((*vectors)[0].vector, (*vectors)[1].vector);
}

TEST(SentenceLabelModel, SaysWhichWordsStandThere) {
  const auto model = SentenceLabelModel::open(bundle_of("tiny-texts"), {});
  ASSERT_TRUE(model.is_ok()) << model.status().message();
  const auto labels = (*model)->run({"heart and effusion", "clear", "no pneumothorax .", ""});
  ASSERT_TRUE(labels.is_ok()) << labels.status().message();
  EXPECT_THAT((*labels)[0].labels, ElementsAre(0, 2));
  EXPECT_TRUE((*labels)[1].labels.empty() && (*labels)[3].labels.empty());
  EXPECT_THAT((*labels)[2].labels, ElementsAre(1));
}

TEST(TextModels, ABundleWithoutTheRoleOrItsDescriptionIsNamed) {
  EXPECT_THAT(TextEncoderModel::open(bundle_of("tiny-radgraph"), {}).status().message(),
              HasSubstr("text_encoding"));
  EXPECT_THAT(TextEncoderModel::open(bundle_of("tiny-chexbert"), {}).status().message(),
              HasSubstr("text_encoder"));
  EXPECT_THAT(SentenceLabelModel::open(bundle_of("tiny-chexbert"), {}).status().message(),
              HasSubstr("sentence_labeler"));
}

TEST(TextModels, WrongManifestsNameTheField) {
  const auto parse = [](const char* path, Json value) {
    auto manifest = read_json_file(kBundles + "tiny-texts/manifest.json", 1u << 20);
    EXPECT_TRUE(manifest.is_ok());
    set_path(*manifest, path, std::move(value));
    return parse_manifest(manifest->dump()).status();
  };
  EXPECT_TRUE(parse("name", "other").is_ok());
  for (const auto& [path, value, field] :
       {std::tuple<const char*, Json, const char*>("text_encoding.pooling", "best", "text_encoding.pooling"),
        {"text_encoding.max_tokens", 2, "text_encoding.max_tokens"},
        {"text_encoding.baseline", Json::object(), "text_encoding.baseline.precision"},
        {"text_encoding.baseline.f1", 1, "text_encoding.baseline.f1"},
        {"sentence_labels.labels", Json::array(), "sentence_labels.labels"},
        {"sentence_labels.threshold", 2, "sentence_labels.threshold"},
        {"sentence_labels", nullptr, "sentence_labels"},
        {"tokenizer.bos", -1, "tokenizer"}}) {
    const Status status = parse(path, value);
    EXPECT_EQ(status.code(), ErrorCode::kBundleInvalid) << path;
    EXPECT_THAT(status.message(), HasSubstr(field)) << path;
  }
}

}  // namespace
}  // namespace hilum::runtime
