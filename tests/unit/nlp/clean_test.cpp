#include "nlp/words/clean.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hilum::nlp {
namespace {

using ::testing::ElementsAre;

TEST(Clean, SeiTokensOfVerifiedRows) {
  EXPECT_THAT(sei_tokens("a 1.2-cm nodule, right lung. No effusion."),
              ElementsAre("a", "1.2-cm", "nodule", ",", "right", "lung", ".", "No", "effusion", "."));
  EXPECT_THAT(sei_tokens("T2/T3 (L1) 3:00 p.m. s/p CABG"),
              ElementsAre("T2/", "T3", "(", "L1)", "3:00", "p", ".", "m", ".", "s", "/", "p", "CABG"));
  EXPECT_THAT(sei_tokens("size 3.5cm.\nNew line, 1,000"),
              ElementsAre("size", "3.5cm", ".", "New", "line", ",", "1,000"));
  EXPECT_THAT(sei_tokens("in 2012. Then 5. 6 mm"), ElementsAre("in", "2012.", "Then", "5.", "6", "mm"));
  EXPECT_THAT(sei_tokens("A.B 5/6 x"), ElementsAre("A", ".", "B", "5/6", "x"));
}

TEST(Clean, IndicationOfVerifiedRows) {
  EXPECT_EQ(clean_indication("___F with new dyspnea  // eval for infection"),
            "woman with new dyspnea eval for infection");
  EXPECT_EQ(clean_indication("History: ___M with cough, fever // ? pneumonia"),
            "man with cough , fever pneumonia");
  EXPECT_EQ(clean_indication("___ year old woman with CHF.  // assess edema"),
            "woman with chf , assess edema");
  EXPECT_EQ(clean_indication("___-year-old female, s/p fall. Evaluate for rib fx."),
            "woman sp fall , evaluate for rib fx");
  EXPECT_EQ(clean_indication("62 y/o M w/ SOB; r/o PNA (effusion)."),
            "62 yo man w sob ; ro pna ( effusion )");
}

TEST(Clean, IndicationKeepsItsKnownSideEffects) {
  EXPECT_EQ(clean_indication("nodule of 5 m"), "nodule of 5 man");
  EXPECT_EQ(clean_indication("Female, male and f."), "woman man and woman");
}

TEST(Clean, EmptyStaysEmpty) {
  EXPECT_EQ(clean_indication(""), "");
  EXPECT_EQ(clean_indication(" \n "), "");
  EXPECT_EQ(clean_indication("___"), "");
  EXPECT_THAT(sei_tokens(""), ElementsAre());
}

TEST(Clean, NewlinesBecomeBlanks) { EXPECT_EQ(space_punctuation("a\nb"), "a b"); }

}  // namespace
}  // namespace hilum::nlp
