#include "stages/generate/prior_rule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace hilum::stages {
namespace {

TEST(PriorRule, TheTableForbidsComparisonsAndNothingOfPlace) {
  const auto table = load_prior_references();
  ASSERT_TRUE(table.is_ok()) << table.status().message();
  EXPECT_THAT(table->phrases, testing::IsSupersetOf({"unchanged", "compared", "interval", "again",
                                                     "previously", "prior study", "since", "persistent"}));
  for (const char* kept : {"lower", "lower lobe", "upper", "prior", "previous", "change", "increased", "low"})
    EXPECT_THAT(table->phrases, testing::Not(testing::Contains(kept)));
  // Only what is forbidden can be left out.
  EXPECT_THAT(table->phrases, testing::IsSupersetOf(table->left_out.words));
  EXPECT_THAT(table->left_out.words, testing::Contains("stable"));
  EXPECT_THAT(table->left_out.behind, testing::Contains("there is"));
  EXPECT_THAT(table->left_out.begun, testing::Contains("has"));
  for (const char* meaning : {"no", "not", "without"})
    EXPECT_THAT(table->left_out.begun, testing::Not(testing::Contains(meaning)));
  EXPECT_THAT(table->left_out.not_before, testing::Contains("since"));
}

TEST(PriorRule, AutoForbidsWhereTheModelSeesNoPrior) {
  PreparedStudy none, given, left_out;
  given.input.prior_report_ids = {4, 5};
  left_out.not_taken = {"prior_report"};
  const Json record = {{"priors", Json::array({Json{{"id", "study7"}}})}};
  EXPECT_TRUE(forbids_priors(PriorRule::kAuto, none));
  EXPECT_TRUE(forbids_priors(PriorRule::kForbid, given));
  EXPECT_FALSE(forbids_priors(PriorRule::kAllow, none));
  EXPECT_EQ(prior_references_json(PriorRule::kAuto, none, Json::object()),
            Json({{"allowed", false}, {"why", "no_prior"}}));
  EXPECT_EQ(prior_references_json(PriorRule::kAuto, given, record),
            Json({{"allowed", true}, {"why", "prior_given"}, {"prior", "study7"}}));
  EXPECT_EQ(prior_references_json(PriorRule::kAuto, left_out, record),
            Json({{"allowed", false}, {"why", "prior_not_taken"}}));
  EXPECT_EQ(prior_references_json(PriorRule::kForbid, given, record),
            Json({{"allowed", false}, {"why", "option"}, {"prior", "study7"}}));
}

}  // namespace
}  // namespace hilum::stages
