// The factcheck stage and FactCheXcker's files, as a user of the library meets them.
#include "hilum/factcheck.h"

#include <cstdio>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "core/files/file.h"
#include "io/raster/png.h"
#include "unit/anatomy/film.h"
#include "unit/stages/run_stage.h"

namespace hilum {
namespace {

using ::testing::HasSubstr;

std::unique_ptr<Stage> stage_of(const FactcheckOptions& options) {
  auto stage = make_factcheck_stage(options);
  EXPECT_TRUE(stage.is_ok()) << stage.status().to_string();
  return stage.is_ok() ? stage.take() : nullptr;
}

class TextFile {
 public:
  explicit TextFile(const std::string& bytes)
      : path_(testing::TempDir() + "factcheck_stage_" + std::to_string(::getpid()) + "_" +
              std::to_string(count_++)) {
    EXPECT_TRUE(write_file(path_, bytes).is_ok());
  }
  ~TextFile() { std::remove(path_.c_str()); }
  const std::string& path() const { return path_; }

 private:
  static int count_;
  std::string path_;
};
int TextFile::count_ = 0;

TEST(FactcheckStage, ChecksARecordAndSaysHow) {
  const auto ran = run_stage(*stage_of({}), R"({"id":"a","text":"Left effusion. No effusion."})");
  ASSERT_EQ(ran.records.size(), 1u);
  EXPECT_EQ(ran.records[0]["factcheck"]["claims"][0]["verdict"], "contradicted");
  const Json& entry = ran.records[0]["provenance"].at(0);
  EXPECT_EQ(entry["stage"], "factcheck");
  EXPECT_THAT(entry["config"].get<std::string>(), HasSubstr("sha256:"));
}

TEST(FactcheckStage, EachKeyIsASectionOfItsOwn) {
  FactcheckOptions options;
  options.text.keys = {"a", "b"};
  options.claims_only = true;
  const auto stage = stage_of(options);
  const auto ran = run_stage(*stage, R"({"id":"1","a":"Left effusion.","b":"Right nodule."})");
  ASSERT_EQ(ran.records.at(0)["claims"].size(), 2u);
  EXPECT_EQ(ran.records[0]["claims"][0]["field"], "a");
  EXPECT_EQ(ran.records[0]["claims"][1]["field"], "b");
  EXPECT_TRUE(stage->warnings().empty());
}

TEST(FactcheckStage, AKeyThatNoRecordHasIsNamed) {
  FactcheckOptions options;
  options.text.keys = {"findings", "impresion"};
  const auto stage = stage_of(options);
  run_stage(*stage, R"({"id":"1","findings":"Left effusion.","impression":"Effusion."})");
  ASSERT_EQ(stage->warnings().size(), 1u);
  EXPECT_THAT(stage->warnings()[0], HasSubstr("impresion"));
}

TEST(FactcheckStage, ThePriorIsWhatTheOptionSays) {
  const std::string record = R"({"id":"a","priors":[],"text":"Stable left effusion."})";
  FactcheckOptions given;
  given.prior = "yes";
  EXPECT_FALSE(run_stage(*stage_of({}), record).records.at(0)["factcheck"]["edits"].empty());
  EXPECT_TRUE(run_stage(*stage_of(given), record).records.at(0)["factcheck"]["edits"].empty());
  FactcheckOptions wrong;
  wrong.prior = "maybe";
  EXPECT_EQ(make_factcheck_stage(wrong).status().code(), ErrorCode::kUsage);
}

TEST(FactcheckStage, DeclaresWhatItsOptionsMakeOfIt) {
  FactcheckOptions claims;
  claims.claims_only = true;
  const auto stage = stage_of(claims);
  ASSERT_EQ(stage->info().writes.size(), 1u);
  EXPECT_EQ(stage->info().writes[0].path, "claims");
  for (const RecordKey& key : stage->info().reads) EXPECT_NE(key.path, "predictions");
  EXPECT_EQ(stage_of({})->info().writes[0].path, "factcheck");
}

TEST(FactcheckStage, ManyThreadsGiveWhatOneGives) {
  std::string lines;
  for (int i = 0; i < 60; ++i)
    lines += R"({"id":")" + std::to_string(i) + R"(","text":"Left effusion of )" + std::to_string(i) +
             R"( cm. No effusion."})" + "\n";
  RunOptions threads;
  threads.replicas = 3;
  threads.batch = 2;
  const auto stage = stage_of({});
  EXPECT_EQ(run_stage(*stage, lines, {}, threads).records, run_stage(*stage, lines).records);
}

