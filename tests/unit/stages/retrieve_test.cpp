// Indexing and looking up with a model that is not there: a film's vector is its first pixels.
#include "hilum/retrieve.h"

#include <csignal>
#include <filesystem>
#include <functional>
#include <sstream>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "hilum/record.h"

#include "core/system/interrupt.h"
#include "io/raster/png.h"
#include "stages/retrieve/index_stage.h"
#include "stages/retrieve/stage.h"
#include "unit/test_streams.h"

namespace hilum {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class PixelModel : public Model {
 public:
  PixelModel() {
    manifest_.preprocess = default_preprocess();
    manifest_.preprocess.channels = 1;
    manifest_.preprocess.mean = manifest_.preprocess.std = {0.5};
    manifest_.preprocess.steps.clear();
  }

  Result<std::vector<StudyOutput>> run(const std::vector<const StudyInput*>&,
                                       const ModelRequest&) const override {
    return Status(ErrorCode::kInternal, "not asked for");
  }
  Result<std::vector<std::vector<float>>> vectors(const std::vector<const StudyInput*>& studies,
                                                  bool rows) const override {
    std::vector<std::vector<float>> out;
    for (const StudyInput* study : studies) {
      const std::vector<float>& values = study->images.front().values;
      if (values.front() > 0.99F) return Status(ErrorCode::kInferenceFailed, "too white");
      const std::size_t count = values.front() < -0.99F ? 3 : rows ? 8 : 4;  // a black film's is too short
      out.emplace_back(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(count));
    }
    return out;
  }
  const runtime::Manifest& manifest() const override { return manifest_; }
  const std::shared_ptr<const runtime::Tokenizer>& tokenizer() const override { return tokenizer_; }
  const std::string& engine() const override { return engine_; }
  void use_threads(int) const override {}

 private:
  runtime::Manifest manifest_;
  std::shared_ptr<const runtime::Tokenizer> tokenizer_;
  std::string engine_ = "pixels";
};

class Retrieve : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    root_ = fs::path(::testing::TempDir()) / (std::string("retrieve_stage_") + info->name());
    fs::remove_all(root_);
    fs::create_directories(root_ / "films");
    fs::create_directories(root_ / "indexes");
  }
  void TearDown() override { fs::remove_all(root_); }

  // A record with a film of 4 x 2 pixels whose first two are `a` and `b`.
  std::string record(const std::string& id, std::uint8_t a, std::uint8_t b, const Json& more = {}) const {
    const std::string path = (root_ / "films" / (id + ".png")).string();
    EXPECT_TRUE(write_png_gray8(path, 4, 2, {a, b, 128, 128, 128, 128, 128, 128}).is_ok());
    Json made{{"id", id}, {"patient_id", "p" + id}, {"images", {{{"path", path}}}}};
    if (more.is_object()) made.update(more);
    return made.dump() + "\n";
  }
  std::string index_folder() const { return (root_ / "indexes/a.hidx").string(); }
  std::vector<std::string> left() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(root_ / "indexes"))
      names.push_back(entry.path().filename().string());
    return names;
  }

  static retrieval::IndexSpec spec() {
    return {retrieval::IndexKind::kFlat, retrieval::Storage::kFp32, 0, "pixels@sha256:0", "global"};
  }
  static Result<RunCounts> run(Stage& stage, Writer& writer, const std::string& input, int batch = 2) {
    TestStreams t(input);
    RunOptions how;
    how.batch = batch;
    how.replicas = 2;
    const auto source = jsonl_source(t.in);
    return hilum::run(stage, *source, writer, how, t.streams);
  }
  Result<RunCounts> build(const std::string& input) const {
    const auto stage = stages::index_stage(model_, false, Json::object());
    const auto writer = stages::new_index_writer(index_folder(), spec(), true);
    auto counts = run(*stage, *writer, input);
    return counts;
  }
  std::vector<Json> ask(const std::string& input, RetrieveOptions options = {}) const {
    const auto index = retrieval::SimilarIndex::open(index_folder());
    EXPECT_TRUE(index.is_ok()) << index.status().message();
    const auto stage = stages::retrieve_by_image(model_, *index, options, {{"bundle", "pixels"}});
    StringSink out;
    const auto writer = jsonl_writer(out);
    EXPECT_TRUE(run(*stage, *writer, input).is_ok());
    std::vector<Json> records;
    std::istringstream lines(out.text());
    for (std::string line; std::getline(lines, line);) records.push_back(*parse_json(line));
    return records;
  }

  fs::path root_;
  std::shared_ptr<const Model> model_ = std::make_shared<PixelModel>();
};

