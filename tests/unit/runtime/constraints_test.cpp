#include "hilum/runtime/constraints.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hilum/core/text.h"
#include "hilum/runtime/decoding.h"

#include "fake_session.h"
#include "word_tokenizer.h"

namespace hilum::runtime {
namespace {

// 0 pad, 1 bos, 2 eos.
std::shared_ptr<const PieceTokenizer> pieces() {
  return std::make_shared<PieceTokenizer>(
      std::vector<std::string>{"", "", "", " no", " pneumo", "thorax", " mass", "ive", " bio", "mass", ".",
                               " Pneumothorax", "o", " x", " p", "neumothorax"});
}

std::vector<std::vector<Hypothesis>> run(const Constraints& constraints, Strategy strategy,
                                         int max_tokens = 14) {
  std::vector<std::uint64_t> seeds;
  for (std::uint64_t i = 0; i < 40; ++i) seeds.push_back(i);
  FakeSession fake(seeds, static_cast<std::size_t>(pieces()->size()), 0.5F);
  DecodeRequest request;
  request.options.strategy = strategy;
  request.options.max_tokens = max_tokens;
  request.bos = kBos;
  request.eos = kEos;
  request.constraints = &constraints;
  auto found = decode(fake, request);
  EXPECT_TRUE(found.is_ok()) << found.status().message();
  return found.take();
}

constexpr Strategy kAll[] = {Strategy::kBeam, Strategy::kGreedy, Strategy::kSample};

TEST(Constraints, AForbiddenPhraseAppearsHoweverCutInNoText) {
  const auto tokenizer = pieces();
  auto constraints = Constraints::make(tokenizer, {{"pneumothorax", "Mass"}, {}, {}}, kEos);
  ASSERT_TRUE(constraints.is_ok());
  std::size_t with_biomass = 0;
  for (const Strategy strategy : kAll) {
    for (const auto& study : run(*constraints, strategy)) {
      for (const Hypothesis& h : study) {
        const std::string text = " " + to_lower(tokenizer->decode(h.tokens));
        EXPECT_EQ(text.find(" pneumothorax"), std::string::npos) << text;
        EXPECT_EQ(text.find(" mass"), std::string::npos) << text;
        EXPECT_EQ(text.find(".mass"), std::string::npos) << text;
        with_biomass += text.find("mass") != std::string::npos ? 1 : 0;
      }
    }
  }
  EXPECT_GT(with_biomass, 0u) << "'mass' inside a word is not forbidden";
}

// What `constraints` bar behind a text of these ids.
std::vector<int> barred_after(const Constraints& constraints, const std::vector<int>& tokens, int size) {
  std::vector<float> logprobs(static_cast<std::size_t>(size), 0.0F);
  ConstraintState state;
  constraints.apply(tokens, 50, state, logprobs);
  std::vector<int> out;
  for (int id = 0; id < size; ++id) {
    if (logprobs[static_cast<std::size_t>(id)] < 0) out.push_back(id);
  }
  return out;
}

TEST(Constraints, WordsAreForbiddenWholeAndInEveryWayToCutThem) {
  // 3 " against", 4 " again", 5 " aga", 6 "in", 7 "inst", 8 " again.", 9 "x again", 10 "again", 11 " lower",
  // 12 " Again", 13 " is again seen"
  const auto tokenizer = std::make_shared<PieceTokenizer>(
      std::vector<std::string>{"", "", "", " against", " again", " aga", "in", "inst", " again.", "x again",
                               "again", " lower", " Again", " is again seen"});
  const int size = tokenizer->size();
  auto constraints = Constraints::make(tokenizer, {{}, {"again", "lower lobes"}, {}}, kEos);
  ASSERT_TRUE(constraints.is_ok());
  EXPECT_THAT(barred_after(*constraints, {}, size), testing::ElementsAre(4, 8, 9, 10, 12, 13));
  EXPECT_THAT(barred_after(*constraints, {11}, size), testing::ElementsAre(4, 8, 9, 12, 13))
      << "'loweragain' is another word";
  EXPECT_THAT(barred_after(*constraints, {5}, size), testing::ElementsAre(4, 6, 8, 9, 12, 13));
  auto starts = Constraints::make(tokenizer, {{"again"}, {}, {}}, kEos);
  ASSERT_TRUE(starts.is_ok());
  EXPECT_THAT(barred_after(*starts, {5}, size), testing::ElementsAre(3, 4, 6, 7, 8, 9, 12, 13));
}

TEST(Constraints, ARequiredPhraseIsInEveryText) {
  const auto tokenizer = pieces();
  auto constraints = Constraints::make(tokenizer, {{}, {}, {"no pneumothorax.", "x"}}, kEos);
  ASSERT_TRUE(constraints.is_ok());
  for (const Strategy strategy : kAll) {
    for (const auto& study : run(*constraints, strategy)) {
      EXPECT_THAT(constraints->missing(study.front().tokens), testing::IsEmpty())
          << tokenizer->decode(study.front().tokens);
    }
  }
}

TEST(Constraints, RequiredIsMetAtTheLimitToo) {
  auto constraints = Constraints::make(pieces(), {{}, {}, {"no pneumothorax."}}, kEos);
  ASSERT_TRUE(constraints.is_ok());
  for (const auto& study : run(*constraints, Strategy::kGreedy, 6)) {
    EXPECT_THAT(constraints->missing(study.front().tokens), testing::IsEmpty());
  }
}

TEST(Constraints, ContradictionsAndUnknownWordsAreRefused) {
  EXPECT_EQ(Constraints::make(pieces(), {{""}, {}, {}}, kEos).status().code(), ErrorCode::kUsage);
  EXPECT_EQ(Constraints::make(pieces(), {{}, {}, {" "}}, kEos).status().code(), ErrorCode::kUsage);
  EXPECT_EQ(Constraints::make(pieces(), {{}, {}, {"zebra"}}, kEos).status().code(), ErrorCode::kUsage);
  EXPECT_EQ(Constraints::make(pieces(), {{"pneumothorax"}, {}, {"no pneumothorax"}}, kEos).status().code(),
            ErrorCode::kUsage);
  EXPECT_EQ(Constraints::make(pieces(), {{}, {"no mass"}, {"no mass"}}, kEos).status().code(),
            ErrorCode::kUsage);
  EXPECT_TRUE(Constraints::make(pieces(), {{}, {"no mass"}, {"no massive"}}, kEos).is_ok());
}

}  // namespace
}  // namespace hilum::runtime
