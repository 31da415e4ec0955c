#include "runtime/decoding/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "word_tokenizer.h"

namespace hilum::runtime {
namespace {

using testing::ElementsAre;

// 0 stands for the token between the sections.
PieceTokenizer tokenizer({"", " Heart", " normal", ".", " 1", " .", " 2", " cm", " nod", "ule", " Clear",
                          "!"});

Hypothesis hypothesis(std::vector<int> tokens) {
  Hypothesis h;
  h.tokens = std::move(tokens);
  for (std::size_t i = 0; i < h.tokens.size(); ++i) {
    h.logprobs.push_back(-static_cast<float>(i + 1));
    h.attention.push_back(
        std::make_shared<const std::vector<float>>(std::vector<float>{static_cast<float>(i), 1.0F}));
  }
  h.logprobs.push_back(-0.5F);
  h.ended = true;
  return h;
}

TokenizerSpec spec() {
  TokenizerSpec s;
  s.impression = 0;
  return s;
}

TEST(Report, SplitsSectionsAndSentencesWithTheirLogprob) {
  const GeneratedReport report = make_report(hypothesis({1, 2, 3, 8, 9, 3, 0, 10, 11}), tokenizer, spec());
  EXPECT_EQ(report.findings, "Heart normal. nodule.");
  EXPECT_EQ(report.impression, "Clear!");
  ASSERT_EQ(report.sentences.size(), 3u);
  EXPECT_EQ(report.sentences[0].text, "Heart normal.");
  EXPECT_DOUBLE_EQ(report.sentences[0].logprob, -6.0);
  EXPECT_EQ(report.sentences[1].text, "nodule.");
  EXPECT_DOUBLE_EQ(report.sentences[1].logprob, -15.0);
  EXPECT_EQ(report.sentences[2].section, "impression");
  EXPECT_DOUBLE_EQ(report.sentences[2].logprob, -17.0);
  EXPECT_DOUBLE_EQ(report.logprob, -45.5);
  EXPECT_THAT(report.sentences[0].attention, ElementsAre(1.0F, 1.0F));
}

TEST(Report, AWordLevelNumberIsNoEndOfASentence) {
  const GeneratedReport report = make_report(hypothesis({8, 9, 4, 5, 6, 7, 5, 1, 2}), tokenizer, spec());
  ASSERT_EQ(report.sentences.size(), 2u);
  EXPECT_EQ(report.sentences[0].text, "nodule 1 . 2 cm .");
  EXPECT_EQ(report.sentences[1].text, "Heart normal");
}

TEST(Report, NothingWrittenIsAnEmptyReport) {
  const GeneratedReport report = make_report(hypothesis({}), tokenizer, spec());
  EXPECT_EQ(report.findings, "");
  EXPECT_TRUE(report.sentences.empty());
}

TEST(Report, AgreementIsTheMeanPairwiseF1OfWords) {
  EXPECT_DOUBLE_EQ(agreement({"a b"}), 1.0);
  EXPECT_DOUBLE_EQ(agreement({"a B", "A b"}), 1.0);
  EXPECT_DOUBLE_EQ(agreement({"a b", "c d"}), 0.0);
  EXPECT_DOUBLE_EQ(agreement({"a a b", "a b b"}), 2.0 * 2 / 6);
  EXPECT_DOUBLE_EQ(agreement({"a b", "a b", "c d"}), 1.0 / 3);
  EXPECT_DOUBLE_EQ(agreement({"", ""}), 1.0);
}

TEST(Report, SupportCountsTextsThatHoldTheSentence) {
  const std::vector<std::vector<Sentence>> texts = {{{"findings", "Heart  normal .", 0, {}}},
                                                    {{"findings", "Other.", 0, {}}}};
  EXPECT_DOUBLE_EQ(support("heart normal.", texts), 0.5);
}

}  // namespace
}  // namespace hilum::runtime