TEST(FactcheckStage, FilmsAreMeasuredFirstByAsManyThreadsAsWanted) {
  const std::string folder = testing::TempDir() + "factcheck_films_" + std::to_string(::getpid());
  std::filesystem::create_directories(folder + "/given");
  const auto masks = anatomy::paint_masks(anatomy::test::drawn_film());
  std::string lines, points = "image,name,x,y\n";
  for (int i = 0; i < 8; ++i) {
    const std::string name = "f" + std::to_string(i);
    ASSERT_TRUE(
        write_png_gray8(folder + "/" + name + ".png", 400, 300, std::vector<std::uint8_t>(400 * 300, 120))
            .is_ok());
    ASSERT_TRUE(write_png_gray8(folder + "/given/" + name + ".png", 400, 300, masks).is_ok());
    points += name + ",ett_tip,200,50\n" + name + ",carina,200,150\n";
    lines += Json{{"id", name},
                  {"images", {{{"path", folder + "/" + name + ".png"}}}},
                  {"text", "ETT tip 1 cm above the carina."}}
                 .dump() +
             "\n";
  }
  ASSERT_TRUE(write_file(folder + "/points.csv", points).is_ok());
  FactcheckOptions options;
  options.measure.emplace();
  options.measure->bundles.clear();
  options.measure->given = folder + "/given";
  options.measure->landmarks = folder + "/points.csv";
  options.measure->pixel_size = PixelSize{0.5, 0.5};
  RunOptions threads;
  threads.replicas = 3;
  threads.loaders = 2;
  const auto one = run_stage(*stage_of(options), lines);
  const auto many = run_stage(*stage_of(options), lines, {}, threads);
  std::filesystem::remove_all(folder);
  ASSERT_EQ(one.counts.done, 8u) << one.records.at(0).dump();
  EXPECT_EQ(one.records, many.records);
  const Json& record = one.records[0];
  EXPECT_TRUE(record.contains("quality"));
  EXPECT_THAT(record["factcheck"]["claims"].dump(), HasSubstr("5.0 cm measured"));
  EXPECT_EQ(record["provenance"][0]["stage"], "measure");
  EXPECT_EQ(record["provenance"][1]["stage"], "factcheck");
}

const char* kReports =
    R"({"x1":{"report":"ETT 1.6 cm above the carina.","original_size":[3056,2544],"pixel_spacing":[0.139,0.139]},)"
    R"("x2":{"report":"No acute disease."}})";
const char* kPoints =
    R"({"x1":{"resized_dim":640,"predictions":{"0":{"pred":[253.5,124.5]},"1":{"pred":[254.5,182.0]}}}})";

struct FilesRun {
  Status status;
  std::string out;
};

FilesRun run_files(const FactchexckerFiles& files, const std::string& rows) {
  auto source = factchexcker_source(files);
  if (!source) return {source.status(), ""};
  auto stage = make_factchexcker_stage(true);
  EXPECT_TRUE(stage.is_ok());
  TestStreams streams("");
  const auto writer = factchexcker_writer(streams.out, rows, "m");
  const Status status = run(**stage, **source, *writer, {}, streams.streams).status();
  return {status, streams.out.text()};
}

TEST(FactchexckerStage, CorrectsReportsAndWritesRows) {
  const TextFile reports(kReports), points(kPoints), rows("");
  const auto ran = run_files({reports.path(), points.path(), ""}, rows.path());
  ASSERT_TRUE(ran.status.is_ok()) << ran.status.to_string();
  const Json updated = Json::parse(ran.out);
  EXPECT_EQ(updated["x1"]["report"], "ETT 3.18 cm above the carina.");
  EXPECT_TRUE(updated["x1"].contains("factcheck"));
  EXPECT_EQ(updated["x2"], Json({{"report", "No acute disease."}}));
  const auto csv = read_file(rows.path(), 1u << 20);
  ASSERT_TRUE(csv.is_ok());
  EXPECT_THAT(*csv, HasSubstr("\nx1,m,endotracheal_tube,True,3.1777,correct"));
  EXPECT_THAT(*csv, HasSubstr("\nx2,m,endotracheal_tube,False,"));
}

TEST(FactchexckerStage, ABadEntryEndsTheRunBeforeAnythingIsWritten) {
  const TextFile reports(R"({"x1":{"report":"ETT in place."},"x2":{}})");
  const auto ran = run_files({reports.path(), "", ""}, "");
  EXPECT_EQ(ran.status.code(), ErrorCode::kRecordInvalid);
  EXPECT_THAT(ran.status.message(), HasSubstr("x2"));
  EXPECT_THAT(ran.status.message(), HasSubstr(reports.path()));
  EXPECT_EQ(ran.out, "");
}

TEST(FactchexckerStage, ReportsThatAreNoObject) {
  const TextFile reports("[]");
  EXPECT_EQ(run_files({reports.path(), "", ""}, "").status.code(), ErrorCode::kRecordInvalid);
  EXPECT_EQ(run_files({"/nowhere.json", "", ""}, "").status.code(), ErrorCode::kFileNotFound);
}

}  // namespace
}  // namespace hilum
