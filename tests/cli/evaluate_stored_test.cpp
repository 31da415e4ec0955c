// `hilum evaluate` on what other stages and programs stored: columns, entities, structured reports, findings.
#include <cmath>

#include "core/files/file.h"
#include "evaluate_fixture.h"
#include "source_dir.h"

namespace hilum::cli {
namespace {

Json golden_file(const std::string& name) {
  auto json = read_json_file(source_dir() + "/tests/data/" + name, 16u << 20);
  return json.is_ok() ? json.take() : Json();
}

class EvaluateStored : public EvaluateCommand {
 protected:
  double value(const std::string& metric) const {
    const Json result = json();
    EXPECT_TRUE(result["metrics"].contains(metric)) << metric << " " << out_.substr(0, 400);
    return result["metrics"].contains(metric) && result["metrics"][metric]["value"].is_number()
               ? result["metrics"][metric]["value"].get<double>()
               : std::nan("");
  }
};

TEST_F(EvaluateStored, MeasurementsOfTexts) {
  const std::string path =
      file("x.csv",
           "id,hyp,ref\n1,ETT tip lies 4 cm above the carina.,Endotracheal tube 3.5 cm above the carina.\n"
           "2,Endotracheal tube 8 cm above the carina.,Endotracheal tube 5.5 cm above the carina.\n3,ET "
           "tube.,Clear.\n");
  ASSERT_TRUE(evaluate({"--csv", path, "--metrics", "measurement", "--format", "json"}).is_ok());
  EXPECT_NEAR(value("ETT-presence-precision"), 2.0 / 3, 1e-12);
  EXPECT_NEAR(value("ETT-MAE-cm"), 1.5, 1e-9);
  EXPECT_NEAR(value("ETT-placement-recall"), .5, 1e-12);
  EXPECT_EQ(json()["metrics"]["ETT-MAE-cm"]["direction"], "lower");
}

TEST_F(EvaluateStored, FactchexckerResultFile) {
  const std::string header =
      "rid,model,object,present,measurement,placement,gt_present,gt_measurement,gt_placement,measurement_"
      "diff\n";
  const std::string path =
      file("r.csv", header +
                        "1,X,endotracheal_tube,True,3.18,correct,True,3.5,correct,0.32\n"
                        "2,X,endotracheal_tube,True,2.24,incorrect,True,3.5,correct,1.26\n"
                        "3,X,endotracheal_tube,False,,,True,3.5,correct,\n"
                        "4,X,endotracheal_tube,True,4,correct,False,,,\n");
  ASSERT_TRUE(evaluate({"--csv", path, "--metrics", "factchexcker", "--format", "json", "--per-sample",
                        (folder_ / "s.csv").string()})
                  .is_ok());
  EXPECT_NEAR(value("ETT-presence-precision"), 2.0 / 3, 1e-12);
  EXPECT_NEAR(value("ETT-MAE-cm"), .79, 1e-9);
  EXPECT_NEAR(value("ETT-placement-accuracy"), .5, 1e-12);
  EXPECT_EQ(json()["counts"]["scored"], 4);
  EXPECT_NE(read_file((folder_ / "s.csv").string(), 1u << 20)->find("\n4,"), std::string::npos);
  const Status bad =
      evaluate({"--csv", file("b.csv", header + "1,X,t,maybe,,,True,,,\n"), "--metrics", "factchexcker"});
  EXPECT_EQ(bad.code(), ErrorCode::kRecordInvalid);
  EXPECT_NE(bad.message().find("present"), std::string::npos) << bad.message();
}

TEST_F(EvaluateStored, RatescoreOfTheGoldenEntities) {
  const Json golden = golden_file("metric_golden.json")["ratescore_weighting"];
  std::string lines;
  double sum = 0;
  for (const Json& row : golden["rows"]) {
    const auto side = [&](const std::string& name) {
      return Json{{"types", row[name + "_types"]}, {"embeds", row[name + "_embeds"]}};
    };
    lines += Json{{"id", std::to_string(sum)}, {"h", side("pred")}, {"r", side("gt")}}.dump() + "\n";
    sum += row["short"]["ratescore"].get<double>();
  }
  ASSERT_TRUE(evaluate({"--hypothesis-entities", "h", "--reference-entities", "r", "--metrics", "ratescore",
                        "--rate-matrix", "short", "--format", "json"},
                       lines)
                  .is_ok());
  EXPECT_NEAR(value("RaTEScore"), sum / static_cast<double>(golden["rows"].size()), 1e-9);
  EXPECT_EQ(json()["metrics"]["RaTEScore"]["policy"], "short affinity matrix");
  const std::string texts = R"({"id":"a","h":[["edema","DISEASE"]],"r":[["edema","DISEASE"]]})";
  ASSERT_TRUE(evaluate({"--hypothesis-entities", "h", "--reference-entities", "r", "--metrics", "ratescore",
                        "--similarity", "exact", "--format", "json"},
                       texts)
                  .is_ok());
  EXPECT_NEAR(value("RaTEScore-exact"), 1, 1e-12);
  EXPECT_NE(evaluate({"--metrics", "ratescore"}, texts).message().find("--hypothesis-entities"),
            std::string::npos);
}

TEST_F(EvaluateStored, ConsistencyOfReports) {
  std::string csv = "id,hyp,ref\n";
  for (int i = 0; i < 6; ++i) {
    const std::string side = i % 2 == 0 ? "left" : "right";
    csv += std::to_string(i) + ",Small " + side + " pleural effusion.,Small " + side + " pleural effusion.\n";
  }
  ASSERT_TRUE(
      evaluate({"--csv", file("x.csv", csv), "--metrics", "consistency", "--format", "json"}).is_ok());
  // Equal texts: reports of the same side agree in all words, those of the other side in 3 of 4.
  EXPECT_NEAR(value("CON"), (2 * 1.0 + 3 * .75) / 5, 1e-9);
  EXPECT_NEAR(value("R-CON"), value("CON"), 1e-12);
  EXPECT_NE(json()["metrics"]["CON"]["policy"].get<std::string>().find("6 reports"), std::string::npos);
}

TEST_F(EvaluateStored, SrrgOfStructuredRecords) {
  const std::string lines =
      R"({"id":"a","s":{"sections":[{"section":"Findings","name":"Pleura","items":["No effusion."]}]},"r":"Pleura:\n- No effusion.\n\nCardiovascular:\n- Normal.\n"})"
      "\n";
  ASSERT_TRUE(evaluate({"--hypothesis-structured", "s", "--reference-structured", "r", "--metrics", "srrg",
                        "--format", "json"},
                       lines)
                  .is_ok());
  EXPECT_NEAR(value("SRRG-heading-recall"), .5, 1e-12);
  EXPECT_NEAR(value("SRRG-organ-ROUGE-L"), .5, 1e-12);
  // Without the paths the texts are structured by rules.
  ASSERT_TRUE(
      evaluate({"--metrics", "srrg", "--format", "json"},
               R"({"id":"a","report":{"findings":"No effusion."},"reference":{"findings":"No effusion."}})")
          .is_ok());
  EXPECT_NEAR(value("SRRG-heading-F1"), 1, 1e-12);
}

TEST_F(EvaluateStored, LunguageFromEntitiesAndFromTexts) {
  const std::string record =
      R"({"id":"a","report":{"findings":"Small left pleural effusion. No pneumothorax."}})";
  const Ran ran = run_command({"entities", "--structured"}, record + "\n");
  ASSERT_TRUE(ran.status.is_ok());
  Json with = Json::parse(ran.out);
  with["reference"]["findings"] = "Small left pleural effusion. No pneumothorax.";
  with["truth"] = with["structured_entities"];
  const std::string line = with.dump() + "\n";
  ASSERT_TRUE(evaluate({"--hypothesis-lunguage", "structured_entities", "--reference-lunguage", "truth",
                        "--metrics", "lunguage,extraction", "--similarity", "exact", "--format", "json"},
                       line)
                  .is_ok());
  EXPECT_NEAR(value("LunguageScore-exact-F1"), 1, 1e-12);
  EXPECT_NEAR(value("Extraction-SRO-strict-F1"), 1, 1e-12);
  EXPECT_NE(json()["metrics"]["LunguageScore-exact-F1"]["policy"].get<std::string>().find("given"),
            std::string::npos);
  with["reference"]["findings"] = "Small right pleural effusion. No pneumothorax.";
  ASSERT_TRUE(evaluate({"--metrics", "lunguage", "--format", "json"}, with.dump() + "\n").is_ok());
  EXPECT_GT(value("LunguageScore-jaccard-F1"), .5);
  EXPECT_LT(value("LunguageScore-jaccard-F1"), 1);
  // The second sentence of one text is the first of the other.
  const std::string turned =
      R"({"id":"a","report":{"findings":"No pneumothorax."},"reference":{"findings":"Lungs are clear. No pneumothorax."}})";
  ASSERT_TRUE(evaluate({"--metrics", "extraction", "--format", "json"}, turned).is_ok());
  EXPECT_NEAR(value("Extraction-SRO-strict-precision"), 0, 1e-12);
  ASSERT_TRUE(evaluate({"--metrics", "extraction", "--any-sentence", "--format", "json"}, turned).is_ok());
  EXPECT_NEAR(value("Extraction-SRO-strict-precision"), 1, 1e-12);
  // One line of `--structured` with reports instead of rows.
  Json pair = Json{{"id", "a"}, {"candidate", with["truth"]}, {"reference", with["truth"]}};
  ASSERT_TRUE(
      evaluate({"--structured-pairs", file("p.jsonl", pair.dump() + "\n"), "--format", "json"}).is_ok());
  EXPECT_NEAR(value("LunguageScore-jaccard-F1"), 1, 1e-12);
}

TEST_F(EvaluateStored, RadmatchFolderAndLines) {
  const Json cases = golden_file("lunguage_golden.json")["radmatch"]["scoring"];
  std::string lines;
  double errors = 0;
  const auto put = [&](const std::string& folder, const std::string& id, const Json& content) {
    std::filesystem::create_directories(folder_ / "radmatch_results" / folder);
    std::ofstream(folder_ / "radmatch_results" / folder / (id + ".json")) << content.dump();
  };
  for (const Json& test : cases) {
    Json matches = Json::array();
    for (const Json& pair : test["matches"])
      matches.push_back(Json{{"pred_id", pair[0]}, {"gt_id", pair[1]}});
    const Json text = {{"matches", matches}, {"text_errors_per_pair", test["text_errors"]}};
    lines += Json{{"id", test["id"]},
                  {"findings_gt", test["gt"]},
                  {"findings_pred", test["pred"]},
                  {"matching", {{"matches", matches}}},
                  {"attribute_errors", text}}
                 .dump() +
             "\n";
    const std::string id = test["id"];
    put("findings_gt", id, test["gt"]);
    put("findings_pred", id, test["pred"]);
    put("matching", id, Json{{"matches", matches}});
    put("attribute_errors", id, text);
    errors += test["actionable_errors"].get<double>();
  }
  put("findings_gt", "unmatched", Json::array());
  const std::string path = file("r.jsonl", lines + "{broken\n");
  for (const std::string& input : {path, folder_.string()}) {
    ASSERT_TRUE(evaluate({"--radmatch", input, "--format", "json", "--log-level", "off"}).is_ok()) << input;
    EXPECT_NEAR(value("radmatch-actionable-errors"), errors / 9, 1e-12);
    EXPECT_EQ(json()["per_sample"].size(), 9u);
    EXPECT_EQ(json()["counts"]["rows"], 10);
    EXPECT_EQ(json()["counts"]["unreadable"].get<int>() + json()["counts"]["missing_hypothesis"].get<int>(),
              1);
    EXPECT_FALSE(json()["stamp"].contains("preset"));
  }
  EXPECT_EQ(evaluate({"--radmatch", path, "--max", "radmatch-actionable-errors=0.1", "--log-level", "off"})
                .exit_code(),
            1);
  EXPECT_EQ(evaluate({"--radmatch", "/nowhere"}).code(), ErrorCode::kFileNotFound);
  EXPECT_EQ(evaluate({"--radmatch", path, "--html", "x.html", "--log-level", "off"}).code(),
            ErrorCode::kUsage);
}

TEST_F(EvaluateStored, PerSampleOfSeveralSystemsIsOneTable) {
  const std::string a = file("a.csv", "id,hyp,ref\n1,clear,clear\n"),
                    b = file("b.csv", "id,hyp,ref\n1,x,clear\n");
  const std::string samples = (folder_ / "s.csv").string();
  ASSERT_TRUE(
      evaluate({"--csv", a, "--csv", b, "--metrics", "rouge-l", "--per-sample", samples, "--trials", "1"})
          .is_ok());
  const std::string text = *read_file(samples, 1u << 20);
  EXPECT_EQ(text.rfind("id,system,ROUGE-L,stamp\n1,a,1,", 0), 0u) << text;
  EXPECT_NE(text.find("\n1,b,0,"), std::string::npos) << text;
}

TEST_F(EvaluateStored, TablesNeedTheirMetric) {
  const std::string path = file("x.csv", "id,hyp,ref\n1,a,a\n");
  EXPECT_EQ(evaluate({"--csv", path, "--metrics", "bleu", "--attributes", path}).code(), ErrorCode::kUsage);
  EXPECT_EQ(evaluate({"--csv", path, "--metrics", "bleu", "--paraphrases", path}).code(), ErrorCode::kUsage);
  EXPECT_EQ(evaluate({"--csv", path, "--metrics", "meteor", "--paraphrases", "/nowhere.gz"}).code(),
            ErrorCode::kFileNotFound);
}

}  // namespace
}  // namespace hilum::cli
