#include "runtime/decoding/constraints.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/text/text.h"
#include "fake_session.h"
#include "runtime/decoding/decoding.h"
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

// 3 " stable", 4 " Stable", 5 " effusion", 6 " there", 7 " is", 8 " heart", 9 ".", 10 " since", 11 " per", 12
// "sistent", 13 "ly", 14 " no", 15 " un", 16 "changed", 17 "remarkable", 18 " lower"
std::shared_ptr<const PieceTokenizer> report_pieces() {
  return std::make_shared<PieceTokenizer>(std::vector<std::string>{
      "", "", "", " stable", " Stable", " effusion", " there", " is", " heart", ".", " since", " per",
      "sistent", "ly", " no", " un", "changed", "remarkable", " lower"});
}

Constraints without_priors() {
  ConstraintPhrases phrases;
  phrases.forbid_words = {"stable", "persistent", "unchanged", "since"};
  phrases.leave_out = {{"stable", "persistent"}, {"there is"}, {"since", "is"}, {}};
  auto made = Constraints::make(report_pieces(), phrases, kEos);
  EXPECT_TRUE(made.is_ok()) << made.status().message();
  return made.take();
}

std::vector<float> offers(int likeliest) {
  std::vector<float> out(static_cast<std::size_t>(report_pieces()->size()), -9.0F);
  out[static_cast<std::size_t>(likeliest)] = -0.1F;
  return out;
}

TEST(Constraints, AWordOfChangeIsLeftOutBeforeAFinding) {
  const Constraints constraints = without_priors();
  const int size = report_pieces()->size();
  // At the start of a text and of a sentence, and behind "there is"; not behind "heart is".
  for (const std::vector<int>& before : {std::vector<int>{}, {8, 9}, {6, 7}}) {
    EXPECT_THAT(barred_after(constraints, before, size), testing::Not(testing::Contains(3)));
    EXPECT_THAT(barred_after(constraints, before, size), testing::Contains(10));
    ConstraintState state;
    const TokenEffect effect =
        constraints.take(before, 3, offers(3).data(), static_cast<std::size_t>(size), state);
    EXPECT_TRUE(!effect.kept && effect.taken_back == 0 && state.left_out && !state.capital);
    // What follows is a finding: no end, no mark, no copula, nothing to be left out again.
    std::vector<float> logprobs(static_cast<std::size_t>(size), 0.0F);
    constraints.apply(before, 50, state, logprobs);
    for (const int barred : {kEos, 3, 4, 7, 9, 10, 12, 13, 16, 17})
      EXPECT_LT(logprobs[static_cast<std::size_t>(barred)], 0) << barred;
    for (const int open : {5, 8, 11, 14, 18}) EXPECT_EQ(logprobs[static_cast<std::size_t>(open)], 0) << open;
    const TokenEffect next =
        constraints.take(before, 5, offers(5).data(), static_cast<std::size_t>(size), state);
    EXPECT_TRUE(next.kept && next.taken_back == 0 && !next.capital && !state.left_out);
  }
  EXPECT_THAT(barred_after(constraints, {8, 7}, size), testing::Contains(3));
}

TEST(Constraints, AWordOfSeveralTokensGoesWholeAndPassesItsCapitalOn) {
  const Constraints constraints = without_priors();
  const auto size = static_cast<std::size_t>(report_pieces()->size());
  ConstraintState state;
  EXPECT_THAT(barred_after(constraints, {8, 9, 11}, static_cast<int>(size)),
              testing::Not(testing::Contains(12)));
  const TokenEffect word = constraints.take({8, 9, 11}, 12, offers(12).data(), size, state);
  EXPECT_TRUE(!word.kept && word.taken_back == 1 && state.left_out && !state.capital);
  state = {};
  EXPECT_FALSE(constraints.take({}, 4, offers(4).data(), size, state).kept);
  EXPECT_TRUE(state.capital);
  EXPECT_TRUE(constraints.take({}, 5, offers(5).data(), size, state).capital);
  EXPECT_FALSE(state.capital);
}

