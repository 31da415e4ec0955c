// The stage behind hilum generate with a model that is none.
#include "hilum/generate.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "hilum/record.h"
#include "hilum/run.h"

#include "io/raster/png.h"
#include "run/sources/records.h"
#include "unit/stages/fake_model.h"

namespace hilum {
namespace {

using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

namespace fs = std::filesystem;

class Kept : public Writer {
 public:
  Status write(const Item& item) override {
    records.push_back(item.record());
    return Status::ok();
  }
  std::vector<Json> records;
};

class Generate : public testing::Test {
 protected:
  Generate() {
    folder_ = fs::temp_directory_path() / ("hilum_generate_test" + std::to_string(::getpid()));
    fs::create_directories(folder_);
  }
  ~Generate() override { fs::remove_all(folder_); }

  // A film that is all of one grey, which tells the model whose it is.
  std::string film(int grey) const {
    const std::string path = (folder_ / (std::to_string(grey) + ".png")).string();
    const std::vector<std::uint8_t> rgb(16 * 16 * 3, static_cast<std::uint8_t>(grey));
    EXPECT_TRUE(write_png_rgb8(path, 16, 16, rgb).is_ok());
    return path;
  }
  Json study(int grey) const {
    return {{"id", "s" + std::to_string(grey)}, {"images", {{{"path", film(grey)}, {"view", "PA"}}}}};
  }
  std::vector<Json> studies(int count) const {
    std::vector<Json> out;
    for (int i = 0; i < count; ++i) out.push_back(study(10 * (i + 1)));
    return out;
  }

  Result<std::unique_ptr<Stage>> make(const GenerateOptions& options = {}) const {
    return make_generate_stage(options, {model, "fake@sha256:00", index, 3});
  }

  // All of them as one batch.
  std::vector<Json> run_all(std::vector<Json> records, const GenerateOptions& options = {}) {
    auto stage = make(options);
    EXPECT_TRUE(stage.is_ok()) << stage.status().message();
    if (!stage) return {};
    Kept kept;
    RunOptions run_options;
    run_options.batch = static_cast<int>(records.size());
    run_options.replicas = 1;
    run_options.quiet = true;
    const auto source = list_source(std::move(records), "a test");
    const auto counts = run(**stage, *source, kept, run_options, Streams());
    EXPECT_TRUE(counts.is_ok()) << counts.status().message();
    return kept.records;
  }

  std::shared_ptr<FakeModel> model = std::make_shared<FakeModel>();
  std::shared_ptr<FakeIndex> index;

