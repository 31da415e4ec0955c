#include "hilum/eval/meteor.h"

#include <sstream>

#include <gtest/gtest.h>

#include "hilum/eval/stemmers.h"

#include "golden.h"

namespace hilum::eval {
namespace {

class MeteorTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto meteor = Meteor::create();
    if (!meteor.is_ok()) GTEST_SKIP() << meteor.status().to_string();
    meteor_ = std::make_unique<Meteor>(meteor.take());
  }
  std::unique_ptr<Meteor> meteor_;
};

std::string as_text(const MeteorStatistics& statistics) {
  std::ostringstream out;
  for (std::size_t i = 0; i < statistics.size(); ++i) {
    out << (i > 0 ? " " : "") << std::fixed;
    out.precision(1);
    out << statistics[i];
  }
  return out.str();
}

TEST_F(MeteorTest, StatisticsAndScoresOfEveryGoldenSet) {
  std::size_t checked = 0;
  for (const auto& [name, set] : metric_golden()["sets"].items()) {
    if (!set["corpus"].contains("METEOR15_noparaphrase")) continue;
    const auto kind = preprocess_from_name(set["preprocess"].get<std::string>());
    std::vector<std::string> texts;
    std::vector<std::vector<std::size_t>> where;
    std::vector<std::string> ids;
    for (const Json& pair : metric_golden()["pairs"]) {
      if (!set["per_sample"].contains(pair["id"].get<std::string>())) continue;
      ids.push_back(pair["id"]);
      where.push_back({texts.size()});
      texts.push_back(preprocess(*kind, pair["hyp"].get<std::string>()));
      for (const Json& reference : pair["refs"]) {
        where.back().push_back(texts.size());
        texts.push_back(preprocess(*kind, reference.get<std::string>()));
      }
    }
    std::vector<TextPair> pairs;
    for (const auto& indices : where) {
      TextPair pair;
      pair.hypothesis = texts[indices[0]];
      for (std::size_t k = 1; k < indices.size(); ++k) pair.references.push_back(texts[indices[k]]);
      pairs.push_back(pair);
    }
    ScoreTable table(pairs.size());
    add_meteor(*meteor_, pairs, preprocess_name(*kind), table);
    const Metric& metric = table.metrics()[0];
    EXPECT_NEAR(table.corpus_value(metric), set["corpus"]["METEOR15_noparaphrase"].get<double>(), 1e-6)
        << name;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const Json& expected = set["per_sample"][ids[i]];
      EXPECT_EQ(as_text(meteor_->statistics(pairs[i].hypothesis, pairs[i].references)),
                expected["METEOR15_stats"].get<std::string>())
          << name << " " << ids[i];
      EXPECT_NEAR(table.sample_value(metric, i), expected["METEOR15_noparaphrase"].get<double>(), 1e-6)
          << name << " " << ids[i];
      ++checked;
    }
  }
  EXPECT_GT(checked, 200u);
}

TEST_F(MeteorTest, EmptyTextsScoreZero) {
  const MeteorStatistics statistics = meteor_->statistics("", {""});
  EXPECT_EQ(meteor_from_sums(statistics.data()), 0.0);
}

TEST(Meteor, AMissingWordNetNamesThePackage) {
  const auto meteor = Meteor::create("/nowhere");
  EXPECT_EQ(meteor.status().code(), ErrorCode::kFileNotFound);
  EXPECT_NE(meteor.status().message().find("wordnet-base"), std::string::npos);
}

TEST(Snowball, DiffersFromPorterWhereItShould) {
  EXPECT_EQ(snowball_stem("opacities"), "opac");
  EXPECT_EQ(snowball_stem("generally"), "general");
  EXPECT_EQ(snowball_stem("mildly"), "mild");
  EXPECT_EQ(snowball_stem("dying"), "die");
  EXPECT_EQ(snowball_stem("enlarging"), "enlarg");
  EXPECT_EQ(snowball_stem("gas"), "gas");
}

}  // namespace
}  // namespace hilum::eval
