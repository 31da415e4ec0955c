#include "nlp/words/sentences.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hilum::nlp {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> sentences(std::string_view text) {
  std::vector<std::string> out;
  for (const Sentence& s : split_sentences(text).sentences) out.emplace_back(text_of(text, s));
  return out;
}

std::vector<std::string> tokens(std::string_view text) {
  std::vector<std::string> out;
  for (const Token& t : split_sentences(text).tokens) out.emplace_back(text_of(text, t));
  return out;
}

TEST(Sentences, SplitAtStops) {
  EXPECT_THAT(sentences("Heart size is normal. No effusion."),
              ElementsAre("Heart size is normal.", "No effusion."));
  EXPECT_THAT(sentences("Clear lungs.No effusion"), ElementsAre("Clear lungs.", "No effusion"));
  EXPECT_THAT(sentences("Clear.. Normal heart!"), ElementsAre("Clear..", "Normal heart!"));
  EXPECT_THAT(sentences("Seen in 2012. Then gone."), ElementsAre("Seen in 2012.", "Then gone."));
}

TEST(Sentences, DecimalsStay) {
  EXPECT_THAT(sentences("A 1.2-cm nodule. A 3.5 x 2 cm mass."),
              ElementsAre("A 1.2-cm nodule.", "A 3.5 x 2 cm mass."));
  EXPECT_THAT(tokens("1.2-cm, 1,000 or 4cm"), ElementsAre("1.2", "-", "cm", ",", "1,000", "or", "4", "cm"));
}

TEST(Sentences, TimesAndAbbreviationsStay) {
  EXPECT_THAT(sentences("Told Dr. Smith at 3:00 p.m. on the phone. Edema vs. Pneumonia."),
              ElementsAre("Told Dr. Smith at 3:00 p.m. on the phone.", "Edema vs. Pneumonia."));
  EXPECT_THAT(sentences("Done at 3:00 p.m. Lungs clear."), ElementsAre("Done at 3:00 p.m.", "Lungs clear."));
  EXPECT_THAT(tokens("3:00 p.m. s/p CABG w/ leads"),
              ElementsAre("3:00", "p.m.", "s/p", "CABG", "w/", "leads"));
}

TEST(Sentences, NoAsAnAnswerEndsButAsANumberDoesNot) {
  EXPECT_THAT(sentences("Rib fracture? No. Lungs clear."),
              ElementsAre("Rib fracture?", "No.", "Lungs clear."));
  EXPECT_THAT(sentences("See film No. 4 today."), ElementsAre("See film No. 4 today."));
}

TEST(Sentences, LevelsStay) {
  EXPECT_THAT(tokens("T2/T3 (L1) L4/5 5/6"), ElementsAre("T2/T3", "(", "L1", ")", "L4/5", "5/6"));
  EXPECT_THAT(tokens("edema/atelectasis and/or"), ElementsAre("edema", "/", "atelectasis", "and", "/", "or"));
}

TEST(Sentences, NumberedLists) {
  EXPECT_THAT(sentences("1. No edema. 2. Stable nodule, 5 mm."),
              ElementsAre("1. No edema.", "2. Stable nodule, 5 mm."));
  EXPECT_THAT(sentences("1. No acute disease 2. Stable nodule"),
              ElementsAre("1. No acute disease", "2. Stable nodule"));
  EXPECT_THAT(sentences("1) One\n2) Two\n- three\n\xE2\x80\xA2 four"),
              ElementsAre("1) One", "2) Two", "- three", "\xE2\x80\xA2 four"));
  EXPECT_THAT(sentences("IMPRESSION: 1. Clear. 2. Stable."),
              ElementsAre("IMPRESSION:", "1. Clear.", "2. Stable."));
  EXPECT_THAT(sentences("Level of T 2. Stable."), ElementsAre("Level of T 2.", "Stable."));
  EXPECT_EQ(split_sentences("1. Clear").tokens[0].kind, TokenKind::kListNumber);
}

TEST(Sentences, LineBreaks) {
  EXPECT_THAT(sentences("The lungs\n are clear"), ElementsAre("The lungs\n are clear"));
  EXPECT_THAT(sentences("Lungs clear\n \nHeart normal"), ElementsAre("Lungs clear", "Heart normal"));
  EXPECT_THAT(sentences("Lungs clear\nIMPRESSION: Normal"), ElementsAre("Lungs clear", "IMPRESSION: Normal"));
}

TEST(Sentences, DeidentificationMarksStay) {
  EXPECT_THAT(tokens("___F with XXXX. XXXX, ___"),
              ElementsAre("___", "F", "with", "XXXX", ".", "XXXX", ",", "___"));
  EXPECT_THAT(sentences("There are no XXXX of effusion. XXXX is normal."),
              ElementsAre("There are no XXXX of effusion.", "XXXX is normal."));
  EXPECT_EQ(split_sentences("XXXX").tokens[0].kind, TokenKind::kMark);
}

TEST(Sentences, AQuestionMarkThatAsksDoesNotEnd) {
  EXPECT_THAT(sentences("Opacity, ? pneumonia or edema."), ElementsAre("Opacity, ? pneumonia or edema."));
}

TEST(Sentences, AnyBytesAreCovered) {
  EXPECT_TRUE(sentences("").empty());
  EXPECT_TRUE(sentences(" \n\t ").empty());
  EXPECT_THAT(sentences("effusion"), ElementsAre("effusion"));
  std::string bytes;
  for (int i = 0; i < 512; ++i) bytes.push_back(static_cast<char>(i * 37));
  const SplitText split = split_sentences(bytes);
  std::size_t at = 0;
  for (const Token& token : split.tokens) {
    ASSERT_LE(at, token.begin);
    ASSERT_LT(token.begin, token.end);
    for (; at < token.begin; ++at) {
      EXPECT_TRUE(bytes[at] == ' ' || (bytes[at] >= '\t' && bytes[at] <= '\r') ||
                  bytes.substr(at, 2) == "\xC2\xA0" || bytes.substr(at - 1, 2) == "\xC2\xA0");
    }
    at = token.end;
  }
  std::size_t next = 0;
  for (const Sentence& s : split.sentences) {
    EXPECT_EQ(s.first_token, next);
    next = s.end_token;
  }
  EXPECT_EQ(next, split.tokens.size());
}

}  // namespace
}  // namespace hilum::nlp
