#include "runtime/decoding/decoding.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "published_searches.h"

namespace hilum::runtime {
namespace {

DecodeRequest beam_request(int beam, int max_tokens, Scoring scoring = Scoring::kSum) {
  DecodeRequest request;
  request.options.beam = beam;
  request.options.max_tokens = max_tokens;
  request.options.scoring = scoring;
  request.bos = kBos;
  request.eos = kEos;
  return request;
}

std::vector<int> with_eos(const Hypothesis& hypothesis) {
  std::vector<int> tokens = hypothesis.tokens;
  if (hypothesis.ended) tokens.push_back(kEos);
  return tokens;
}

std::vector<std::uint64_t> seeds(std::size_t count) {
  std::vector<std::uint64_t> out(count);
  for (std::size_t i = 0; i < count; ++i) out[i] = i * 31 + 5;
  return out;
}

constexpr std::size_t kStudies = 60;

TEST(Decoding, SumRuleEqualsThePublishedSearchRunToItsEnd) {
  for (const float bonus : {0.0F, 1.5F, 3.0F}) {
    FakeSession fake(seeds(kStudies), 11, bonus);
    const auto found = decode(fake, beam_request(3, 12));
    ASSERT_TRUE(found.is_ok()) << found.status().message();
    for (std::size_t s = 0; s < kStudies; ++s) {
      const Sequence expected = r2gen_search(fake, s, 3, 12);
      EXPECT_EQ(with_eos((*found)[s].front()), expected.tokens) << "study " << s << ", bonus " << bonus;
      EXPECT_NEAR((*found)[s].front().score, expected.score, 1e-4);
    }
  }
}

TEST(Decoding, EarlyStopSavesStepsAndChangesNothing) {
  FakeSession stopping(seeds(kStudies), 11, 3.0F);
  FakeSession running(seeds(kStudies), 11, 3.0F);
  DecodeRequest request = beam_request(3, 40);
  const auto early = decode(stopping, request);
  request.options.early_stop = EarlyStop::kNever;
  const auto full = decode(running, request);
  ASSERT_TRUE(early.is_ok() && full.is_ok());
  for (std::size_t s = 0; s < kStudies; ++s) {
    EXPECT_EQ((*early)[s].front().tokens, (*full)[s].front().tokens);
    EXPECT_EQ((*early)[s].front().score, (*full)[s].front().score);
  }
  EXPECT_LT(stopping.rows * 2, running.rows);
}

TEST(Decoding, LengthNormalisedEqualsThePublishedSearch) {
  for (const double penalty : {1.0, 0.6, 2.0}) {
    for (const float bonus : {0.0F, 2.0F}) {
      FakeSession fake(seeds(kStudies), 9, bonus);
      DecodeRequest request = beam_request(4, 10, Scoring::kLengthNormalised);
      request.options.length_penalty = penalty;
      const auto found = decode(fake, request);
      ASSERT_TRUE(found.is_ok());
      for (std::size_t s = 0; s < kStudies; ++s) {
        const auto expected = hugging_face_search(fake, s, 4, 10, penalty);
        ASSERT_EQ((*found)[s].size(), expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i) {
          EXPECT_EQ(with_eos((*found)[s][i]), expected[i].tokens) << "study " << s << " rank " << i;
          EXPECT_NEAR((*found)[s][i].score, expected[i].score, 1e-5);
        }
      }
    }
  }
}

TEST(Decoding, ExactStopOfTheLengthNormalisedRuleEqualsTheFullRun) {
  FakeSession stopping(seeds(kStudies), 9, 2.0F);
  FakeSession running(seeds(kStudies), 9, 2.0F);
  DecodeRequest request = beam_request(3, 14, Scoring::kLengthNormalised);
  request.options.early_stop = EarlyStop::kExact;
  const auto exact = decode(stopping, request);
  request.options.early_stop = EarlyStop::kNever;
  const auto full = decode(running, request);
  ASSERT_TRUE(exact.is_ok() && full.is_ok());
  for (std::size_t s = 0; s < kStudies; ++s)
    EXPECT_EQ(with_eos((*exact)[s].front()), with_eos((*full)[s].front()));
  EXPECT_LE(stopping.rows, running.rows);
}

TEST(Decoding, AWideBeamFindsTheBestOfAllSequences) {
  FakeSession fake(seeds(20), 4, 0.5F);
  for (const bool normalised : {false, true}) {
    DecodeRequest request = beam_request(400, 5, normalised ? Scoring::kLengthNormalised : Scoring::kSum);
    request.options.early_stop = normalised ? EarlyStop::kExact : EarlyStop::kPublished;
    const auto found = decode(fake, request);
    ASSERT_TRUE(found.is_ok());
    for (std::size_t s = 0; s < 20; ++s) {
      const Sequence best = best_of_all(fake, s, 5, normalised ? 1.0 : 0.0);
      EXPECT_EQ(with_eos((*found)[s].front()), best.tokens) << "study " << s;
    }
  }
}

TEST(Decoding, ABatchGivesWhatEachStudyAloneGives) {
  FakeSession together(seeds(10), 11, 1.5F);
  for (const Scoring scoring : {Scoring::kSum, Scoring::kLengthNormalised}) {
    const auto all = decode(together, beam_request(3, 20, scoring));
    ASSERT_TRUE(all.is_ok());
    for (std::size_t s = 0; s < 10; ++s) {
      FakeSession alone({seeds(10)[s]}, 11, 1.5F);
      const auto one = decode(alone, beam_request(3, 20, scoring));
      ASSERT_TRUE(one.is_ok());
      EXPECT_EQ((*one)[0].front().tokens, (*all)[s].front().tokens);
      EXPECT_EQ((*one)[0].front().logprobs, (*all)[s].front().logprobs);
    }
  }
}

TEST(Decoding, GreedyTakesTheLikeliestAndReportsItsLogprob) {
  FakeSession fake({7}, 11, -5.0F);
  DecodeRequest request = beam_request(1, 8);
  request.options.strategy = Strategy::kGreedy;
  request.attention = true;
  const auto found = decode(fake, request);
  ASSERT_TRUE(found.is_ok());
  const Hypothesis& hypothesis = (*found)[0].front();
  std::vector<int> prefix{kBos};
  for (std::size_t t = 0; t < hypothesis.tokens.size(); ++t) {
    const auto values = fake.logprobs(0, prefix);
    const auto best = std::max_element(values.begin(), values.end());
    EXPECT_EQ(hypothesis.tokens[t], best - values.begin());
    EXPECT_EQ(hypothesis.logprobs[t], *best);
    prefix.push_back(hypothesis.tokens[t]);
  }
  ASSERT_EQ(hypothesis.tokens.size(), 8u);
  ASSERT_EQ(hypothesis.attention.size(), 8u);
  EXPECT_EQ((*hypothesis.attention[1])[0], 1.0F);
}

TEST(Decoding, ATrigramThatComesAgainCostsTheTokenItsPenalty) {
  FakeSession fake(seeds(kStudies), 4, -5.0F);  // so few tokens that runs of three come again
  DecodeRequest request = beam_request(1, 40);
  request.options.strategy = Strategy::kGreedy;
  const auto plain = decode(fake, request);
  request.options.trigram_penalty = 1.386;
  const auto found = decode(fake, request);
  ASSERT_TRUE(plain.is_ok() && found.is_ok());
  int changed = 0;
  for (std::size_t s = 0; s < kStudies; ++s) {
    const Hypothesis& hypothesis = (*found)[s].front();
    std::vector<int> tokens;
    float score = 0.0F;
    for (const int token : with_eos(hypothesis)) {
      const auto own = fake.logprobs(s, with_bos(tokens));
      auto values = own;
      for (std::size_t i = 0; i + 2 < tokens.size(); ++i) {
        if (std::equal(tokens.end() - 2, tokens.end(), tokens.begin() + static_cast<std::ptrdiff_t>(i)))
          values[static_cast<std::size_t>(tokens[i + 2])] -= 1.386F;
      }
      ASSERT_EQ(token, std::max_element(values.begin(), values.end()) - values.begin()) << "study " << s;
      EXPECT_EQ(hypothesis.logprobs[tokens.size()], own[static_cast<std::size_t>(token)]);
      score += values[static_cast<std::size_t>(token)];
      tokens.push_back(token);
    }
    EXPECT_NEAR(hypothesis.score, score, 1e-3);
    changed += hypothesis.tokens == (*plain)[s].front().tokens ? 0 : 1;
  }
  EXPECT_GT(changed, 5) << "nothing came again, so this proves nothing";
}

TEST(Decoding, SamplesFollowTheSeedAndTheDistribution) {
  FakeSession fake({7}, 5, 0.0F);
  DecodeRequest request = beam_request(1, 2);
  request.options.strategy = Strategy::kSample;
  request.samples = 4000;
  request.seeds = {123};
  const auto first = decode(fake, request);
  const auto again = decode(fake, request);
  ASSERT_TRUE(first.is_ok() && again.is_ok());
  std::vector<double> share(5, 0.0);
  for (std::size_t i = 0; i < 4000; ++i) {
    EXPECT_EQ((*first)[0][i].tokens, (*again)[0][i].tokens);
    share[static_cast<std::size_t>(with_eos((*first)[0][i]).front())] += 1.0 / 4000;
  }
  const auto expected = fake.logprobs(0, {kBos});
  for (std::size_t id = 0; id < 5; ++id)
    EXPECT_NEAR(share[id], std::exp(static_cast<double>(expected[id])), 0.03);
  request.seeds = {124};
  const auto other = decode(fake, request);
  ASSERT_TRUE(other.is_ok());
  std::size_t same = 0;
  for (std::size_t i = 0; i < 4000; ++i) same += (*first)[0][i].tokens == (*other)[0][i].tokens ? 1 : 0;
  EXPECT_LT(same, 3000u);
}

TEST(Decoding, TopKAndTopPKeepTheLikeliest) {
  FakeSession fake({9}, 8, 0.0F);
  const auto values = fake.logprobs(0, {kBos});
  std::vector<int> order{0, 1, 2, 3, 4, 5, 6, 7};
  std::sort(order.begin(), order.end(), [&](int a, int b) {
    return values[static_cast<std::size_t>(a)] > values[static_cast<std::size_t>(b)];
  });
  DecodeRequest request = beam_request(1, 1);
  request.options.strategy = Strategy::kSample;
  request.samples = 500;
  const auto seen = [&] {
    std::set<int> ids;
    const auto found = decode(fake, request);
    for (const Hypothesis& h : (*found)[0]) ids.insert(with_eos(h).front());
    return ids;
  };
  request.options.top_k = 2;
  EXPECT_EQ(seen(), (std::set<int>{order[0], order[1]}));
  request.options.top_k = 0;
  request.options.top_p = 1e-6;
  EXPECT_EQ(seen(), (std::set<int>{order[0]}));
}

TEST(Decoding, LimitsAndBarsHold) {
  FakeSession fake(seeds(30), 5, 4.0F);
  DecodeRequest request = beam_request(3, 12);
  request.options.min_tokens = 6;
  request.options.no_repeat_ngram = 2;
  request.options.suppress = {0};
  for (const Strategy strategy : {Strategy::kBeam, Strategy::kGreedy, Strategy::kSample}) {
    request.options.strategy = strategy;
    const auto found = decode(fake, request);
    ASSERT_TRUE(found.is_ok());
    for (const auto& study : *found) {
      const Hypothesis& best = study.front();
      EXPECT_GE(with_eos(best).size(), 7u);
      EXPECT_LE(with_eos(best).size(), 12u);
      std::set<std::pair<int, int>> pairs;
      for (std::size_t i = 0; i + 1 < best.tokens.size(); ++i) {
        EXPECT_TRUE(pairs.insert({best.tokens[i], best.tokens[i + 1]}).second) << "a pair came twice";
        EXPECT_NE(best.tokens[i], 0);
      }
    }
  }
}

TEST(Decoding, EverythingBarredEndsTheText) {
  FakeSession fake({3}, 4, 0.0F);
  DecodeRequest request = beam_request(2, 10);
  request.options.suppress = {0, 1, 2, 3};
  for (const Strategy strategy : {Strategy::kBeam, Strategy::kGreedy, Strategy::kSample}) {
    request.options.strategy = strategy;
    const auto found = decode(fake, request);
    ASSERT_TRUE(found.is_ok());
    EXPECT_TRUE((*found)[0].front().tokens.empty());
    EXPECT_FALSE((*found)[0].front().ended);
  }
}

TEST(Decoding, ImpossibleOptionsAreRefused) {
  FakeSession fake({3}, 4, 0.0F);
  DecodeRequest request = beam_request(0, 10);
  EXPECT_EQ(decode(fake, request).status().code(), ErrorCode::kUsage);
  request = beam_request(2, 10);
  request.options.temperature = 0.0;
  EXPECT_EQ(decode(fake, request).status().code(), ErrorCode::kUsage);
}

}  // namespace
}  // namespace hilum::runtime
