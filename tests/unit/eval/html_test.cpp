#include <gtest/gtest.h>

#include "hilum/evaluate.h"

#include "eval/output/marked_words.h"

namespace hilum::eval {
namespace {

std::string words_only_here(const std::vector<MarkedWord>& words) {
  std::string out;
  for (const MarkedWord& word : words) out += word.only_here ? word.word + "|" : "";
  return out;
}

TEST(MarkDifferences, FindsWordsOfOneSideOnly) {
  const MarkedTexts texts =
      mark_differences("Small left effusion. No pneumothorax.", "small right effusion, no pneumothorax");
  EXPECT_EQ(words_only_here(texts.a), "left|");
  EXPECT_EQ(words_only_here(texts.b), "right|");
  EXPECT_TRUE(mark_differences("", "").a.empty());
}

Evaluation small_evaluation(EvaluationSet& set) {
  set.name = "sys";
  for (int i = 0; i < 4; ++i) {
    EvaluationItem item;
    item.id = "<img src=x onerror=alert(1)>" + std::to_string(i);
    item.hypothesis = i % 2 == 0 ? "<script>alert(1)</script> effusion" : "clear & well";
    item.references = {"clear & well"};
    set.items.push_back(item);
  }
  EvaluateOptions options;
  options.metrics = {"rouge-l"};
  std::vector<EvaluationSet> sets = {set};
  Evaluation evaluation = Evaluator::open(options)->evaluate(sets).take();
  set = sets.front();
  return evaluation;
}

TEST(RenderHtml, IsSelfContainedAndEscapesReports) {
  EvaluationSet set;
  const Evaluation evaluation = small_evaluation(set);
  const std::string page = render_html(evaluation, {set});
  EXPECT_EQ(page.find("<script"), std::string::npos);
  EXPECT_EQ(page.find("<img"), std::string::npos);
  EXPECT_EQ(page.find("http"), std::string::npos);
  EXPECT_EQ(page.find("src="), page.find("src=x"));  // inside escaped text only
  EXPECT_NE(page.find("&lt;script&gt;"), std::string::npos);
  EXPECT_NE(page.find("prefers-color-scheme:dark"), std::string::npos);
  EXPECT_NE(page.find("Worst reports"), std::string::npos);
  EXPECT_NE(page.find("<mark class=\"miss\">"), std::string::npos);
}

}  // namespace
}  // namespace hilum::eval
