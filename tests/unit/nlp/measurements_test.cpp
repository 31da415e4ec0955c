#include "nlp/measurements/measurements.h"

#include <cmath>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "source_dir.h"

namespace hilum::nlp {
namespace {

const MeasurementParser& parser() {
  static const auto loaded =
      MeasurementParser::load(source_dir() + "/configs/measurements/measurements.json");
  if (!loaded) ADD_FAILURE() << loaded.status().to_string();
  return *loaded;
}

Json measurements(const std::string& text) {
  Json found = Json::array();
  for (const Measurement& m : parser().parse(text)) found.push_back(to_json(m));
  return found;
}

bool same(const Json& a, const Json& b) {
  if (a.is_number() && b.is_number()) return std::fabs(a.get<double>() - b.get<double>()) < 1e-6;
  if (a.is_array() && b.is_array()) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), same);
  }
  return a == b;
}

// Cases that differ in any field, by tier.
struct Score {
  int seen[3] = {0, 0, 0};
  int wrong[3] = {0, 0, 0};
  std::string details;
};

Score run_cases(const std::string& file) {
  Score score;
  std::ifstream in(source_dir() + "/tests/data/factcheck/" + file);
  EXPECT_TRUE(in.good()) << file;
  for (std::string line; std::getline(in, line);) {
    const auto parsed = parse_json(line);
    if (!parsed) {
      ADD_FAILURE() << file << ": " << parsed.status().to_string();
      continue;
    }
    const Json& test = *parsed;
    const int tier = test.at("tier").get<int>();
    const Json got = measurements(test.at("text").get<std::string>());
    const Json& expected = test.at("measurements");
    bool right = got.size() == expected.size();
    for (std::size_t i = 0; right && i < got.size(); ++i) {
      for (const auto& [key, value] : expected[i].items()) right = right && same(got[i].at(key), value);
    }
    ++score.seen[tier];
    if (right) continue;
    ++score.wrong[tier];
    score.details += test.at("id").get<std::string>() + ": " + test.at("text").get<std::string>() +
                     "\n  got " + got.dump() + "\n";
  }
  return score;
}

TEST(Measurements, WorkedExamples) {
  const Score score = run_cases("measurement_cases.jsonl");
  EXPECT_EQ(score.seen[1], 38);
  EXPECT_EQ(score.wrong[1], 0) << score.details;
  EXPECT_LE(score.wrong[2] * 5, score.seen[2]) << score.details;
}

TEST(Measurements, VariedSentences) {
  const Score score = run_cases("measurement_sentences.jsonl");
  EXPECT_GE(score.seen[1], 110);
  EXPECT_EQ(score.wrong[1], 0) << score.details;
}

TEST(Measurements, NothingToMeasureIsNothing) {
  for (const char* text : {"", " \n", "T4", "___ cm", "several cm", "3 in the right lung", "14 French",
                           "at 10:30 on 3/4/2019", "SpO2 of 88%", "80 mmHg", "head of bed at 30 degrees"}) {
    EXPECT_TRUE(measurements(text).empty()) << text << measurements(text).dump();
  }
}

TEST(Measurements, SpansAreBytesOfTheText) {
  const std::string text = "Größe: nodule of 12 × 9 mm";
  const auto found = parser().parse(text);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(text.substr(found[0].begin, found[0].end - found[0].begin), "12 × 9 mm");
  EXPECT_EQ(found[0].source_text, "12 × 9 mm");
}

TEST(Measurements, AnyBytes) {
  std::string bytes;
  for (int i = 0; i < 4096; ++i) bytes += static_cast<char>((i * 131) & 0xFF);
  for (const Measurement& m : parser().parse(bytes)) EXPECT_LE(m.end, bytes.size());
  std::string numbers;
  for (int i = 0; i < 20000; ++i) numbers += "4, 6 x 3 cm nodule ";
  EXPECT_GE(parser().parse(numbers).size(), 20000u);
}

TEST(Measurements, AMissingLexiconIsAnError) {
  EXPECT_EQ(MeasurementParser::load("/nowhere/measurements.json").status().code(), ErrorCode::kFileNotFound);
}

}  // namespace
}  // namespace hilum::nlp
