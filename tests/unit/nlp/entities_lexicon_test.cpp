#include <gtest/gtest.h>

#include "nlp/entities/lexicon.h"

namespace hilum::nlp {
namespace {

Lexicon::Match find(const Lexicon& lexicon, const std::vector<std::string>& text) {
  std::vector<std::int32_t> words;
  for (const std::string& word : text) words.push_back(lexicon.word_id(word));
  return lexicon.longest(words, 0, words.size());
}

TEST(Lexicon, TheLongestTermWins) {
  Lexicon lexicon;
  ASSERT_TRUE(lexicon.add("[device]\ntube, chest tube,\n[organ]\nchest\n", "f").is_ok());
  EXPECT_EQ(find(lexicon, {"Chest", "tubes"}).length, 2u);
  EXPECT_EQ(find(lexicon, {"Chest", "wall"}).role, TermRole::kOrgan);
  EXPECT_EQ(find(lexicon, {"wall"}).length, 0u);
}

TEST(Lexicon, APlusMakesEachWordAnEntity) {
  Lexicon lexicon;
  ASSERT_TRUE(lexicon.add("[organ]\nsoft+tissue\n", "f").is_ok());
  EXPECT_TRUE(find(lexicon, {"soft", "tissues"}).each_word);
}

TEST(Lexicon, Plurals) {
  EXPECT_EQ(term_word("Opacities"), "opacity");
  EXPECT_EQ(term_word("masses"), "mass");
  EXPECT_EQ(term_word("pelvis"), "pelvis");
  EXPECT_EQ(term_word("gas"), "gas");
}

TEST(Lexicon, ErrorsNameFileAndLine) {
  Lexicon lexicon;
  EXPECT_EQ(lexicon.add("[organs]\n", "f").message(), "f:1: no section [organs]");
  EXPECT_EQ(lexicon.add("# c\nlung\n", "f").message(), "f:2: a term before the first [section]");
  EXPECT_EQ(lexicon.add("[organ]\nlung\n[device]\nlungs\n", "f").message(),
            "f:4: 'lungs' has another section already");
  EXPECT_EQ(lexicon.add("[organ\n", "f").code(), ErrorCode::kConfig);
}

}  // namespace
}  // namespace hilum::nlp
