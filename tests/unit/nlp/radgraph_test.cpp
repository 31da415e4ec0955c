#include "nlp/radgraph/radgraph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "nlp/facts/see.h"
#include "nlp/radgraph/words.h"
#include "nlp/words/clean.h"

namespace hilum::nlp {
namespace {

using testing::ElementsAre;

constexpr const char* kDygie =
    R"({"doc_key":"p1_s1","sentences":[["Heart","size","is","normal",".","No","effusion","."]],)"
    R"("predicted_ner":[[[0,0,"ANAT-DP",12.1,0.99],[1,1,"ANAT-DP",9.8,0.99],[3,3,"OBS-DP",11.0,0.99],[6,6,"OBS-DA",10.7,0.99]]],)"
    R"("predicted_relations":[[[3,3,0,0,"located_at",8.0,0.97],[3,3,2,2,"modify",1.0,0.5]]]})";

constexpr const char* kPackage =
    R"({"text":"heart size is normal .","entities":{"1":{"tokens":"heart","label":"Anatomy::definitely present",)"
    R"("start_ix":0,"end_ix":0,"relations":[]},"2":{"tokens":"normal","label":"Observation::definitely absent",)"
    R"("start_ix":3,"end_ix":3,"relations":[["located_at","1"],["modify","9"]]}},"data_source":null,"data_split":"inference"})";

Result<std::vector<RadGraph>> read(const std::string& text) {
  const auto value = parse_json(text);
  EXPECT_TRUE(value.is_ok()) << text;
  return graphs_from_json(*value, "line-1");
}

TEST(RadGraph, ReadsDygieDocuments) {
  const auto graphs = read(kDygie);
  ASSERT_TRUE(graphs.is_ok()) << graphs.status().message();
  ASSERT_EQ(graphs->size(), 1u);
  const RadGraph& graph = graphs->front();
  EXPECT_EQ(graph.key, "p1_s1");
  ASSERT_EQ(graph.entities.size(), 4u);
  EXPECT_EQ(entity_label(graph.entities[3]), "OBS-DA");
  ASSERT_EQ(graph.entities[2].relations.size(), 1u) << "a relation to no entity is dropped";
  EXPECT_EQ(graph.entities[2].relations[0].target, 0u);
}

TEST(RadGraph, ReadsThePackagesShapes) {
  for (const std::string& text : {std::string(kPackage), R"({"0":)" + std::string(kPackage) + "}",
                                  R"({"_meta":{"a":1},"s5":{"0":)" + std::string(kPackage) + "}}"}) {
    const auto graphs = read(text);
    ASSERT_TRUE(graphs.is_ok()) << graphs.status().message();
    ASSERT_EQ(graphs->size(), 1u);
    EXPECT_EQ(entity_label(graphs->front().entities[1]), "OBS-DA");
    ASSERT_EQ(graphs->front().entities[1].relations.size(), 1u);
    EXPECT_EQ(factual_sentences(graphs->front(), SeeMode::kFixed),
              std::vector<std::string>({"no heart normal"}));
  }
  EXPECT_EQ(read(R"({"s5":{"0":)" + std::string(kPackage) + "}}")->front().key, "s5");
}

TEST(RadGraph, WritesWhatItReads) {
  const auto graph = read(kPackage);
  const Json out = graph_to_json(graph->front());
  const auto again = graphs_from_json(out, "x");
  ASSERT_TRUE(again.is_ok());
  EXPECT_EQ(graph_to_json(again->front()), out);
  EXPECT_EQ(out["entities"]["2"]["relations"][0][1], "1");
  EXPECT_EQ(out["entities"]["2"]["tokens"], "normal");
}

TEST(RadGraph, LabelsOfXl) {
  EntityKind kind = EntityKind::kObservation;
  EntityAssertion assertion = EntityAssertion::kPresent;
  ASSERT_TRUE(parse_label("Anatomy::uncertain", kind, assertion).is_ok());
  EXPECT_EQ(kind, EntityKind::kAnatomy);
  EXPECT_EQ(assertion, EntityAssertion::kUncertain);
  ASSERT_TRUE(parse_label("Observation::measurement::definitely absent", kind, assertion).is_ok());
  EXPECT_EQ(kind, EntityKind::kObservation);
  EXPECT_EQ(assertion, EntityAssertion::kAbsent);
  EXPECT_EQ(parse_label("OBS-XX", kind, assertion).code(), ErrorCode::kRecordInvalid);
}

TEST(RadGraph, HostileInputIsAnErrorThatNamesThePlace) {
  for (
      const char* text :
      {R"({"a":1})", R"([])", R"({})", R"({"sentences":[["a"]],"predicted_ner":[[[5,5,"OBS-DP"]]]})",
       R"({"sentences":[["a"]],"predicted_ner":[[[-1,0,"OBS-DP"]]]})",
       R"({"sentences":[["a"]],"predicted_ner":[[[0,0,3]]]})",
       R"({"sentences":[["a"]],"predicted_ner":[[[0,0,"FOO"]]]})", R"({"sentences":[[1]]})",
       R"({"sentences":["a"]})", R"({"sentences":[["a"]],"predicted_relations":[[[0,0,0,0,"near"]]]})",
       R"({"sentences":[["a"]],"predicted_ner":7})", R"({"text":"a","entities":{"1":{"label":"OBS-DP"}}})",
       R"({"text":"a","entities":{"1":{"label":"OBS-DP","start_ix":0,"end_ix":0,"relations":[["modify"]]}}})",
       R"({"text":"","entities":{"1":{"label":"OBS-DP","start_ix":0,"end_ix":0,"relations":[]}}})"}) {
    const auto graphs = read(text);
    ASSERT_FALSE(graphs.is_ok()) << text;
    EXPECT_EQ(graphs.status().code(), ErrorCode::kRecordInvalid) << text;
    EXPECT_FALSE(graphs.status().message().empty());
  }
}

TEST(RadGraph, AnEndPastTheTokensIsReadAndCut) {
  const auto graphs =
      read(R"({"sentences":[["lung","mass"]],"predicted_ner":[[[1,18446744073709551615,"OBS-DP"]]]})");
  ASSERT_TRUE(graphs.is_ok());
  EXPECT_EQ(factual_sentences(graphs->front(), SeeMode::kFixed), std::vector<std::string>({"mass"}));
}

TEST(RadGraphWords, AsThePackageAndSeiCutThem) {
  const std::string text = "A 1.2-cm nodule (5%).\nNo effusion: see T2/T3, 3:00";
  EXPECT_THAT(radgraph_words(text, RadGraphWords::kV1),
              ElementsAre("A", "1", ".", "2-cm", "nodule", "(", "5%", ")", ".", "No", "effusion", ":", "see",
                          "T2", "/", "T3", ",", "3", ":", "00"));
  EXPECT_THAT(radgraph_words(text, RadGraphWords::kXl),
              ElementsAre("A", "1", ".", "2", "-", "cm", "nodule", "(", "5", "%).", "No", "effusion", ":",
                          "see", "T2", "/", "T3", ",", "3", ":", "00"));
  EXPECT_THAT(radgraph_words("(small). 5%, 6%. ...", RadGraphWords::kXl),
              ElementsAre("(", "small", ")", ".", "5", "%", ",", "6", "%", ".", "..."));
  EXPECT_EQ(radgraph_words(text, RadGraphWords::kSei), sei_tokens(text));
  EXPECT_EQ(radgraph_words_from_name("bert").status().code(), ErrorCode::kUsage);
}

TEST(RadGraphWords, AreFoundInTheText) {
  const std::string text = "  A 1.2-cm\tnodule (5%).\n\nNo\x0b Größe.";
  for (const char* name : {"radgraph", "radgraph-xl", "sei"}) {
    const auto words = radgraph_words(text, *radgraph_words_from_name(name));
    const auto ranges = locate_words(text, words);
    ASSERT_EQ(ranges.size(), words.size());
    for (std::size_t i = 0; i < words.size(); ++i)
      EXPECT_EQ(text.substr(ranges[i].begin, ranges[i].end - ranges[i].begin), words[i]) << name;
  }
}

}  // namespace
}  // namespace hilum::nlp
