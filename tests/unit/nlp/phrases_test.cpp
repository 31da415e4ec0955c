#include "nlp/words/phrases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hilum::nlp {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// "phrase id:matched text" of every match.
std::vector<std::string> found(const std::vector<std::string>& phrases, std::string_view text) {
  PhraseMatcher matcher;
  for (std::uint32_t i = 0; i < phrases.size(); ++i) EXPECT_TRUE(matcher.add(phrases[i], i).is_ok());
  std::vector<std::string> out;
  const SplitText split = split_sentences(text);
  Words words;
  for (const Sentence& sentence : split.sentences) {
    matcher.read(text, split, sentence, words);
    std::vector<PhraseMatch> matches;
    matcher.find(words, matches);
    for (const PhraseMatch& m : matches) {
      const std::size_t begin = split.tokens[words.tokens[m.first]].begin;
      const std::size_t end = split.tokens[words.tokens[m.last]].end;
      out.push_back(std::to_string(m.id) + ":" + std::string(text.substr(begin, end - begin)));
    }
  }
  return out;
}

TEST(Phrases, WordsStemsAndHyphens) {
  EXPECT_THAT(found({"air space", "opaci*"}, "Air-space Opacity, OPACITIES."),
              ElementsAre("0:Air-space", "1:Opacity", "1:OPACITIES"));
  EXPECT_THAT(found({"mass"}, "massive"), IsEmpty());
}

TEST(Phrases, ChoicesAndOptionalWords) {
  EXPECT_THAT(found({"heart|cardiac overall? size"}, "Heart size. Cardiac overall size. Overall size."),
              ElementsAre("0:Heart size", "0:Cardiac overall size"));
}

TEST(Phrases, GapsDoNotCrossPunctuation) {
  EXPECT_THAT(found({"collapse ~2 lobe", ","}, "collapse of the lobe"),
              ElementsAre("0:collapse of the lobe"));
  EXPECT_THAT(found({"collapse ~2 lobe"}, "collapse of the upper lobe"), IsEmpty());
  EXPECT_THAT(found({"collapse ~2 lobe", ","}, "collapse, lobe"), ElementsAre("1:,"));
}

TEST(Phrases, ShorterMatchesAreReportedToo) {
  EXPECT_THAT(found({"no", "no evidence of"}, "No evidence of it"), ElementsAre("0:No", "1:No evidence of"));
}

TEST(Phrases, BadPhrasesAreRefused) {
  PhraseMatcher matcher;
  for (const char* bad : {"", " ", "~2", "a ~2", "~2 a", "a||b", "a?"}) {
    EXPECT_EQ(matcher.add(bad, 0).code(), ErrorCode::kConfig) << bad;
  }
  EXPECT_EQ(matcher.add("a? b? c? d? e? f? g? h? i? j? k? l? m? n", 0).code(), ErrorCode::kConfig);
}

}  // namespace
}  // namespace hilum::nlp
