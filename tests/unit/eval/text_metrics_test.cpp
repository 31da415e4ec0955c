#include "eval/words/text_metrics.h"

#include <gtest/gtest.h>

#include "eval/stems/stemmers.h"
#include "golden.h"

namespace hilum::eval {
namespace {

constexpr double kTolerance = 1e-9;

struct Columns {
  const char* golden;
  const char* ours;
};
constexpr Columns kColumns[] = {{"BLEU_1", "BLEU-1"}, {"BLEU_2", "BLEU-2"},   {"BLEU_3", "BLEU-3"},
                                {"BLEU_4", "BLEU-4"}, {"ROUGE_L", "ROUGE-L"}, {"CIDEr_D", "CIDEr"}};

TEST(CocoMetrics, EveryGoldenSetAndSample) {
  for (const auto& [name, set] : metric_golden()["sets"].items()) {
    const auto kind = preprocess_from_name(set["preprocess"].get<std::string>());
    Corpus corpus(*kind);
    std::vector<std::string> ids;
    for (const Json& pair : metric_golden()["pairs"]) {
      const std::string id = pair["id"];
      if (!set["per_sample"].contains(id)) continue;
      const auto hypothesis = pair["hyp"].get<std::string>();
      const auto references = pair["refs"].get<std::vector<std::string>>();
      corpus.add(hypothesis, std::vector<std::string_view>(references.begin(), references.end()));
      ids.push_back(id);
    }
    ASSERT_EQ(corpus.size(), set["n"].get<std::size_t>());
    ScoreTable table(corpus.size());
    add_bleu(corpus, table);
    add_rouge_l(corpus, table);
    add_cider(corpus, table);
    for (const Columns& column : kColumns) {
      const Metric* metric = table.find(column.ours);
      ASSERT_NE(metric, nullptr);
      EXPECT_NEAR(table.corpus_value(*metric), set["corpus"][column.golden].get<double>(), kTolerance)
          << name << " " << column.ours;
      for (std::size_t i = 0; i < ids.size(); ++i) {
        EXPECT_NEAR(table.sample_value(*metric, i), set["per_sample"][ids[i]][column.golden].get<double>(),
                    kTolerance)
            << name << " " << ids[i] << " " << column.ours;
      }
    }
  }
}

TEST(CocoMetrics, NgramsBeyondPackedKeysGiveTheSameScores) {
  // A vocabulary of more than 65,536 words makes 4-gram keys fingerprints; the first pair's BLEU must not
  // change.
  std::string filler;
  for (int i = 0; i < 70000; ++i) filler += "w" + std::to_string(i) + " ";
  Corpus small(Preprocess::kRaw), large(Preprocess::kRaw);
  for (Corpus* corpus : {&small, &large})
    corpus->add("no focal airspace disease seen here", {"no focal airspace disease is seen"});
  large.add(filler, {filler});
  ScoreTable a(1), b(2);
  for (auto [corpus, table] : {std::pair(&small, &a), std::pair(&large, &b)}) {
    add_bleu(*corpus, *table);
    add_rouge_l(*corpus, *table);
    add_cider(*corpus, *table);
  }
  EXPECT_DOUBLE_EQ(a.sample_value(*a.find("BLEU-4"), 0), b.sample_value(*b.find("BLEU-4"), 0));
  EXPECT_GT(a.sample_value(*a.find("BLEU-4"), 0), 0.1);
}

TEST(FastBleu2, Golden) {
  const Json& set = metric_golden()["radcliq_bleu2_fast_bleu"]["per_sample"];
  for (const Json& pair : metric_golden()["pairs"]) {
    const std::string id = pair["id"];
    if (!set.contains(id)) continue;
    EXPECT_NEAR(fast_bleu2(pair["hyp"].get<std::string>(), pair["refs"][0].get<std::string>()),
                set[id].get<double>(), kTolerance)
        << id;
  }
}

TEST(GoogleRouge, Golden) {
  const Json& set = metric_golden()["google_rouge"]["per_sample"];
  for (const Json& pair : metric_golden()["pairs"]) {
    const std::string id = pair["id"];
    if (!set.contains(id)) continue;
    for (const bool stem : {true, false}) {
      const Json& expected = set[id][stem ? "stem" : "nostem"];
      const GoogleRouge got =
          google_rouge(pair["hyp"].get<std::string>(), pair["refs"][0].get<std::string>(), stem);
      const auto check = [&](const RougeScore& score, const char* name) {
        EXPECT_NEAR(score.precision, expected[name][0].get<double>(), kTolerance) << id << name;
        EXPECT_NEAR(score.recall, expected[name][1].get<double>(), kTolerance) << id << name;
        EXPECT_NEAR(score.f, expected[name][2].get<double>(), kTolerance) << id << name;
      };
      check(got.rouge1, "rouge1");
      check(got.rouge2, "rouge2");
      check(got.rouge_l, "rougeL");
    }
  }
}

TEST(Porter, StemsOfTheGoldenWords) {
  for (const auto& [word, stem] : metric_golden()["nltk_porter_stems"].items()) {
    EXPECT_EQ(porter_stem(word), stem.get<std::string>()) << word;
  }
}

}  // namespace
}  // namespace hilum::eval
