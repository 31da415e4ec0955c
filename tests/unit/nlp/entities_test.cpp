#include "nlp/entities/entities.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "source_dir.h"

namespace hilum::nlp {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const EntityExtractor& extractor() {
  static const auto* const loaded =
      new Result<EntityExtractor>(EntityExtractor::load(source_dir() + "/configs/lexicon"));
  EXPECT_TRUE(loaded->is_ok()) << loaded->status().message();
  return loaded->value();
}

std::vector<std::string> facts(std::string_view text) {
  return factual_sentences(extractor().extract(text).graph, SeeMode::kFixed);
}

// "effusion OBS-DA" for each entity.
std::vector<std::string> entities(std::string_view text) {
  const ExtractedReport report = extractor().extract(text);
  std::vector<std::string> out;
  for (const GraphEntity& entity : report.graph.entities) {
    out.push_back(entity_text(report.graph, entity) + " " + entity_label(entity));
  }
  return out;
}

// "small modify effusion" for each relation.
std::vector<std::string> relations(std::string_view text) {
  const RadGraph graph = extractor().extract(text).graph;
  std::vector<std::string> out;
  for (const GraphEntity& entity : graph.entities) {
    for (const GraphRelation& relation : entity.relations) {
      out.push_back(entity_text(graph, entity) + " " + std::string(relation_name(relation.type)) + " " +
                    entity_text(graph, graph.entities[relation.target]));
    }
  }
  return out;
}

TEST(Entities, PresentAndAbsentInOneSentence) {
  EXPECT_THAT(entities("Small left effusion without pneumothorax."),
              ElementsAre("Small OBS-DP", "left ANAT-DP", "effusion OBS-DP", "pneumothorax OBS-DA"));
  EXPECT_THAT(facts("Small left effusion without pneumothorax."),
              ElementsAre("Small left effusion", "no pneumothorax"));
}

TEST(Entities, NegationReachesOverAListAndNoFurther) {
  EXPECT_THAT(facts("No focal consolidation, pneumothorax, or effusion is seen."),
              ElementsAre("no focal consolidation pneumothorax effusion"));
  EXPECT_THAT(facts("No pneumothorax, heart size is normal."),
              ElementsAre("no pneumothorax", "heart size normal"));
  EXPECT_THAT(facts("No effusion is seen and the heart is enlarged."),
              ElementsAre("no effusion", "heart enlarged"));
  EXPECT_THAT(facts("No cardiomegaly but with small effusion."),
              ElementsAre("no cardiomegaly", "small effusion"));
  EXPECT_THAT(facts("No acute infiltrate; however, chronic changes persist."),
              ElementsAre("no acute infiltrate", "chronic changes persist"));
}

TEST(Entities, NegationAfterwards) {
  EXPECT_THAT(facts("Pneumothorax is not seen."), ElementsAre("no Pneumothorax"));
  EXPECT_THAT(facts("The lungs are clear, pneumothorax is not seen."),
              ElementsAre("lungs clear", "no pneumothorax"));
  EXPECT_THAT(facts("The effusion has resolved."), ElementsAre("no effusion", "resolved"));
  EXPECT_THAT(facts("Interval resolution of the effusion."), ElementsAre("resolution", "no effusion"));
}

TEST(Entities, NoChangeDoesNotDenyWhatHasNotChanged) {
  EXPECT_THAT(facts("No change in the small left pleural effusion."),
              ElementsAre("no change", "small left pleural effusion"));
}

TEST(Entities, Uncertainty) {
  EXPECT_THAT(facts("Opacity may represent atelectasis, pneumonia, or scarring."),
              ElementsAre("Opacity", "maybe atelectasis pneumonia scarring"));
  EXPECT_THAT(facts("Possible mild edema, small effusions."),
              ElementsAre("maybe mild edema", "small effusions"));
  EXPECT_THAT(facts("Pneumonia cannot be excluded."), ElementsAre("maybe Pneumonia"));
  EXPECT_THAT(facts("Atelectasis versus pneumonia."), ElementsAre("maybe Atelectasis pneumonia"));
  EXPECT_THAT(facts("No opacity to suggest pneumonia."), ElementsAre("no opacity pneumonia"));
  EXPECT_THAT(facts("Possible pneumonia but no effusion."), ElementsAre("maybe pneumonia", "no effusion"));
}

TEST(Entities, Relations) {
  EXPECT_THAT(relations("Patchy opacity in the left base suggests pneumonia."),
              ElementsAre("Patchy modify opacity", "opacity located_at base",
                          "opacity suggestive_of pneumonia", "left modify base"));
  EXPECT_THAT(relations("The heart is mildly enlarged."),
              ElementsAre("mildly modify enlarged", "enlarged located_at heart"));
  EXPECT_THAT(relations("The lungs are clear and the tube is unchanged."),
              ElementsAre("clear located_at lungs", "unchanged modify tube"));
}

TEST(Entities, MeasurementsLevelsAndHyphens) {
  EXPECT_THAT(entities("A 2.3 x 1.2 cm nodule, 8-mm in 2012."),
              ElementsAre("2.3 x 1.2 cm OBS-DP", "nodule OBS-DP", "8-mm OBS-DP"));
  EXPECT_THAT(entities("T12 and 4th rib"), ElementsAre("T12 ANAT-DP", "4th ANAT-DP", "rib ANAT-DP"));
  EXPECT_THAT(entities("Right-sided air-space disease; well-expanded lungs"),
              ElementsAre("Right-sided ANAT-DP", "air-space ANAT-DP", "disease OBS-DP",
                          "well-expanded OBS-DP", "lungs ANAT-DP"));
}

TEST(Entities, ViewsAndComparisonsAreNotFindings) {
  EXPECT_THAT(entities("PA and lateral views of the chest were obtained. Prior study is not available."),
              IsEmpty());
}

TEST(Entities, PlacesInTheText) {
  const std::string text = "Lungs clear.\n\nNo  effusion";
  const ExtractedReport report = extractor().extract(text);
  ASSERT_EQ(report.graph.entities.size(), 3u);
  const ByteRange range = report.token_bytes[report.graph.entities[2].first];
  EXPECT_EQ(text.substr(range.begin, range.end - range.begin), "effusion");
  EXPECT_THAT(report.sentence_of, ElementsAre(0, 0, 1));
  EXPECT_EQ(report.roles[1], TermRole::kNormal);
  const Json json = entities_json(report, SeeMode::kFixed);
  EXPECT_EQ(json["items"][2]["begin"], 18);
  EXPECT_EQ(json["facts"], Json({"Lungs clear", "no effusion"}));
}

TEST(Entities, SentencesEndWithoutAFullStop) {
  EXPECT_THAT(facts("No effusion\n\nHeart enlarged"), ElementsAre("no effusion", "Heart enlarged"));
  EXPECT_THAT(facts("1. No acute disease\n2. Stable cardiomegaly"),
              ElementsAre("no acute disease", "Stable cardiomegaly"));
}

TEST(Entities, AnyBytes) {
  EXPECT_THAT(entities(""), IsEmpty());
  EXPECT_THAT(entities(" \n\t"), IsEmpty());
  EXPECT_THAT(entities("effusion"), ElementsAre("effusion OBS-DP"));
  EXPECT_THAT(entities(std::string("\xff\xfe \0 effusion \x80", 15)), ElementsAre("effusion OBS-DP"));
  EXPECT_THAT(entities("--- - / , . ; : ( ) -no- cm 3"), IsEmpty());
  EXPECT_EQ(entities(std::string(10u << 20, 'a')).size(), 0u);
}

TEST(Entities, GraphSurvivesThePackagesShape) {
  ExtractedReport report = extractor().extract("Small left effusion without pneumothorax.");
  const auto read = graphs_from_json(graph_to_json(report.graph), "x");
  ASSERT_TRUE(read.is_ok()) << read.status().message();
  EXPECT_EQ(graph_to_json(read->front()), graph_to_json(report.graph));
}

TEST(Entities, AFolderWithoutLexiconsIsAnError) {
  EXPECT_EQ(EntityExtractor::load("/nonexistent").status().code(), ErrorCode::kFileNotFound);
}

}  // namespace
}  // namespace hilum::nlp