 private:
  fs::path folder_;
};

std::string error_of(const Json& record) {
  return record.contains("error") ? record["error"]["code"].get<std::string>() : "";
}

TEST_F(Generate, WritesPredictionsReportAndWhatWasUsed) {
  model->rotated = 0.75F;
  const auto done = run_all(studies(1));
  ASSERT_THAT(done, SizeIs(1));
  EXPECT_EQ(done[0]["predictions"].dump(),
            R"([{"label":"Pleural Effusion","probability":0.9,"threshold":0.2},)"
            R"({"label":"Effusion","probability":0.9,"threshold":0.2,"same_as":"Pleural Effusion"},)"
            R"({"label":"Rotated","probability":0.75,"threshold":0.5,"kind":"quality"}])");
  EXPECT_EQ(done[0]["report"].dump(),
            R"({"findings":"heart normal . effusion .","sentences":[)"
            R"({"text":"heart normal .","section":"findings","logprob":-0.75},)"
            R"({"text":"effusion .","section":"findings","logprob":-0.5}],"logprob":-1.5,)"
            R"("inputs":{"used":["anchor"],"absent":["similar","indication","prior_report"]},)"
            R"("warnings":["the model takes the picture for 'Rotated' (75 %): do not rely on the report"],)"
            R"("prior_references":{"allowed":false,"why":"no_prior"}})");
  const Json& entry = done[0]["provenance"][0];
  EXPECT_EQ(entry["stage"], "generate");
  EXPECT_EQ(entry["bundle"], "fake@sha256:00");
  EXPECT_EQ(entry["engine"], "fake engine");
  EXPECT_EQ(entry["seed"], 0);
  EXPECT_THAT(entry["config"].get<std::string>(), HasSubstr("sha256:"));
}

// The answer of the bundle's own index in the first try must not pass for the record's own in the second.
TEST_F(Generate, AStudyThatFailsLeavesItsBatchMatesTheirSimilarCases) {
  index = std::make_shared<FakeIndex>();
  model->fails = [](const StudyInput& study) { return FakeModel::grey(study) == 20; };
  const auto done = run_all(studies(3));
  ASSERT_THAT(done, SizeIs(3));
  EXPECT_EQ(error_of(done[1]), "inference_failed");
  EXPECT_FALSE(done[1].contains("similar")) << "what failed says nothing of an answer";
  for (const std::size_t healthy : {0u, 2u}) {
    const Json& record = done[healthy];
    EXPECT_EQ(error_of(record), "");
    EXPECT_THAT(record["similar"], SizeIs(3));
    EXPECT_EQ(record["report"]["inputs"]["used"], Json({"anchor", "similar"}));
    EXPECT_EQ(record["report"]["inputs"]["unknown_words"], 24)
        << "of one try: eight pieces in each of three cases";
  }
  const auto runs = model->runs();
  ASSERT_THAT(runs, SizeIs(4)) << "together, then one by one";
  for (const FakeRun& one : runs) EXPECT_THAT(one.similar, Each(SizeIs(3)));
}

TEST_F(Generate, ARecordsOwnCasesAreUsedAndNoneAskedFor) {
  index = std::make_shared<FakeIndex>();
  auto records = studies(2);
  records[0]["similar"] = {{{"id", "own"}, {"facts", {"heart normal"}}}};
  records[1]["similar"] = Json::array();
  const auto done = run_all(records);
  EXPECT_EQ(done[0]["similar"], records[0]["similar"]);
  EXPECT_EQ(done[0]["report"]["inputs"]["used"], Json({"anchor", "similar"}));
  EXPECT_EQ(done[1]["similar"], Json::array());
  EXPECT_EQ(done[1]["report"]["inputs"]["used"], Json({"anchor"}));

  GenerateOptions without;
  without.own_similar = false;
  const auto alone = run_all(studies(1), without);
  EXPECT_FALSE(alone[0].contains("similar"));
  EXPECT_FALSE(model->runs().back().request.similar) << "the index is not asked";
}

TEST_F(Generate, ABatchOfFailuresFailsStudyByStudy) {
  model->fails = [](const StudyInput&) { return true; };
  for (const Json& record : run_all(studies(3))) {
    EXPECT_EQ(error_of(record), "inference_failed");
    EXPECT_EQ(record["error"]["stage"], "generate");
    EXPECT_FALSE(record.contains("report") || record.contains("provenance"));
  }
}

TEST_F(Generate, WhatCannotBeReadNeverReachesTheModel) {
  auto records = studies(3);
  records[0]["images"][0]["path"] = "/nowhere/film.png";
  records[2]["images"] = Json::array();
  const auto done = run_all(records);
  EXPECT_EQ(error_of(done[0]), "file_not_found");
  EXPECT_EQ(error_of(done[1]), "");
  EXPECT_EQ(error_of(done[2]), "record_invalid");
  ASSERT_THAT(model->runs(), SizeIs(1));
  EXPECT_EQ(model->runs()[0].studies, 1u);
}

TEST_F(Generate, StudiesWithoutAPriorAreDecodedUnderTheRule) {
  auto records = studies(2);
  records[1]["priors"] = {{{"id", "old"}, {"report", {{"findings", "heart normal"}}}}};
  const auto done = run_all(records);
  EXPECT_EQ(done[0]["report"]["prior_references"], Json({{"allowed", false}, {"why", "no_prior"}}));
  EXPECT_EQ(done[1]["report"]["prior_references"],
            Json({{"allowed", true}, {"why", "prior_given"}, {"prior", "old"}}));
  const auto runs = model->runs();
  ASSERT_THAT(runs, SizeIs(2)) << "those under the rule apart from the others";
  EXPECT_NE(runs[0].request.constraints, nullptr);
  EXPECT_EQ(runs[1].request.constraints, nullptr);
}

TEST_F(Generate, WhatIsNotSetIsDecodedAsTheBundleSays) {
  run_all(studies(1));
  EXPECT_EQ(model->runs().back().request.decode.beam, 5);
  EXPECT_EQ(model->runs().back().request.decode.max_tokens, 50);
  GenerateOptions options;
  options.strategy = runtime::Strategy::kSample;
  options.temperature = 2.0;
  options.max_tokens = 20;
  run_all(studies(1), options);
  const runtime::DecodeOptions decode = model->runs().back().request.decode;
  EXPECT_EQ(decode.strategy, runtime::Strategy::kSample);
  EXPECT_EQ(decode.temperature, 2.0);
  EXPECT_EQ(decode.max_tokens, 20);
  EXPECT_EQ(decode.beam, 5);
}

TEST_F(Generate, RefusesOptionsThatDoNotGoTogether) {
  const auto message = [&](auto change) {
    GenerateOptions options;
    change(options);
    const auto stage = make(options);
    EXPECT_FALSE(stage.is_ok());
    return stage ? std::string() : stage.status().message();
  };
  EXPECT_THAT(message([](auto& o) { o.max_tokens = 51; }), HasSubstr("at most 50"));
  EXPECT_THAT(message([](auto& o) { o.temperature = 2.0; }), HasSubstr("setting 'temperature'"));
  EXPECT_THAT(message([](auto& o) {
                o.beam = 3;
                o.strategy = runtime::Strategy::kGreedy;
              }),
              HasSubstr("setting 'beam'"));
  EXPECT_THAT(message([](auto& o) { o.require = {"unchanged"}; }), HasSubstr("setting 'priors'"));
  EXPECT_THAT(message([](auto& o) { o.forbid = {""}; }), HasSubstr("empty phrase"));
  model->manifest_.labels = {{"Rotated", 0.5, {}, "quality"}};
  EXPECT_THAT(message([](auto& o) { o.abstain = 0.7; }), HasSubstr("findings"));
  model->tokenizer_ = nullptr;
  EXPECT_THAT(message([](auto& o) { o.forbid = {"heart"}; }), HasSubstr("writes reports"));
}

TEST_F(Generate, AbstainsWhereTheFindingsAreUnsure) {
  GenerateOptions options;
  options.abstain = 0.8;
  options.samples = 2;
  const auto sure = run_all(studies(1), options);
  EXPECT_EQ(sure[0]["report"]["confidence"], 0.9375);
  EXPECT_EQ(sure[0]["report"]["agreement"], 1.0);
  EXPECT_EQ(sure[0]["report"]["sentences"][1]["confidence"], 0.9375);
  EXPECT_EQ(sure[0]["report"]["sentences"][0]["support"], 1.0);
  model->effusion = 0.3F;
  const auto unsure = run_all(studies(1), options);
  EXPECT_EQ(unsure[0]["report"]["abstained"], true);
  EXPECT_EQ(unsure[0]["report"]["findings"], "");
  EXPECT_THAT(unsure[0]["report"]["sentences"], IsEmpty());
  EXPECT_FALSE(unsure[0]["report"].contains("samples") || unsure[0]["report"].contains("agreement"));
  EXPECT_EQ(unsure[0]["predictions"][0]["uncertain"], true);
  EXPECT_FALSE(unsure[0]["predictions"][2].contains("confidence")) << "a view of quality is no finding";
}

TEST_F(Generate, AttentionComesWithAGridAndAPicture) {
  GenerateOptions options;
  options.attention_folder = fs::path(film(1)).parent_path().string();
  const auto done = run_all(studies(1), options);
  const Json& attention = done[0]["report"]["sentences"][0]["attention"];
  EXPECT_EQ(attention["grid"], Json({2, 2}));
  EXPECT_EQ(attention["weights"], Json({0.1, 0.2, 0.3, 0.4}));
  EXPECT_EQ(attention["image"], done[0]["images"][0]["path"]);
  EXPECT_TRUE(fs::exists(attention["picture"].get<std::string>()));
  options.attention_folder += "/absent";
  EXPECT_EQ(error_of(run_all(studies(1), options)[0]), "output_failed");
}

TEST_F(Generate, TheConfigTellsApartWhatDecidesTheOutput) {
  const auto config = [&](auto change) {
    GenerateOptions options;
    change(options);
    const auto stage = make(options);
    EXPECT_TRUE(stage.is_ok());
    return stage ? (*stage)->provenance()["config"].get<std::string>() : "";
  };
  const std::string plain = config([](auto&) {});
  EXPECT_EQ(config([](auto& o) { o.threads = 4; }), plain);
  EXPECT_EQ(config([](auto& o) { o.beam = 5; }), plain) << "as the bundle has it";
  EXPECT_NE(config([](auto& o) { o.beam = 4; }), plain);
  EXPECT_NE(config([](auto& o) { o.abstain = 0.5; }), plain);
  EXPECT_NE(config([](auto& o) { o.priors = PriorRule::kAllow; }), plain);
}

TEST_F(Generate, AReportWriterTurnsAFilmIntoARecord) {
  auto stage = make();
  ASSERT_TRUE(stage.is_ok());
  const ReportWriter writer(stage.take());
  StudyFiles study = {film(40)};
  study.indication = "heart";
  study.prior_report = "heart normal";
  const auto record = writer.write(study);
  ASSERT_TRUE(record.is_ok()) << record.status().message();
  EXPECT_EQ((*record)["id"], film(40));
  EXPECT_EQ((*record)["report"]["inputs"]["used"], Json({"anchor", "indication", "prior_report"}));
  EXPECT_EQ(writer.write({"/nowhere.png"}).status().code(), ErrorCode::kFileNotFound);
  EXPECT_EQ(writer.write_record(Json::object()).status().code(), ErrorCode::kRecordInvalid);
}

}  // namespace
}  // namespace hilum
