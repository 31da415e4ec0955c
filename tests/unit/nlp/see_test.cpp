#include "nlp/facts/see.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/text/text.h"

namespace hilum::nlp {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// "small[DP] left[ANAT] effusion[DP] ." as a graph.
RadGraph graph_of(std::string_view annotated) {
  RadGraph graph;
  for (const std::string& word : split_words(annotated)) {
    const std::size_t bracket = word.find('[');
    graph.tokens.push_back(word.substr(0, bracket));
    if (bracket == std::string::npos) continue;
    GraphEntity entity;
    entity.first = entity.last = graph.tokens.size() - 1;
    const std::string label = word.substr(bracket + 1, word.size() - bracket - 2);
    EXPECT_TRUE(
        parse_label(label == "ANAT" ? "ANAT-DP" : "OBS-" + label, entity.kind, entity.assertion).is_ok());
    graph.entities.push_back(entity);
  }
  return graph;
}

std::vector<std::string> compat(std::string_view annotated) {
  return factual_sentences(graph_of(annotated), SeeMode::kSeiCompat);
}
std::vector<std::string> fixed(std::string_view annotated) {
  return factual_sentences(graph_of(annotated), SeeMode::kFixed);
}

constexpr const char* kReport =
    "Heart[ANAT] size[ANAT] is normal[DP] . There is no pleural[ANAT] effusion[DA] or pneumothorax[DA] . "
    "Possible "
    "mild[U] edema[U] in the right[ANAT] lung[ANAT] base[ANAT] .";

TEST(SeeCompat, GivesWhatTheOriginalGives) {
  EXPECT_THAT(compat(kReport), ElementsAre("Heart size normal", "no pleural effusion pneumothorax",
                                           "maybe mild edema right lung base"));
  EXPECT_THAT(compat("lungs[ANAT] clear[DP] . no effusion[DA]"), ElementsAre("lungs clear", "no effusion"));
  EXPECT_THAT(compat("It[DP] is normal . This . lungs[ANAT] clear[DP] ."), ElementsAre("lungs clear"));
  EXPECT_THAT(compat(". lungs[ANAT] clear[DP] . no effusion[DA] ."),
              ElementsAre("lungs clear", "no effusion"));
}

TEST(SeeCompat, KeepsTheDefectsOfTheOriginal) {
  EXPECT_THAT(compat("Small[DP] left[ANAT] effusion[DP] without pneumothorax[DA] ."),
              ElementsAre("no Small left effusion pneumothorax"));
  EXPECT_THAT(compat("Possible pneumonia[U] but no effusion[DA] ."), ElementsAre("maybe pneumonia effusion"));
  EXPECT_THAT(compat("lungs[ANAT] clear[DP] no effusion[DA]"), ElementsAre("no lungs clear effusion"));
}

TEST(SeeFixed, ScopesEachAssertion) {
  EXPECT_THAT(fixed("Small[DP] left[ANAT] effusion[DP] without pneumothorax[DA] ."),
              ElementsAre("Small left effusion", "no pneumothorax"));
  EXPECT_THAT(fixed("Possible pneumonia[U] but no effusion[DA] ."),
              ElementsAre("maybe pneumonia", "no effusion"));
  EXPECT_THAT(fixed("lungs[ANAT] clear[DP] no effusion[DA]"), ElementsAre("lungs clear", "no effusion"));
  EXPECT_THAT(fixed("Lungs[ANAT] clear[DP] with no pleural[ANAT] effusion[DA] ."),
              ElementsAre("Lungs clear", "no pleural effusion"));
  EXPECT_THAT(fixed("opacity[DP] in the left[ANAT] base[ANAT] may be pneumonia[U] ."),
              ElementsAre("opacity left base", "maybe pneumonia"));
}

TEST(SeeFixed, AgreesWithCompatWhereASentenceHasOneAssertion) {
  EXPECT_EQ(fixed(kReport), compat(kReport));
  EXPECT_THAT(fixed("It[DP] is normal . This . lungs[ANAT] clear[DP] ."), ElementsAre("lungs clear"));
  EXPECT_THAT(fixed(". lungs[ANAT] clear[DP] . no effusion[DA] ."),
              ElementsAre("lungs clear", "no effusion"));
}

TEST(SeeFixed, ANumberWithItsDotEndsASentence) {
  EXPECT_THAT(fixed("sternotomy[DP] in 2012. No effusion[DA] ."), ElementsAre("sternotomy", "no effusion"));
  EXPECT_THAT(compat("sternotomy[DP] in 2012. No effusion[DA] ."), ElementsAre("no sternotomy effusion"));
}

TEST(SeeFixed, ARelationDecidesWhereAnatomyBelongs) {
  RadGraph graph = graph_of("opacity[DP] , no effusion[DA] , left[ANAT] base[ANAT] .");
  graph.entities[0].relations.push_back({RelationType::kLocatedAt, 3});
  graph.entities[2].relations.push_back({RelationType::kModify, 3});
  EXPECT_THAT(factual_sentences(graph, SeeMode::kFixed), ElementsAre("opacity", "no effusion", "left base"));
}

TEST(See, NoEntitiesNoFacts) {
  EXPECT_THAT(compat("nothing here ."), IsEmpty());
  EXPECT_THAT(fixed(""), IsEmpty());
}

TEST(See, PunctuationAndQuotesAreNotWords) {
  EXPECT_THAT(compat("\"lungs\"[ANAT] -[DP] 'clear'[DP] ."), ElementsAre("lungs clear"));
  EXPECT_THAT(fixed("\"lungs\"[ANAT] -[DP] 'clear'[DP] ."), ElementsAre("lungs clear"));
}

GraphEntity span(std::size_t first, std::size_t last) {
  GraphEntity entity;
  entity.first = first;
  entity.last = last;
  return entity;
}

TEST(See, OverlappingSpans) {
  RadGraph graph;
  graph.tokens = split_words("right lower lobe opacity . no effusion .");
  graph.entities = {span(0, 1), span(1, 3), span(2, 2), span(5, 4), span(6, 6)};
  EXPECT_THAT(kept_entities(graph), ElementsAre(1, 4)) << "the longer one wins; a reversed span is none";
  graph.entities = {span(3, 5), span(3, 3), span(6, 6)};
  EXPECT_THAT(kept_entities(graph), ElementsAre(1, 2))
      << "one that crosses a sentence gives way to one that does not";
  graph.entities = {span(3, 3), span(3, 5)};
  EXPECT_THAT(kept_entities(graph), ElementsAre(0)) << "and never replaces one";
}

TEST(See, AnEntityAcrossTheEndIsCut) {
  RadGraph graph;
  graph.tokens = split_words("lobe opacity . Effusion .");
  graph.entities = {span(0, 0), span(1, 3)};
  EXPECT_THAT(factual_sentences(graph, SeeMode::kSeiCompat), ElementsAre("lobe opacity"));
  EXPECT_THAT(factual_sentences(graph, SeeMode::kFixed), ElementsAre("lobe opacity"));
}

TEST(See, Names) {
  EXPECT_EQ(*see_mode_from_name("sei-compat"), SeeMode::kSeiCompat);
  EXPECT_EQ(see_mode_from_name("SEI").status().code(), ErrorCode::kUsage);
}

}  // namespace
}  // namespace hilum::nlp
