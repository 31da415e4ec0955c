#include "eval/meteor/meteor.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <zlib.h>

#include "eval/stems/stemmers.h"
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

// A table of METEOR's form, packed or not.
class ParaphraseFile {
 public:
  explicit ParaphraseFile(const std::string& text, bool packed = true)
      : path_((std::filesystem::temp_directory_path() /
               (std::string("hilum_") + ::testing::UnitTest::GetInstance()->current_test_info()->name() +
                ".gz"))
                  .string()) {
    if (packed) {
      gzFile file = gzopen(path_.c_str(), "wb");
      gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
      gzclose(file);
    } else {
      std::ofstream(path_, std::ios::binary) << text;
    }
  }
  ~ParaphraseFile() { std::filesystem::remove(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

double fmean(double precision, double recall) { return 1 / (.15 / precision + .85 / recall); }

TEST_F(MeteorTest, ParaphrasesInEitherDirection) {
  const TextPair pair{"mild chf today", {"mild congestive heart failure today"}};
  EXPECT_LT(meteor_from_sums(meteor_->statistics(pair.hypothesis, pair.references).data()), .6);
  for (const char* table : {"0.1\ncongestive heart failure\nchf\n0.2\nunheard words\nheart\n",
                            "0.1\nchf\ncongestive heart failure\n"}) {
    for (const bool packed : {true, false}) {
      const ParaphraseFile file(table, packed);
      ASSERT_TRUE(meteor_->load_paraphrases(file.path(), {pair}).is_ok());
      const MeteorStatistics s = meteor_->statistics(pair.hypothesis, pair.references);
      // Two exact words and one paraphrase of one word by three; one chunk over both texts.
      EXPECT_EQ(
          as_text(s),
          "3.0 5.0 0.0 0.0 2.0 2.0 0.0 0.0 0.0 0.0 0.0 0.0 0.0 0.0 0.0 0.0 1.0 3.0 0.0 0.0 1.0 3.0 5.0");
      EXPECT_NEAR(meteor_from_sums(s.data()), fmean(2.6 / 3, 3.8 / 5), 1e-12);
    }
  }
}

TEST_F(MeteorTest, AMatchOfMoreWordsWinsAndWordsAreUsedOnce) {
  // "big heart" for "cardiac enlargement" (2 words of weight .6 count 1) beats "heart" for "enlargement" (0).
  const TextPair pair{"big heart", {"cardiac enlargement"}};
  const ParaphraseFile file("1\nenlargement\nheart\n1\ncardiac enlargement\nbig heart\n");
  ASSERT_TRUE(meteor_->load_paraphrases(file.path(), {pair}).is_ok());
  const MeteorStatistics s = meteor_->statistics(pair.hypothesis, pair.references);
  EXPECT_EQ(s[16], 2.0);
  EXPECT_EQ(s[17], 2.0);
  EXPECT_NEAR(meteor_from_sums(s.data()), .6, 1e-12);
}

TEST_F(MeteorTest, WithATableTheScoreHasAnotherName) {
  const std::vector<TextPair> pairs = {{"chf", {"heart failure"}}};
  const ParaphraseFile file("1\nheart failure\nchf\n");
  ASSERT_TRUE(meteor_->load_paraphrases(file.path(), pairs).is_ok());
  ScoreTable table(1);
  add_meteor(*meteor_, pairs, "raw", table);
  EXPECT_EQ(table.metrics()[0].name, "METEOR-1.5");
  EXPECT_NE(table.metrics()[0].variant.find(".gz (1 pairs, sha256 "), std::string::npos)
      << table.metrics()[0].variant;
}

TEST_F(MeteorTest, BadTablesAreRefused) {
  const std::vector<TextPair> pairs = {{"chf", {"heart failure"}}};
  const auto code = [&](const std::string& text, bool packed = true) {
    return meteor_->load_paraphrases(ParaphraseFile(text, packed).path(), pairs).code();
  };
  EXPECT_EQ(code(""), ErrorCode::kFileInvalid);
  EXPECT_EQ(code("chf\nheart failure\n1\n"), ErrorCode::kFileInvalid);
  EXPECT_EQ(code("1\nheart failure\n"), ErrorCode::kFileInvalid);
  EXPECT_EQ(meteor_->load_paraphrases("/nowhere.gz", pairs).code(), ErrorCode::kFileNotFound);
  std::string text;
  for (int i = 0; i < 2000; ++i) text += "0." + std::to_string(i * 7919) + "\nheart failure\nchf\n";
  const ParaphraseFile whole(text);
  const auto size = std::filesystem::file_size(whole.path());
  std::filesystem::resize_file(whole.path(), size / 2);
  EXPECT_EQ(meteor_->load_paraphrases(whole.path(), pairs).code(), ErrorCode::kFileUnreadable);
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
