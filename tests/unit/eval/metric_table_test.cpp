// The table of metrics: what follows from a row, and that no row lies.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/files/file.h"
#include "eval/choice.h"
#include "source_dir.h"

namespace hilum::eval {
namespace {

std::vector<std::string> names_of(const Choice& choice) {
  std::vector<std::string> out;
  for (const MetricRow* row : choice.rows) out.emplace_back(row->name);
  return out;
}

bool has(const std::vector<std::string>& list, const std::string& name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

Choice chosen(const EvaluateOptions& options) {
  auto choice = choose_metrics(options, TextModels());
  EXPECT_TRUE(choice.is_ok()) << choice.status().to_string();
  return choice.is_ok() ? choice.take() : Choice();
}

EvaluationSet small_set(std::shared_ptr<const Json> record) {
  EvaluationSet set;
  set.name = "s";
  const std::vector<std::pair<std::string, std::string>> pairs = {
      {"Small left pleural effusion. No pneumothorax.", "Small left pleural effusion."},
      {"ETT 4 cm above the carina.", "Endotracheal tube 3 cm above the carina. Cardiomegaly."},
      {"The lungs are clear.", "Lungs are clear. Heart size is normal."}};
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    EvaluationItem item;
    item.id = std::to_string(i);
    item.hypothesis = pairs[i].first;
    item.references = {pairs[i].second};
    item.record = record;
    set.items.push_back(std::move(item));
  }
  return set;
}

// Every group that needs no bundle gives what its row lists: the run itself fails when one gives nothing or
// a score of another name.
TEST(MetricTable, EveryGroupGivesItsScores) {
  const Json row =
      Json::parse(R"({"graph":{"entities":{"1":{"tokens":"edema","label":"OBS-DP","relations":[]}}},
      "entities":[["edema","DISEASE"]],"green":"[Matched Findings]:\n1. a","radgraph_combined":1,"bertscore":1,
      "semb_score":1,"bleu_score":1,"present":"True","measurement":"3","placement":"correct",
      "gt_present":"True","gt_measurement":"4","gt_placement":"correct"})");
  for (const MetricRow& metric : metric_rows()) {
    if ((metric.needs & (kEncoder | kSentences)) != 0 || metric.stored.hypothesis == &StoredFields::crimson)
      continue;
    EvaluateOptions options;
    options.metrics = {metric.name};
    options.bootstrap.resamples = 0;
    options.stored.hypothesis_graph = options.stored.reference_graph = "graph";
    options.stored.hypothesis_entities = options.stored.reference_entities = "entities";
    options.stored.green = "green";
    std::vector<EvaluationSet> sets = {small_set(std::make_shared<const Json>(row))};
    const auto evaluator = Evaluator::open(options);
    ASSERT_TRUE(evaluator.is_ok()) << metric.name << " " << evaluator.status().to_string();
    const auto evaluation = evaluator->evaluate(sets);
    if (!evaluation && metric.may_lack != nullptr) continue;  // its data is not installed here
    ASSERT_TRUE(evaluation.is_ok()) << metric.name << " " << evaluation.status().to_string();
    EXPECT_FALSE(evaluation->systems[0].table.metrics().empty()) << metric.name;
  }
}

TEST(MetricTable, NamesAreUniqueAndDocumented) {
  const auto page = read_file(source_dir() + "/docs/metrics.md", 1u << 20);
  ASSERT_TRUE(page.is_ok());
  std::vector<std::string> met;
  for (const MetricGroup& group : metric_groups()) {
    EXPECT_FALSE(has(met, group.name)) << group.name;
    met.push_back(group.name);
    EXPECT_NE(page->find("| `" + group.name + "` |"), std::string::npos)
        << "docs/metrics.md has no row for " << group.name;
    EXPECT_FALSE(group.shown.empty() && group.others.empty()) << group.name;
    EXPECT_FALSE(group.needs.empty()) << group.name;
  }
}

TEST(MetricTable, DefaultsFollowWhatIsGiven) {
  EvaluateOptions options;
  std::vector<std::string> names = names_of(chosen(options));
  EXPECT_TRUE(has(names, "bleu") && has(names, "chexpert") && has(names, "clinical"));
  for (const char* name : {"radgraph", "bertscore", "srrg", "lunguage", "extraction", "radcliq", "green"})
    EXPECT_FALSE(has(names, name)) << name;
  options.stored.hypothesis_graph = options.stored.reference_graph = "g";
  options.stored.hypothesis_structured = "s";
  options.stored.green = "j";
  names = names_of(chosen(options));
  EXPECT_TRUE(has(names, "radgraph") && has(names, "srrg") && has(names, "green"));
}

TEST(MetricTable, OnlyNamedGroupsAreComputed) {
  EvaluateOptions options;
  options.metrics = {"bleu"};
  options.stored.green = "j";
  EXPECT_EQ(names_of(chosen(options)), std::vector<std::string>{"bleu"});
}

TEST(MetricTable, StoredValuesStandInPlaceOfTexts) {
  EvaluateOptions options;
  options.metrics = {"chexpert"};
  EXPECT_TRUE(chosen(options).texts);
  options.stored.hypothesis_labels = "h";
  EXPECT_TRUE(chosen(options).texts);
  options.stored.reference_labels = "r";
  EXPECT_FALSE(chosen(options).texts);
  EXPECT_TRUE(chosen(options).keep_rows);
  options.metrics = {"chexpert", "bleu"};
  EXPECT_TRUE(chosen(options).texts);
  options.metrics = {"radcliq"};
  EXPECT_FALSE(chosen(options).texts);
  EXPECT_TRUE(chosen(options).keep_rows);
}

// Scores stand by where they come from, so that given labels come before what rules read from the texts.
TEST(MetricTable, OrderFollowsTheLabelsSource) {
  EvaluateOptions options;
  options.metrics = {"chexpert", "measurement", "entity-f1"};
  EXPECT_EQ(names_of(chosen(options)), (std::vector<std::string>{"measurement", "chexpert", "entity-f1"}));
  options.stored.hypothesis_labels = options.stored.reference_labels = "l";
  EXPECT_EQ(names_of(chosen(options)), (std::vector<std::string>{"chexpert", "measurement", "entity-f1"}));
}

TEST(MetricTable, WishesThatCannotBe) {
  const auto message = [](const EvaluateOptions& options) {
    return choose_metrics(options, TextModels()).status().message();
  };
  EvaluateOptions options;
  options.metrics = {"blue"};
  EXPECT_NE(message(options).find("did you mean 'bleu'"), std::string::npos);
  options.metrics = {"ratescore"};
  EXPECT_NE(message(options).find("setting 'hypothesis_entities'"), std::string::npos);
  options.metrics = {"bertscore"};
  EXPECT_NE(message(options).find("text_encoder"), std::string::npos);
  options.metrics = {"bleu"};
  options.attributes = "a.json";
  EXPECT_NE(message(options).find("consistency"), std::string::npos);
}

TEST(MetricTable, BoundsNeedAScoreThatIsAskedFor) {
  EvaluateOptions options;
  options.metrics = {"bleu", "chexpert"};
  const Choice choice = chosen(options);
  EXPECT_TRUE(
      check_bound_names({{"BLEU-4", .1, true}, {"CheXpert-14-micro-recall", .1, true}}, choice).is_ok());
  EXPECT_EQ(check_bound_names({{"BLUE-4", .1, true}}, choice).code(), ErrorCode::kUsage);
  EXPECT_EQ(check_bound_names({{"ROUGE-L", .1, false}}, choice).code(), ErrorCode::kUsage);
}

TEST(MetricTable, PatternsFitNames) {
  EXPECT_TRUE(fits("BLEU-4", "BLEU-4"));
  EXPECT_FALSE(fits("BLEU-4", "BLEU-41"));
  EXPECT_TRUE(fits("LunguageScore-*-F1", "LunguageScore-jaccard-F1"));
  EXPECT_FALSE(fits("LunguageScore-*-F1", "LunguageScore-jaccard-recall"));
  EXPECT_FALSE(fits("aba*aba", "aba"));
}

}  // namespace
}  // namespace hilum::eval
