// The public interface: files in, scores out, a metric of one's own.
#include "hilum/evaluate.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

namespace hilum {
namespace {

std::string csv_file(const std::string& name, const std::string& text) {
  const std::string path = (std::filesystem::path(::testing::TempDir()) / name).string();
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

EvaluateOptions bleu_only() {
  EvaluateOptions options;
  options.metrics = {"bleu"};
  options.bootstrap.resamples = 20;
  return options;
}

TEST(Evaluate, AFileInOneCall) {
  PairSources sources;
  sources.systems = {{csv_file("one_call.csv", "id,hyp,ref\n1,clear lungs,clear lungs\n2,None,x\n"), {}}};
  const auto evaluation = evaluate(sources, bleu_only());
  ASSERT_TRUE(evaluation.is_ok()) << evaluation.status().to_string();
  const SystemScores& system = evaluation->systems.at(0);
  EXPECT_EQ(system.name, "one_call");
  EXPECT_EQ(system.counts.none_hypothesis, 1u);
  ASSERT_NE(system.table.find("BLEU-1"), nullptr);
  EXPECT_EQ(system.intervals.size(), system.table.metrics().size());
  EXPECT_NE(render_table(*evaluation).find("BLEU-1"), std::string::npos);
}

TEST(Evaluate, SetsMadeByHandAreCheckedOnce) {
  std::vector<EvaluationSet> sets(1);
  sets[0].name = "mine";
  sets[0].items = {{"a", "", "clear lungs", {"clear lungs"}, nullptr}, {"b", "", "x", {" "}, nullptr}};
  const auto evaluator = Evaluator::open(bleu_only());
  ASSERT_TRUE(evaluator.is_ok());
  for (int run = 0; run < 2; ++run) {
    const auto evaluation = evaluator->evaluate(sets);
    ASSERT_TRUE(evaluation.is_ok());
    EXPECT_EQ(evaluation->systems[0].counts.scored, 1u);
    EXPECT_EQ(evaluation->systems[0].counts.empty_reference, 1u);
  }
}

TEST(Evaluate, RecordsOfAStream) {
  std::istringstream records(R"({"id":"a","report":{"findings":"x y"},"reference":{"findings":"x y"}})");
  const auto evaluator = Evaluator::open(bleu_only());
  auto sets = evaluator->read({}, &records);
  ASSERT_TRUE(sets.is_ok()) << sets.status().to_string();
  EXPECT_EQ(sets->at(0).name, "stdin");
  EXPECT_EQ(evaluator->read({}).status().code(), ErrorCode::kUsage);
}

TEST(Evaluate, AWrongBoundEndsTheRunBeforeTheFileIsRead) {
  EvaluateOptions options = bleu_only();
  options.bounds = {{"NOPE", 1, true}};
  PairSources sources;
  sources.systems = {{"/nowhere.csv", {}}};
  EXPECT_EQ(evaluate(sources, options).status().code(), ErrorCode::kUsage);
  options.bounds = {{"BLEU-1", 1, true}};
  EXPECT_EQ(evaluate(sources, options).status().code(), ErrorCode::kFileNotFound);
}

TEST(Evaluate, BoundsAreCheckedAgainstTheScores) {
  PairSources sources;
  sources.systems = {{csv_file("bounds.csv", "id,hyp,ref\n1,clear lungs,no effusion\n"), {}}};
  const auto evaluation = evaluate(sources, bleu_only());
  ASSERT_TRUE(evaluation.is_ok());
  EXPECT_TRUE(check_bounds(*evaluation, {{"BLEU-1", .5, false}}).is_ok());
  EXPECT_EQ(check_bounds(*evaluation, {{"BLEU-1", .5, true}}).code(), ErrorCode::kNegativeAnswer);
}

TEST(Evaluate, AMetricOfOnesOwn) {
  ScoreTable table(3);
  Metric metric;
  metric.name = "mine";
  table.add_mean(std::move(metric), {1, 0, 1});
  BootstrapOptions options;
  options.resamples = 50;
  const auto intervals = bootstrap(table, options);
  ASSERT_TRUE(intervals.is_ok());
  EXPECT_LE(intervals->at(0).low, 2.0 / 3);
  EXPECT_GE(intervals->at(0).high, 2.0 / 3);
}

// Systems may have different scores (METEOR without its data, a model's labels): each has a line.
TEST(RenderLatex, ScoresThatTheFirstSystemLacksHaveALine) {
  Evaluation evaluation;
  for (const char* name : {"first", "second"}) {
    SystemScores system;
    system.name = name;
    system.table = ScoreTable(1);
    Metric metric;
    metric.name = "shared";
    system.table.add_mean(metric, {.5});
    metric.name = std::string("only_") + name;
    system.table.add_mean(metric, {.25});
    evaluation.systems.push_back(std::move(system));
  }
  const std::string text = render_latex(evaluation);
  EXPECT_NE(text.find("only\\_first $\\uparrow$ & 0.2500 & - "), std::string::npos) << text;
  EXPECT_NE(text.find("only\\_second $\\uparrow$ & - & 0.2500 "), std::string::npos) << text;
}

TEST(RenderTable, TheShortTableHasWhatPeopleLookAt) {
  PairSources sources;
  sources.systems = {{csv_file("short.csv", "id,hyp,ref\n1,clear lungs,clear lungs\n"), {}}};
  EvaluateOptions options;
  options.bootstrap.resamples = 0;
  const auto evaluation = evaluate(sources, options);
  ASSERT_TRUE(evaluation.is_ok()) << evaluation.status().to_string();
  const std::vector<std::string> shown = shown_scores(*evaluation);
  EXPECT_GE(shown.size(), 13u);
  EXPECT_LE(shown.size(), 16u);
  const std::string table = render_table(*evaluation, false, shown);
  EXPECT_NE(table.find("CheXpert-14-micro-F1"), std::string::npos);
  EXPECT_EQ(table.find("F1 Edema"), std::string::npos);
  EXPECT_NE(render_table(*evaluation).find("F1 Edema"), std::string::npos);
}

TEST(CompareReports, SaysWhatIsWrong) {
  const auto feedback =
      compare_reports("Small right pleural effusion. Rib fracture.", "Small left pleural effusion.");
  ASSERT_TRUE(feedback.is_ok());
  EXPECT_EQ(feedback->lines.size(), 2u);
  EXPECT_LT(feedback->finding_agreement, 1);
}

}  // namespace
}  // namespace hilum
