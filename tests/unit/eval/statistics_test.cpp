#include "eval/table/statistics.h"

#include <cmath>

#include <gtest/gtest.h>

#include "eval/words/text_metrics.h"
#include "golden.h"

namespace hilum::eval {
namespace {

TEST(Bootstrap, ReplaysNumpyResamples) {
  for (const Json& test : golden("lunguage_golden.json")["bootstrap"]) {
    std::vector<double> values;
    for (const Json& value : test["values"]) {
      if (!value.is_null()) values.push_back(value.get<double>());
    }
    ScoreTable table(values.size());
    table.add_mean(Metric(), values);
    BootstrapOptions options;
    options.resamples = test["n_bootstrap"];
    options.confidence = test["confidence"];
    options.seed = test["seed"];
    options.threads = 2;
    const auto intervals = bootstrap(table, options);
    ASSERT_TRUE(intervals.is_ok());
    if (values.empty()) {
      EXPECT_TRUE(std::isnan((*intervals)[0].low));
      continue;
    }
    EXPECT_NEAR((*intervals)[0].low, test["ci_lower"].get<double>(), 1e-12);
    EXPECT_NEAR((*intervals)[0].high, test["ci_upper"].get<double>(), 1e-12);
  }
}

TEST(Bootstrap, PatientsAreDrawnWhole) {
  // Two patients whose reports score 0 and 1: by patient a resample can only be 0, .5 or 1.
  ScoreTable table(100);
  std::vector<double> values;
  std::vector<std::string> patients;
  for (int i = 0; i < 100; ++i) {
    values.push_back(i < 50 ? 0 : 1);
    patients.push_back(i < 50 ? "a" : "b");
  }
  table.add_mean(Metric(), values);
  const auto by_patient = bootstrap(table, BootstrapOptions(), patients);
  const auto by_report = bootstrap(table, BootstrapOptions());
  EXPECT_EQ((*by_patient)[0].low, 0);
  EXPECT_EQ((*by_patient)[0].high, 1);
  EXPECT_GT((*by_report)[0].low, 0.3);
  EXPECT_EQ(bootstrap(table, BootstrapOptions(), {"a"}).status().code(), ErrorCode::kUsage);
}

TEST(PythonRandomTest, FirstDraws) {
  PythonRandom random(12345);
  for (const Json& draw : metric_golden()["paired_ar"]["first_10_draws_seed_12345"])
    EXPECT_EQ(random.random(), draw.get<double>());
}

ScoreTable radeval_scores(const Json& hypotheses, const Json& references) {
  std::vector<std::string> h = hypotheses.get<std::vector<std::string>>(),
                           r = references.get<std::vector<std::string>>();
  Corpus corpus(Preprocess::kRaw);
  for (std::size_t i = 0; i < h.size(); ++i) corpus.add(h[i], {r[i]});
  ScoreTable table(h.size());
  add_bleu(corpus, table);
  add_rouge_l(corpus, table);
  return table;
}

TEST(PairedRandomisation, ReplaysThePublishedVariant) {
  const Json& test = metric_golden()["paired_ar"];
  const ScoreTable a = radeval_scores(test["A"], test["refs"]), b = radeval_scores(test["B"], test["refs"]);
  RandomisationOptions options;
  options.trials = 1000;
  options.seed = 12345;
  options.variant = RandomisationVariant::kUncorrected;
  const auto got = paired_randomisation(a, b, {"BLEU-4", "ROUGE-L"}, options);
  ASSERT_TRUE(got.is_ok());
  ASSERT_EQ(got->size(), 2u);
  const Json& scores = test["scores"];
  EXPECT_NEAR((*got)[0].a, scores["A"]["bleu4"].get<double>(), 1e-9);
  EXPECT_NEAR((*got)[0].b, scores["B"]["bleu4"].get<double>(), 1e-9);
  EXPECT_NEAR((*got)[0].p, scores["B"]["bleu4_pvalue"].get<double>(), 1e-12);
  EXPECT_NEAR((*got)[1].a, scores["A"]["rougeL"].get<double>(), 1e-9);
  EXPECT_NEAR((*got)[1].p, scores["B"]["rougeL_pvalue"].get<double>(), 1e-12);
}

TEST(PairedRandomisation, TheCorrectedVariantIsNeverZero) {
  ScoreTable a(50), b(50);
  Metric metric;
  metric.name = "x";
  a.add_mean(metric, std::vector<double>(50, 1.0));
  b.add_mean(metric, std::vector<double>(50, 0.0));
  RandomisationOptions options;
  options.trials = 99;
  EXPECT_DOUBLE_EQ((*paired_randomisation(a, b, {"x"}, options))[0].p, 0.01);
  options.variant = RandomisationVariant::kUncorrected;
  EXPECT_DOUBLE_EQ((*paired_randomisation(a, b, {"x"}, options))[0].p, 0.0);
  EXPECT_EQ(paired_randomisation(a, ScoreTable(3), {"x"}, options).status().code(), ErrorCode::kUsage);
}

}  // namespace
}  // namespace hilum::eval
