#include <algorithm>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "hilum/json.h"

#include "core/files/file.h"
#include "evaluate_fixture.h"
#include "source_dir.h"

namespace hilum::cli {
namespace {

std::string golden_csv() {
  const auto golden = read_json_file(source_dir() + "/tests/data/metric_golden.json", 16u << 20);
  std::string csv = "images_id,ground_truth,pred_report\nBLEU_1,,0.3823\nBLEU_2,,0.2475\n";
  const auto quoted = [](std::string text) {
    for (std::size_t at = 0; (at = text.find('"', at)) != std::string::npos; at += 2) text.insert(at, "\"");
    return "\"" + text + "\"";
  };
  for (const Json& pair : (*golden)["pairs"]) {
    if (pair["refs"].size() > 1) continue;
    csv += pair["id"].get<std::string>() + "," + quoted(pair["refs"][0].get<std::string>()) + "," +
           quoted(pair["hyp"].get<std::string>()) + "\n";
  }
  return csv;
}

TEST_F(EvaluateCommand, CsvContract) {
  const std::string path = file("results.csv", golden_csv());
  ASSERT_TRUE(evaluate({"--csv", path, "--id", "images_id", "--hypothesis", "pred_report", "--reference",
                        "ground_truth", "--preset", "sei", "--format", "json"})
                  .is_ok());
  const auto golden = read_json_file(source_dir() + "/tests/data/metric_golden.json", 16u << 20);
  const Json& expected = (*golden)["sets"]["dotspace/single_ref_48"]["corpus"];
  const Json result = json();
  EXPECT_NEAR(result["metrics"]["BLEU-4"]["value"].get<double>(), expected["BLEU_4"].get<double>(), 1e-9);
  EXPECT_NEAR(result["metrics"]["ROUGE-L"]["value"].get<double>(), expected["ROUGE_L"].get<double>(), 1e-9);
  EXPECT_NEAR(result["metrics"]["CIDEr"]["value"].get<double>(), expected["CIDEr_D"].get<double>(), 1e-9);
  const Json& bleu = result["metrics"]["BLEU-4"];
  EXPECT_LT(bleu["low"].get<double>(), bleu["value"].get<double>());
  EXPECT_GT(bleu["high"].get<double>(), bleu["value"].get<double>());
  EXPECT_EQ(bleu["direction"], "higher");
  EXPECT_EQ(bleu["preprocessing"], "dotspace");
  EXPECT_EQ(result["counts"]["rows"], 50);
  EXPECT_EQ(result["counts"]["summary_rows"], 2);
  EXPECT_EQ(result["counts"]["scored"], 48);
  EXPECT_EQ(result["counts"]["empty_hypothesis"], 1);
  EXPECT_EQ(result["stamp"]["preset"], "sei");
}

TEST_F(EvaluateCommand, RecordsAreTheDefaultInput) {
  const std::string input =
      R"({"id":"a","report":{"findings":"no effusion"},"factcheck":{"report":{"findings":"no pleural effusion"}},"reference":{"findings":"no pleural effusion"}})"
      "\n"
      R"({"id":"b","report":{"findings":"x"},"error":{"code":"json_invalid","stage":"generate","message":"m"}})"
      "\n"
      R"({"id":"c","report":{"findings":"x"},"reference":{}})"
      "\n{broken\n"
      R"({"id":"d","report":{"findings":"None"},"reference":{"findings":"clear lungs"}})"
      "\n"
      R"({"id":"e","report":{"findings":7},"reference":{"findings":["clear lungs"]}})"
      "\n";
  ASSERT_TRUE(
      evaluate({"--format", "json", "--metrics", "bleu", "--resamples", "0", "--log-level", "off"}, input)
          .is_ok());
  const Json counts = json()["counts"];
  EXPECT_EQ(counts["rows"], 6);
  EXPECT_EQ(counts["failed_records"], 1);
  EXPECT_EQ(counts["missing_reference"], 1);
  EXPECT_EQ(counts["unreadable"], 1);
  EXPECT_EQ(counts["none_hypothesis"], 1);
  EXPECT_EQ(counts["scored"], 3);
  EXPECT_TRUE(json()["metrics"]["BLEU-1"]["low"].is_null());
  const double before = json()["metrics"]["BLEU-1"]["value"];
  ASSERT_TRUE(evaluate({"--format", "json", "--metrics", "bleu", "--resamples", "0", "--log-level", "off",
                        "--hypothesis", "factcheck.report.findings"},
                       input)
                  .is_ok());
  EXPECT_GT(json()["metrics"]["BLEU-1"]["value"].get<double>(), before);
  EXPECT_EQ(json()["counts"]["missing_hypothesis"], 3);
}

TEST_F(EvaluateCommand, SeveralReferences) {
  const std::string input = R"({"id":"a","hyp":"clear lungs","r":{"one":"no effusion","two":"clear lungs"}})";
  ASSERT_TRUE(evaluate({"--hypothesis", "hyp", "--reference", "r.one", "--reference", "r.two", "--metrics",
                        "rouge-l", "--format", "json"},
                       input)
                  .is_ok());
  EXPECT_EQ(json()["metrics"]["ROUGE-L"]["value"], 1.0);
}

TEST_F(EvaluateCommand, JsonShapesOfOtherTools) {
  const std::string text = R"(["no effusion","clear lungs"])";
  const std::vector<std::pair<std::string, std::string>> shapes = {
      {"rexrank",
       R"({"s1":{"model_prediction":"no effusion","section_findings":"no effusion"},"s2":{"model_prediction":"clear lungs","section_findings":"clear lungs"}})"},
      {"radeval", R"({"references":)" + text + R"(,"hypotheses":)" + text + "}"},
      {"icon",
       R"({"s1":{"hyp":"no effusion","ref":"no effusion"},"s2":{"hyp":"clear lungs","ref":"clear lungs"}})"},
      {"list",
       R"([{"id":"s1","response":"no effusion","answer":"no effusion"},{"id":"s2","response":"clear lungs","answer":"clear lungs"}])"}};
  for (const auto& [name, document] : shapes) {
    ASSERT_TRUE(
        evaluate({"--json", file(name + ".json", document), "--metrics", "rouge-l", "--format", "json"})
            .is_ok())
        << name;
    EXPECT_EQ(json()["counts"]["scored"], 2) << name;
    EXPECT_EQ(json()["metrics"]["ROUGE-L"]["value"], 1.0) << name;
  }
  const std::string results = file(
      "results.json",
      R"([{"image_id":1,"caption":"no effusion"},{"image_id":2,"caption":"clear"},{"image_id":2,"caption":"again"}])");
  const std::string truth = file(
      "truth.json",
      R"({"annotations":[{"image_id":1,"caption":"no effusion"},{"image_id":1,"caption":"other"},{"image_id":3,"caption":"x"}]})");
  ASSERT_TRUE(evaluate({"--json", results, "--references", truth, "--metrics", "rouge-l", "--format", "json"})
                  .is_ok());
  EXPECT_EQ(json()["counts"]["scored"], 1);
  EXPECT_EQ(json()["counts"]["missing_reference"], 1);
  EXPECT_EQ(json()["counts"]["missing_hypothesis"], 1);
  EXPECT_EQ(json()["counts"]["duplicate_ids"], 1);
}

TEST_F(EvaluateCommand, TwoCsvFilesOfReports) {
  const std::string predictions = file("predicted.csv", "study_id,report\n1,clear lungs\n2,no effusion\n");
  const std::string truth = file("truth.csv", "study_id,report\n2,no effusion\n1,None\n");
  ASSERT_TRUE(evaluate({"--csv", predictions, "--references", truth, "--id", "study_id", "--hypothesis",
                        "report", "--reference", "report", "--metrics", "bleu", "--format", "json"})
                  .is_ok());
  EXPECT_EQ(json()["counts"]["scored"], 1);
  EXPECT_EQ(json()["counts"]["none_reference"], 1);
}

TEST_F(EvaluateCommand, ANameForEitherSideIsNotTakenForBoth) {
  const std::string alone = file("alone.csv", "study_id,report\n1,clear lungs\n");
  const Status csv = evaluate({"--csv", alone, "--metrics", "bleu"});
  EXPECT_EQ(csv.code(), ErrorCode::kUsage);
  EXPECT_NE(csv.message().find("--references"), std::string::npos) << csv.message();
  EXPECT_EQ(
      evaluate({"--json", file("c.json", R"([{"image_id":1,"caption":"x"}])"), "--metrics", "bleu"}).code(),
      ErrorCode::kNoInput);
  // Asked for, a text may be its own reference.
  EXPECT_TRUE(
      evaluate({"--csv", alone, "--hypothesis", "report", "--reference", "report", "--metrics", "bleu"})
          .is_ok());
}

TEST_F(EvaluateCommand, LinesOfText) {
  const std::string mine = file("mine.tok", "clear lungs\r\nno effusion\nextra\n");
  const std::string truth = file("truth.txt", "clear lungs\n\n");
  ASSERT_TRUE(
      evaluate({"--lines", mine, "--references", truth, "--metrics", "rouge-l", "--format", "json"}).is_ok());
  EXPECT_EQ(json()["metrics"]["ROUGE-L"]["value"], 1.0);
  EXPECT_EQ(json()["counts"]["scored"], 1);
  EXPECT_EQ(json()["counts"]["empty_reference"], 1);
  EXPECT_EQ(json()["counts"]["missing_reference"], 1);
  EXPECT_EQ(evaluate({"--lines", mine}).code(), ErrorCode::kUsage);
}

TEST_F(EvaluateCommand, AHostileHeaderDoesNotReachTheTerminal) {
  std::string header = "a\x1b[2J\xff";
  for (int i = 0; i < 30; ++i) header += ",column" + std::string(200, 'x') + std::to_string(i);
  const Status status = evaluate({"--csv", file("x.csv", header + "\n")});
  EXPECT_EQ(status.code(), ErrorCode::kUsage);
  EXPECT_EQ(status.message().find('\x1b'), std::string::npos);
  EXPECT_LT(status.message().size(), 2000u);
  EXPECT_NE(status.message().find("11 more"), std::string::npos) << status.message();
}

TEST_F(EvaluateCommand, SeveralSystemsAreCompared) {
  std::string a = "id,hyp,ref\n", b = a;
  for (int i = 0; i < 40; ++i) {
    const std::string reference = "no effusion in zone " + std::to_string(i);
    a += std::to_string(i) + "," + reference + "," + reference + "\n";
    b += std::to_string(i) + ",large effusion," + reference + "\n";
  }
  b += "extra,x,y\n";
  ASSERT_TRUE(evaluate({"--csv", file("a.csv", a), "--csv", file("b.csv", b), "--name", "ours", "--metrics",
                        "bleu", "--format", "json", "--trials", "99"})
                  .is_ok());
  const Json result = json();
  EXPECT_EQ(result["systems"]["b"]["counts"]["not_in_every_system"], 1);
  ASSERT_EQ(result["comparisons"].size(), 4u);
  EXPECT_EQ(result["comparisons"][0]["a"], "ours");
  EXPECT_DOUBLE_EQ(result["comparisons"][0]["p"].get<double>(), 0.01);
  ASSERT_TRUE(evaluate({"--csv", file("a.csv", a), "--csv", file("b.csv", b), "--metrics", "bleu", "--format",
                        "latex", "--trials", "9"})
                  .is_ok());
  EXPECT_NE(out_.find("\\begin{tabular}{lrr}"), std::string::npos);
}

TEST_F(EvaluateCommand, MissedMinimumExitsWithOne) {
  const std::string path = file("x.csv", "id,hyp,ref\n1,clear lungs,no effusion seen\n");
  EXPECT_EQ(evaluate({"--csv", path, "--metrics", "bleu", "--min", "BLEU-1=0.5"}).exit_code(), 1);
  EXPECT_EQ(evaluate({"--csv", path, "--metrics", "bleu", "--min", "BLEU-1=0"}).exit_code(), 0);
  EXPECT_EQ(evaluate({"--csv", path, "--metrics", "bleu", "--min", "BLEU-9=0"}).exit_code(), 2);
  EXPECT_EQ(evaluate({"--csv", path, "--metrics", "bleu", "--min", "BLEU-1"}).exit_code(), 2);
}

TEST_F(EvaluateCommand, ABoundThatCannotBeIsSaidBeforeAnyWork) {
  const std::string path = file("x.csv", "id,hyp,ref\n1,clear lungs,no effusion seen\n");
  const std::string samples = (folder_ / "s.csv").string();
  for (const char* bound : {"BLEU-1", "foo", "NOPE=1", "ROUGE-L=0.1"}) {
    const Status status =
        evaluate({"--csv", path, "--metrics", "bleu", "--min", bound, "--per-sample", samples});
    EXPECT_EQ(status.code(), ErrorCode::kUsage) << bound;
    EXPECT_EQ(out_, "") << bound;
    EXPECT_FALSE(std::filesystem::exists(samples)) << bound;
    // Before the input is looked for.
    EXPECT_EQ(evaluate({"--csv", "/nowhere.csv", "--metrics", "bleu", "--max", bound}).code(),
              ErrorCode::kUsage);
  }
  EXPECT_NE(
      evaluate({"--csv", path, "--metrics", "bleu", "--min", "BLUE-1=0"}).message().find("did you mean"),
      std::string::npos);
  EXPECT_EQ(evaluate({"--structured-pairs", "/nowhere", "--min", "BLEU-1=0"}).code(), ErrorCode::kUsage);
  EXPECT_EQ(evaluate({"--radmatch", "/nowhere", "--min", "BLEU-1=0"}).code(), ErrorCode::kUsage);
}

TEST_F(EvaluateCommand, TheTableIsShortUnlessAskedForMore) {
  const std::string path = file("x.csv", "id,hyp,ref\n1,clear lungs,clear lungs\n");
  const auto lines = [this] { return std::count(out_.begin(), out_.end(), '\n'); };
  ASSERT_TRUE(evaluate({"--csv", path, "--resamples", "0"}).is_ok());
  EXPECT_LE(lines(), 24);
  EXPECT_NE(out_.find("clinical-agreement"), std::string::npos);
  EXPECT_NE(out_.find("--all"), std::string::npos);
  EXPECT_EQ(out_.find("F1 Edema"), std::string::npos);
  ASSERT_TRUE(evaluate({"--csv", path, "--resamples", "0", "--all"}).is_ok());
  EXPECT_GT(lines(), 60);
  EXPECT_EQ(out_.find("--all"), std::string::npos);
  // Named groups are shown whole.
  ASSERT_TRUE(evaluate({"--csv", path, "--resamples", "0", "--metrics", "chexpert"}).is_ok());
  EXPECT_NE(out_.find("F1 Edema"), std::string::npos);
}

TEST_F(EvaluateCommand, AnOldSpellingNamesTheNewOne) {
  const Status status = evaluate({"--model", "x"});
  EXPECT_EQ(status.code(), ErrorCode::kUsage);
  EXPECT_NE(status.message().find("--bundle"), std::string::npos) << status.message();
}

TEST_F(EvaluateCommand, PerSampleFiles) {
  const std::string path = file("x.csv", "id,hyp,ref\n1,clear lungs,clear lungs\n2,x,no effusion\n");
  const std::string lines = (folder_ / "s.jsonl").string(), csv = (folder_ / "s.csv").string();
  ASSERT_TRUE(evaluate({"--csv", path, "--metrics", "rouge-l", "--per-sample", lines}).is_ok());
  EXPECT_NE(read_file(lines, 1u << 20)->find(R"({"id":"1","system":"x","ROUGE-L":1.0,"stamp":"hilum)"),
            std::string::npos);
  ASSERT_TRUE(evaluate({"--csv", path, "--metrics", "rouge-l", "--per-sample", csv}).is_ok());
  EXPECT_EQ(read_file(csv, 1u << 20)->rfind("id,ROUGE-L,stamp\n1,1,", 0), 0u);
}

TEST_F(EvaluateCommand, RadcliqFromColumns) {
  const std::string path =
      file("x.csv",
           "id,hyp,ref,radgraph_combined,bertscore,semb_score,bleu_score\n1,a,a,1,1,1,1\n2,a,a,0,0,0,0\n");
  ASSERT_TRUE(evaluate({"--csv", path, "--metrics", "radcliq", "--format", "json"}).is_ok());
  EXPECT_NEAR(json()["metrics"]["RadCliQ-v1"]["value"].get<double>(),
              (-1.4406902828047017 + 2.4501430833271307) / 2, 1e-9);
  EXPECT_EQ(json()["metrics"]["RadCliQ-v1"]["direction"], "lower");
}

TEST_F(EvaluateCommand, GivenLabelsAndGraphs) {
  const std::string input =
      R"({"id":"a","hyp":"x","ref":"x","hl":{"Edema":1},"rl":{"Edema":-1},"hg":{"entities":{"1":{"tokens":"Edema","label":"OBS-DP","relations":[]}}},"rg":{"entities":{"1":{"tokens":"edema","label":"OBS-DP","relations":[]}}}})";
  const std::vector<std::string> args = {"--hypothesis",
                                         "hyp",
                                         "--reference",
                                         "ref",
                                         "--hypothesis-labels",
                                         "hl",
                                         "--reference-labels",
                                         "rl",
                                         "--hypothesis-graph",
                                         "hg",
                                         "--reference-graph",
                                         "rg",
                                         "--metrics",
                                         "chexpert,radgraph",
                                         "--format",
                                         "json"};
  ASSERT_TRUE(evaluate(args, input).is_ok());
  EXPECT_EQ(json()["metrics"]["CheXpert-14-micro-F1"]["value"], 1.0);
  EXPECT_EQ(json()["metrics"]["CheXpert-14-micro-F1"]["policy"], "uncertain-positive");
  EXPECT_EQ(json()["metrics"]["RadGraph-F1-simple"]["value"], 1.0);
  std::vector<std::string> other = args;
  other.insert(other.end(), {"--preset", "sei", "--label-policy", "uncertain-negative"});
  ASSERT_TRUE(evaluate(other, input).is_ok());
  EXPECT_EQ(json()["metrics"]["CheXpert-14-micro-F1"]["value"], 0.0);
  EXPECT_EQ(json()["metrics"]["RadGraph-F1-simple"]["value"], 0.0);
}

TEST_F(EvaluateCommand, DefaultMetricsIncludeClinicalOnesByRules) {
  const std::string path = file(
      "x.csv",
      "id,hyp,ref\n1,Small left effusion.,Small left effusion.\n2,Lungs are clear.,Moderate cardiomegaly.\n");
  ASSERT_TRUE(evaluate({"--csv", path, "--format", "json", "--resamples", "20"}).is_ok());
  const Json metrics = json()["metrics"];
  for (const char* name : {"BLEU-4", "CIDEr", "CheXpert-14-micro-F1", "Entity-F1-partial",
                           "clinical-agreement", "temporal-F1", "prior-lines"}) {
    EXPECT_TRUE(metrics.contains(name)) << name;
  }
  EXPECT_GT(metrics["clinical-agreement"]["value"].get<double>(), 0.3);
  EXPECT_LT(metrics["clinical-agreement"]["value"].get<double>(), 0.9);
}

TEST_F(EvaluateCommand, FeedbackOnOneReport) {
  const std::string mine = file("mine.txt", "Small right pleural effusion. Rib fracture.");
  const std::string reference = file("ref.txt", "Small left pleural effusion.");
  ASSERT_TRUE(evaluate({"--one", mine, reference}).is_ok());
  EXPECT_NE(out_.find("side: "), std::string::npos) << out_;
  EXPECT_NE(out_.find("added: "), std::string::npos) << out_;
  ASSERT_TRUE(evaluate({"--one", mine, reference, "--format", "json"}).is_ok());
  EXPECT_EQ(json()["feedback"].size(), 2u);
  EXPECT_EQ(evaluate({"--one", mine, "/nowhere.txt"}).code(), ErrorCode::kFileNotFound);
}

TEST_F(EvaluateCommand, StructuredContract) {
  const auto golden = read_json_file(source_dir() + "/tests/data/lunguage_golden.json", 16u << 20);
  std::string lines;
  for (const Json& test : (*golden)["lunguage_score"]) {
    Json line = Json::object();
    for (const char* key : {"id", "mode", "candidate", "reference"}) line[key] = test[key];
    lines += line.dump() + "\n";
  }
  ASSERT_TRUE(evaluate({"--structured-pairs", file("l.jsonl", lines), "--metrics", "lunguage", "--similarity",
                        "jaccard", "--format", "json"})
                  .is_ok());
  const Json result = json();
  ASSERT_EQ(result["per_sample"].size(), 55u);
  for (std::size_t i = 0; i < 55; ++i) {
    const Json& test = (*golden)["lunguage_score"][i];
    const Json& got = result["per_sample"][i];
    EXPECT_EQ(got["id"], test["id"]);
    for (const auto& [unit, expected] : test["jaccard"]["f64"].items()) {
      if (expected.contains("skipped") || got["scored_units"] != 1) continue;
      EXPECT_NEAR(got["f1"].get<double>(), expected["f1"].get<double>(), 1e-9) << test["id"];
    }
  }
  EXPECT_EQ(evaluate({"--structured-pairs", file("bad.jsonl", "{}\n"), "--log-level", "off"}).exit_code(), 4);
  EXPECT_EQ(evaluate({"--structured-pairs", "/nowhere"}).code(), ErrorCode::kFileNotFound);
}

TEST_F(EvaluateCommand, UsageErrorsSayWhatIsWrong) {
  const std::string path = file("x.csv", "id,hyp,ref\n1,a,a\n");
  EXPECT_NE(evaluate({"--csv", path, "--preset", "sie"}).message().find("did you mean 'sei'"),
            std::string::npos);
  EXPECT_NE(evaluate({"--csv", path, "--hypothesis", "pred"}).message().find("hyp"), std::string::npos);
  EXPECT_NE(evaluate({"--csv", path, "--metrics", "blue"}).message().find("did you mean 'bleu'"),
            std::string::npos);
  EXPECT_EQ(evaluate({"--csv", "/nowhere.csv"}).code(), ErrorCode::kFileNotFound);
  EXPECT_EQ(evaluate({"--csv", file("empty.csv", "")}).code(), ErrorCode::kCsvInvalid);
  EXPECT_EQ(evaluate({}, "").code(), ErrorCode::kNoInput);
  EXPECT_NE(evaluate({"--csv", path, "--by-patient"}).message().find("--patient"), std::string::npos);
}

}  // namespace
}  // namespace hilum::cli
