#include <gtest/gtest.h>

#include "eval/clinical/chexpert.h"
#include "eval/clinical/radcliq.h"
#include "eval/clinical/radgraph.h"
#include "eval/structured/judge.h"
#include "eval/structured/ratescore.h"
#include "eval/words/temporal.h"
#include "golden.h"

namespace hilum::eval {
namespace {

constexpr double kTolerance = 1e-9;

TEST(RadGraphF1, GoldenInBothLetterCases) {
  const Json& golden = metric_golden()["radgraph_f1"];
  for (const Json& row : golden["rows"]) {
    const auto h = graph_from_json(golden["annotations"][row["hyp"].get<std::string>()]);
    const auto r = graph_from_json(golden["annotations"][row["ref"].get<std::string>()]);
    ASSERT_TRUE(h.is_ok() && r.is_ok());
    const auto check = [&](const char* key, GraphCase letter_case) {
      const GraphF1 got = radgraph_f1(*h, *r, letter_case);
      EXPECT_NEAR(got.simple, row[key][0].get<double>(), kTolerance) << row["hyp"] << row["ref"] << key;
      EXPECT_NEAR(got.partial, row[key][1].get<double>(), kTolerance) << row["hyp"] << row["ref"] << key;
      EXPECT_NEAR(got.complete, row[key][2].get<double>(), kTolerance) << row["hyp"] << row["ref"] << key;
    };
    check("simple_partial_complete_head_2026", GraphCase::kLowerEverywhere);
    check("simple_partial_complete_0_1_18", GraphCase::kLowerRelations);
    const RadcliqGraph combined = radcliq_graph(*h, *r);
    EXPECT_NEAR(combined.entity_f1, row["cxr_report_metric"]["entity_f1"].get<double>(), kTolerance);
    EXPECT_NEAR(combined.relation_f1, row["cxr_report_metric"]["relation_f1"].get<double>(), kTolerance);
    EXPECT_NEAR(combined.combined, row["cxr_report_metric"]["radgraph_combined"].get<double>(), kTolerance);
  }
}

TEST(RadGraphF1, BadAnnotationsAreRefused) {
  for (const char* text : {"[]", "{}", R"({"entities":{"1":{"tokens":3,"label":"x"}}})",
                           R"({"entities":{"1":{"tokens":"a","label":"x","relations":["m"]}}})"}) {
    EXPECT_EQ(graph_from_json(Json::parse(text)).status().code(), ErrorCode::kRecordInvalid) << text;
  }
  const auto dangling = graph_from_json(
      Json::parse(R"({"entities":{"1":{"tokens":"a","label":"x","relations":[["modify","9"]]}}})"));
  ASSERT_TRUE(dangling.is_ok());
  EXPECT_TRUE(dangling->entities[0].relations.empty());
}

TEST(Radcliq, Golden) {
  for (const Json& row : metric_golden()["radcliq"]["rows"]) {
    const auto x = row["x"].get<std::array<double, 4>>();
    EXPECT_NEAR(radcliq_v0(x), row["v0"].get<double>(), kTolerance);
    EXPECT_NEAR(radcliq_v1(x), row["v1"].get<double>(), kTolerance);
  }
}

std::vector<FindingRow> finding_rows(const Json& rows) {
  std::vector<FindingRow> out;
  for (const Json& row : rows) {
    FindingRow entry{};
    for (std::size_t f = 0; f < kFindings; ++f) {
      const int code = row[f].is_null() ? 9 : row[f].get<int>();
      entry[f] = code == 9   ? Finding::kBlank
                 : code == 1 ? Finding::kPositive
                 : code == 0 ? Finding::kNegative
                             : Finding::kUncertain;
    }
    out.push_back(entry);
  }
  return out;
}

class ChexpertGolden : public ::testing::Test {
 protected:
  ScoreTable table(FindingPolicy policy) const {
    const Json& golden = metric_golden()["chexpert_f1"];
    ScoreTable out(golden["refs"].size());
    add_chexpert(finding_rows(golden["hyps"]), finding_rows(golden["refs"]), policy, "given", out);
    return out;
  }
  static void expect(const ScoreTable& table, const std::string& name, const Json& value) {
    const Metric* metric = table.find(name);
    ASSERT_NE(metric, nullptr) << name;
    EXPECT_NEAR(table.corpus_value(*metric), value.get<double>(), kTolerance) << name;
  }
};

TEST_F(ChexpertGolden, EveryAverageUnderBothPolicies) {
  for (const auto& [policy, sets] : metric_golden()["chexpert_f1"]["policies"].items()) {
    const bool rrg = policy.rfind("rrg", 0) == 0;
    const ScoreTable scores =
        table(rrg ? FindingPolicy::kUncertainPositive : FindingPolicy::kUncertainNegative);
    for (const std::string set : {"14", "5"}) {
      const std::string base = "CheXpert-" + set;
      for (const auto& [ours, theirs] :
           {std::pair("micro", "micro avg"), std::pair("macro", "macro avg"),
            std::pair("weighted", "weighted avg"), std::pair("example", "samples avg")}) {
        const Json& expected = sets[set][theirs];
        expect(scores, base + "-" + ours + "-precision", expected["precision"]);
        expect(scores, base + "-" + ours + "-recall", expected["recall"]);
        expect(scores, base + "-" + ours + "-F1", expected["f1-score"]);
      }
      expect(scores, base + "-all-right", sets[set]["subset_accuracy"]);
      expect(scores, base + "-example-F1-empty1", sets[set]["samples_f1_zero_division_1"]);
    }
    for (const std::string_view name : finding_names()) {
      expect(scores, "F1 " + std::string(name), sets["14"][std::string(name)]["f1-score"]);
    }
  }
}

TEST_F(ChexpertGolden, ExtractionTasks) {
  const std::pair<const char*, FindingPolicy> tasks[] = {{"mention(non-blank)", FindingPolicy::kMention},
                                                         {"negation(0)", FindingPolicy::kNegation},
                                                         {"uncertainty(-1)", FindingPolicy::kUncertainty},
                                                         {"positive(1)", FindingPolicy::kUncertainNegative}};
  for (const auto& [name, policy] : tasks) {
    const Json& expected = metric_golden()["chexpert_f1"]["extraction_tasks"][name];
    const ScoreTable scores = table(policy);
    expect(scores, "CheXpert-14-micro-F1", expected["micro"]);
    expect(scores, "CheXpert-14-macro-F1", expected["macro"]);
    for (const auto& [finding, value] : expected["per_class_f1"].items())
      expect(scores, "F1 " + finding, value);
  }
}

TEST(GreenParse, Golden) {
  for (const Json& row : metric_golden()["green_parse"]["rows"]) {
    const Green got = green_from_text(row["response"].get<std::string>());
    EXPECT_NEAR(got.score, row["green"].get<double>(), kTolerance) << row["response"];
    EXPECT_EQ(got.matched, row["matched"].get<int>());
    EXPECT_EQ(Json(got.significant), row["significant"][1]) << row["response"];
    EXPECT_EQ(Json(got.insignificant), row["insignificant"][1]) << row["response"];
  }
}

TEST(CrimsonScore, Golden) {
  for (const Json& row : metric_golden()["crimson_score"]["rows"]) {
    const auto got = crimson_from_json(row["evaluation"]);
    ASSERT_TRUE(got.is_ok());
    EXPECT_NEAR(got->score, row["crimson_score"].get<double>(), kTolerance) << row["evaluation"];
    EXPECT_NEAR(got->reference_weight, row["metrics"]["N_G"].get<double>(), kTolerance);
    EXPECT_NEAR(got->correct, row["metrics"]["correct"].get<double>(), kTolerance);
    EXPECT_NEAR(got->raw, row["metrics"]["S"].get<double>(), kTolerance);
  }
  EXPECT_EQ(crimson_from_json(Json::parse("{}")).status().code(), ErrorCode::kRecordInvalid);
}

TEST(RateScore, GoldenWeighting) {
  const Json& golden = metric_golden()["ratescore_weighting"];
  for (const std::string matrix : {"long", "short"}) {
    const auto weights = RateWeights::load(matrix);
    ASSERT_TRUE(weights.is_ok()) << weights.status().to_string();
    for (const Json& row : golden["rows"]) {
      const auto entities = [&row](const std::string& side) {
        TypedEntities out;
        out.vectors = row[side + "_embeds"].get<std::vector<std::vector<double>>>();
        out.types = row[side + "_types"].get<std::vector<std::string>>();
        return out;
      };
      EXPECT_NEAR(weights->score(entities("gt"), entities("pred")), row[matrix]["ratescore"].get<double>(),
                  kTolerance);
      EXPECT_NEAR(weights->one_way(entities("gt"), entities("pred")),
                  row[matrix]["compute(gt,pred)"].get<double>(), kTolerance);
    }
    EXPECT_EQ(weights->score({}, {}), 0.5);
  }
  EXPECT_EQ(RateWeights::load("medium").status().code(), ErrorCode::kUsage);
}

TEST(RateScore, StoredEntitiesInEveryShape) {
  const auto objects =
      typed_entities_from_json(Json::parse(R"([{"text":"edema","type":"disease","vector":[1,0]}])"));
  ASSERT_TRUE(objects.is_ok()) << objects.status().to_string();
  EXPECT_EQ(objects->types[0], "DISEASE");
  EXPECT_EQ(objects->vectors[0], (std::vector<double>{1, 0}));
  const auto lists = typed_entities_from_json(Json::parse(R"({"types":["ANATOMY"],"embeds":[[1,2]]})"));
  ASSERT_TRUE(lists.is_ok());
  EXPECT_EQ(lists->vectors[0], (std::vector<double>{1, 2}));
  const auto pairs =
      typed_entities_from_json(Json::parse(R"([["left lung","ANATOMY"],["edema","NON-DISEASE"]])"));
  ASSERT_TRUE(pairs.is_ok());
  EXPECT_EQ(pairs->texts[1], "edema");
  EXPECT_TRUE(typed_entities_from_json(Json::parse("[]"))->types.empty());
  for (const char* bad :
       {"3", R"([{"text":"x"}])", R"([{"type":"DISEASE"}])", R"([{"type":"TUMOUR","text":"x"}])",
        R"([{"type":"DISEASE","vector":[1]},{"type":"DISEASE","vector":[1,2]}])",
        R"([{"type":"DISEASE","vector":["a"]}])", R"({"types":["DISEASE"],"embeds":[]})",
        R"([{"type":"DISEASE","text":"x"},{"type":"DISEASE","vector":[1]}])"})
    EXPECT_EQ(typed_entities_from_json(Json::parse(bad)).status().code(), ErrorCode::kRecordInvalid) << bad;
}

TEST(RateScore, TextSimilarityTakesThePlaceOfVectors) {
  // Equal texts are like equal vectors: each entity finds itself, so only the negation weight is left.
  const auto weights = RateWeights::load("long");
  TypedEntities a, b;
  a.types = {"DISEASE"};
  a.texts = {"edema"};
  b.types = {"NON-DISEASE"};
  b.texts = {"edema"};
  const auto same = [&](std::size_t i, std::size_t j) { return a.texts[i] == b.texts[j] ? 1.0 : 0.0; };
  const double negated =
      metric_golden()["ratescore_weighting"]["matrices"]["long"]["NEG_WEIGHT"].get<double>();
  EXPECT_NEAR(weights->score(a, b, same), negated, kTolerance);
}

TEST(Temporal, GoldenKeywords) {
  const auto words = TemporalWords::load();
  ASSERT_TRUE(words.is_ok()) << words.status().to_string();
  for (const Json& row : metric_golden()["temporal_f1_keywords_only"]["rows"]) {
    const std::string h = row["hyp"], r = row["ref"];
    EXPECT_NEAR(words->f1(h, r), row["f1"].get<double>(), 1e-15) << h;
    EXPECT_EQ(Json(words->words_of_change(h)), row["hyp_set"]) << h;
    EXPECT_EQ(Json(words->words_of_change(r)), row["ref_set"]) << r;
  }
}

TEST(Temporal, ReferencesToAnEarlierStudyPerSentence) {
  const auto words = TemporalWords::load();
  const auto count = words->prior_references(
      "The nodule of 1.5 cm is unchanged. Lungs are clear. Compared to the prior study, no effusion.");
  EXPECT_EQ(count.lines, 3u);
  EXPECT_EQ(count.with_prior, 2u);
  EXPECT_EQ(words->prior_references("Renewed effort. Priority.").with_prior, 0u);
  EXPECT_EQ(words->prior_references("").lines, 0u);
}

}  // namespace
}  // namespace hilum::eval