TEST_F(Retrieve, CasesComeBackWithTheirFacts) {
  const Json facts{{"entities", {{"facts", {"heart large"}}}}, {"reference", {{"findings", "Large heart."}}}};
  const auto built = build(record("a", 200, 60) + record("b", 60, 200, facts) + record("c", 130, 140));
  ASSERT_TRUE(built.is_ok()) << built.status().message();
  EXPECT_EQ(built->done, 3u);
  RetrieveOptions options;
  options.top = 2;
  options.reports = true;
  const auto found = ask(record("x", 60, 200) + record("b", 60, 200), options);
  EXPECT_EQ(found[0]["similar"][0]["id"], "b");
  EXPECT_EQ(found[0]["similar"][0]["facts"], Json({"heart large"}));
  EXPECT_EQ(found[0]["similar"][0]["report"], "Large heart.");
  EXPECT_EQ(found[0]["provenance"][0]["bundle"], "pixels");
  EXPECT_NE(found[1]["similar"][0]["id"], "b") << "never its own";
}

TEST_F(Retrieve, NoKeyOfARecordIsTakenForAVector) {
  const Json smuggled{{"\x01vector", "x"}};
  const auto built = build("{\"id\":\"0\",\"\\u0001vector\":\"x\"}\n" + record("a", 200, 60, smuggled) +
                           "{\"id\":\"2\",\"\\u0001vector\":[1],\"error\":{\"code\":\"x\"}}\n");
  ASSERT_TRUE(built.is_ok()) << built.status().message();
  EXPECT_EQ(built->done, 1u);
  EXPECT_EQ(built->failed, 1u);
  EXPECT_EQ(built->passed_on, 1u);
  EXPECT_EQ((*retrieval::SimilarIndex::open(index_folder()))->rows(), 1u);
  EXPECT_EQ(ask(record("x", 200, 60, smuggled))[0]["\x01vector"], "x") << "it passes through like any key";
}

TEST_F(Retrieve, AFailedRecordLosesNoOther) {
  const auto built = build(record("a", 200, 60) + "no record\n" + record("white", 255, 60) +
                           record("with it", 100, 60) + record("b", 90, 60));
  ASSERT_TRUE(built.is_ok()) << built.status().message();
  EXPECT_EQ(built->done, 2u);
  EXPECT_EQ(built->reasons.at("inference_failed"), 2u) << "its batch";
  EXPECT_EQ((*retrieval::SimilarIndex::open(index_folder()))->rows(), 2u);
}

TEST_F(Retrieve, ARunThatEndsEarlyLeavesNothing) {
  EXPECT_EQ(build(record("a", 200, 60) + record("b", 100, 60) + record("black", 0, 0)).status().code(),
            ErrorCode::kIndexInvalid);
  EXPECT_THAT(left(), ElementsAre());
  class StopsAfterTwo : public Writer {
   public:
    explicit StopsAfterTwo(Writer& to) : to_(to) {}
    Status write(const Item& item) override {
      if (++count_ == 2) set_stop_signal(SIGTERM);
      return to_.write(item);
    }
    Status close() override { return to_.close(); }

   private:
    Writer& to_;
    int count_ = 0;
  };
  std::string input;
  for (int i = 0; i < 60; ++i) input += record(std::to_string(i), 200, static_cast<std::uint8_t>(i));
  {
    const auto stage = stages::index_stage(model_, false, Json::object());
    const auto writer = stages::new_index_writer(index_folder(), spec(), false);
    StopsAfterTwo stopping(*writer);
    EXPECT_EQ(run(*stage, stopping, input).status().code(), ErrorCode::kTerminated);
    set_stop_signal(0);
  }
  EXPECT_THAT(left(), ElementsAre());
}

TEST_F(Retrieve, AddingToAnIndex) {
  ASSERT_TRUE(build(record("a", 200, 60)).is_ok());
  for (const bool fails : {true, false}) {
    const auto stage = stages::index_stage(model_, false, Json::object());
    auto builder = retrieval::IndexBuilder::append(index_folder() + "/");
    ASSERT_TRUE(builder.is_ok()) << builder.status().message();
    const auto writer = stages::index_writer(builder.take(), false);
    const auto counts = run(*stage, *writer, fails ? record("white", 255, 60) : record("b", 60, 200));
    ASSERT_TRUE(counts.is_ok()) << counts.status().message();
    EXPECT_EQ(writer->added(), fails ? 0u : 1u);
    EXPECT_EQ(writer->rows(), fails ? 1u : 2u);
  }
  EXPECT_EQ((*retrieval::SimilarIndex::open(index_folder()))->rows(), 2u);
  EXPECT_THAT(left(), ElementsAre("a.hidx"));
}

TEST_F(Retrieve, VectorsOfAnotherLengthAreRefusedOneByOne) {
  ASSERT_TRUE(build(record("a", 200, 60)).is_ok());
  const auto found = ask(record("black", 0, 0) + record("x", 3, 0) + record("b", 100, 100));
  EXPECT_EQ(found[0]["error"]["code"], "index_invalid");
  EXPECT_THAT(found[0]["error"]["message"].get<std::string>(), HasSubstr("vectors of 4 numbers"));
  EXPECT_EQ(found[2]["similar"][0]["id"], "a");
}

}  // namespace
}  // namespace hilum