TEST(Constraints, AWordWhoseRestIsBarredIsTakenBack) {
  const Constraints constraints = without_priors();
  const auto size = static_cast<std::size_t>(report_pieces()->size());
  ConstraintState state;
  // "heart is un" and the model wants "changed".
  const TokenEffect other = constraints.take({8, 7, 15}, 5, offers(16).data(), size, state);
  EXPECT_TRUE(other.kept && other.taken_back == 1);
  EXPECT_EQ(constraints.take({8, 7, 15}, 9, offers(16).data(), size, state).taken_back, 1u);
  EXPECT_EQ(constraints.take({8, 7, 15}, 17, offers(16).data(), size, state).taken_back, 0u)
      << "unremarkable";
  EXPECT_EQ(constraints.take({8, 7, 15}, 5, offers(17).data(), size, state).taken_back, 0u)
      << "nothing barred was wanted";
  EXPECT_EQ(constraints.take({8, 7}, 5, offers(16).data(), size, state).taken_back, 0u)
      << "'ischanged' is not barred";
}

TEST(Constraints, TheBeginningOfABarredPhraseGoesBeforeAPreposition) {
  // 3 " effusion", 4 " has", 5 " increased", 6 " of", 7 " no", 8 " change", 9 " a", 10 "."
  const auto tokenizer = std::make_shared<PieceTokenizer>(std::vector<std::string>{
      "", "", "", " effusion", " has", " increased", " of", " no", " change", " a", "."});
  ConstraintPhrases phrases;
  phrases.forbid_words = {"has increased", "no change", "stable"};
  phrases.leave_out = {{"stable"}, {}, {"of"}, {"has"}};
  const auto constraints = Constraints::make(tokenizer, phrases, kEos);
  ASSERT_TRUE(constraints.is_ok());
  const auto taken_back = [&](const std::vector<int>& tokens, int wanted, int chosen) {
    std::vector<float> offered(static_cast<std::size_t>(tokenizer->size()), -9.0F);
    offered[static_cast<std::size_t>(wanted)] = -0.1F;
    ConstraintState state;
    return constraints->take(tokens, chosen, offered.data(), offered.size(), state).taken_back;
  };
  EXPECT_EQ(taken_back({3, 4}, 5, 6), 1u) << "effusion of";
  EXPECT_EQ(taken_back({3, 4}, 5, 10), 1u) << "effusion.";
  EXPECT_EQ(taken_back({3, 4}, 5, kEos), 1u);
  EXPECT_EQ(taken_back({3, 4}, 5, 9), 0u) << "effusion has a";
  EXPECT_EQ(taken_back({3, 7}, 8, 6), 0u) << "a negation stays";
  EXPECT_EQ(taken_back({3, 4}, 9, 6), 0u) << "nothing barred was wanted";
}

TEST(Constraints, NoSearchWritesWhatIsLeftOutOrHalfAWord) {
  const auto tokenizer = report_pieces();
  const Constraints constraints = without_priors();
  std::vector<std::uint64_t> seeds;
  for (std::uint64_t i = 0; i < 200; ++i) seeds.push_back(i);
  for (const Strategy strategy : kAll) {
    FakeSession fake(seeds, static_cast<std::size_t>(tokenizer->size()), 0.5F);
    DecodeRequest request;
    request.options.strategy = strategy;
    request.options.max_tokens = 14;
    request.bos = kBos;
    request.eos = kEos;
    request.constraints = &constraints;
    request.attention = true;
    request.seeds = seeds;
    const auto found = decode(fake, request);
    ASSERT_TRUE(found.is_ok());
    std::size_t heard = 0;
    for (const auto& study : *found) {
      for (const Hypothesis& h : study) {
        const std::string text = " " + to_lower(tokenizer->decode(h.tokens)) + " ";
        for (const char* word : {" stable ", " persistent ", " unchanged ", " since "})
          EXPECT_EQ(text.find(word), std::string::npos) << text;
        EXPECT_EQ(h.logprobs.size(), h.tokens.size() + (h.ended ? 1 : 0));
        EXPECT_EQ(h.attention.size(), h.tokens.size());
        // The fake decoder's attention is the step: a later one than the token's place means a word between.
        if (!h.tokens.empty() && h.attention.back()->front() > static_cast<float>(h.tokens.size() - 1))
          ++heard;
      }
    }
    EXPECT_GT(heard, 0u) << "some text heard a word that it does not hold";
  }
}

}  // namespace
}  // namespace hilum::runtime
