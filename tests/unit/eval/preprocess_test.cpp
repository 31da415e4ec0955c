#include "eval/words/preprocess.h"

#include <gtest/gtest.h>

#include "golden.h"

namespace hilum::eval {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

TEST(Preprocess, GivesTheStringsThatTheReferenceScorersWereGiven) {
  const Json& sets = metric_golden()["sets"];
  std::size_t checked = 0;
  for (const auto& [name, set] : sets.items()) {
    auto kind = preprocess_from_name(set["preprocess"].get<std::string>());
    ASSERT_TRUE(kind.is_ok()) << name;
    for (const Json& pair : metric_golden()["pairs"]) {
      const std::string id = pair["id"];
      if (!set["tokens_joined"].contains(id)) continue;
      EXPECT_EQ(preprocess(*kind, pair["hyp"].get<std::string>()), set["tokens_joined"][id]["hyp"])
          << name << " " << id;
      for (std::size_t k = 0; k < pair["refs"].size(); ++k) {
        EXPECT_EQ(preprocess(*kind, pair["refs"][k].get<std::string>()), set["tokens_joined"][id]["refs"][k])
            << name << " " << id;
      }
      ++checked;
    }
  }
  EXPECT_EQ(checked, 48u * 6 + 52u * 2 + 1 + 2);
}

TEST(Preprocess, PennTreebankWordsOfEveryGoldenText) {
  for (const Json& row : metric_golden()["ptb_raw_tokens"]) {
    EXPECT_EQ(joined(ptb_words(row["text"].get<std::string>())), row["ptb"].get<std::string>())
        << row["text"];
  }
}

TEST(Preprocess, R2genKeepsItsQuirks) {
  EXPECT_EQ(preprocess(Preprocess::kR2genMimic, "Seen at level 11. A 1.2-cm nodule."),
            "seen at level 1a 12-cm nodule .");
  EXPECT_EQ(preprocess(Preprocess::kR2genMimic, ""), " .");
}

TEST(Preprocess, UnknownNamesAreRefusedWithTheChoices) {
  const auto kind = preprocess_from_name("Raw");
  EXPECT_EQ(kind.status().code(), ErrorCode::kUsage);
  EXPECT_NE(kind.status().message().find("dotspace_lower"), std::string::npos);
}

TEST(Preprocess, EmptyAndInvalidBytesDoNotCrash) {
  for (const std::string& name : preprocess_names()) {
    const auto kind = preprocess_from_name(name);
    preprocess(*kind, "");
    preprocess(*kind, "\xc3");
    preprocess(*kind, std::string("\xe2\x80", 2) + '\0' + "\xff");
  }
}

}  // namespace
}  // namespace hilum::eval
