// The measure stage with given masks and points: no bundle is needed.
#include "hilum/measure.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "hilum/record.h"

#include "anatomy/anatomy.h"
#include "io/raster/png.h"
#include "unit/anatomy/film.h"
#include "unit/test_streams.h"

namespace hilum {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class MeasureStage : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(::testing::TempDir()) / (std::string("measure_stage_") + info->name());
    fs::remove_all(folder_);
    for (const char* name : {"given", "a", "b"}) fs::create_directories(folder_ / name);
    write("given/film.png", anatomy::paint_masks(anatomy::test::drawn_film()));
    options_.bundles.clear();
    options_.given = (folder_ / "given").string();
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string write(const std::string& name, const std::vector<std::uint8_t>& pixels) const {
    const std::string path = (folder_ / name).string();
    EXPECT_TRUE(write_png_gray8(path, 400, 300, pixels).is_ok());
    return path;
  }
  std::string film(const std::string& name) const {
    return write(name, std::vector<std::uint8_t>(400 * 300, 120));
  }
  static std::string record(const std::string& id, const std::string& path) {
    return Json{{"id", id}, {"images", {{{"path", path}}}}}.dump() + "\n";
  }

  struct Ran {
    Result<RunCounts> counts = RunCounts();
    std::string out;
    std::vector<Json> records;
  };
  // Runs the stage; `between` happens after it was made and before the first record.
  Ran run(const std::string& input, int replicas = 0, bool table = false,
          const std::function<void()>& between = {}) const {
    TestStreams t(input);
    const auto stage = make_measure_stage(options_);
    Ran ran;
    if (!stage) {
      ran.counts = stage.status();
      return ran;
    }
    if (between) between();
    RunOptions how;
    how.replicas = replicas;
    how.loaders = 2;
    const auto source = jsonl_source(t.in);
    const auto writer = table ? measure_table_writer(t.out) : jsonl_writer(t.out);
    ran.counts = hilum::run(**stage, *source, *writer, how, t.streams);
    ran.out = t.out.text();
    std::istringstream lines(ran.out);
    for (std::string line; !table && std::getline(lines, line);) ran.records.push_back(*parse_json(line));
    return ran;
  }

  fs::path folder_;
  MeasureOptions options_;
};

TEST_F(MeasureStage, ReplicasChangeNeitherOrderNorBytes) {
  std::string input;
  for (int i = 0; i < 12; ++i) {
    const std::string name = "f" + std::to_string(i);
    fs::copy_file(folder_ / "given/film.png", folder_ / ("given/" + name + ".png"));
    input += record(std::to_string(i), i == 5 ? "/nowhere.png" : film(name + ".png"));
  }
  options_.masks = (folder_ / "masks").string();
  const Ran one = run(input);
  ASSERT_TRUE(one.counts.is_ok()) << one.counts.status().to_string();
  EXPECT_EQ(one.counts->done, 11u);
  EXPECT_EQ(one.counts->reasons.at("file_not_found"), 1u);
  EXPECT_EQ(run(input, 3).out, one.out);
  EXPECT_TRUE(fs::exists(folder_ / "masks/f11.png"));
}

TEST_F(MeasureStage, TheFirstOfTheInputTakesAPicturesName) {
  options_.overlay = (folder_ / "pictures").string();
  const std::string first = film("a/same.png"), second = film("b/same.png");
  for (int replicas : {0, 4}) {
    const Ran ran = run(record("1", first) + record("2", second) + record("3", film("other.png")), replicas);
    ASSERT_EQ(ran.records.size(), 3u);
    EXPECT_FALSE(has_error(ran.records[0]));
    EXPECT_EQ(ran.records[1]["error"]["code"], "usage");
    EXPECT_THAT(ran.records[1]["error"]["message"].get<std::string>(), HasSubstr(first));
    EXPECT_FALSE(has_error(ran.records[2]));
  }
  options_.overlay.clear();
  EXPECT_EQ(run(record("1", first) + record("2", second)).counts->done, 2u);
}

TEST_F(MeasureStage, TheGivenFolderIsListedOnce) {
  const std::string with = film("film.png"), without = film("none.png");
  const Ran late = run(record("1", without), 0, false,
                       [&] { fs::copy_file(folder_ / "given/film.png", folder_ / "given/none.png"); });
  EXPECT_TRUE(late.records[0]["anatomy"]["structures"].empty());
  const Ran gone = run(record("1", with) + record("2", film("x.png")), 0, false,
                       [&] { fs::remove_all(folder_ / "given"); });
  ASSERT_EQ(gone.records.size(), 2u) << "an error of one record, not of the run";
  EXPECT_EQ(gone.records[0]["error"]["code"], "file_not_found");
  EXPECT_FALSE(has_error(gone.records[1]));
}

TEST_F(MeasureStage, GivenNamesAreTakenApart) {
  const auto box = anatomy::test::box(400, 300, 50, 60, 79, 99).pixels;
  write("given/film.nodule.png", box);
  write("given/film..png", box);        // no name
  write("given/film.2.cyst.png", box);  // another film's, and of "film" a structure with a dot
  const auto names_of = [](Json& measured) {
    std::vector<std::string> names;
    for (const Json& s : measured["anatomy"]["structures"]) names.push_back(s["name"].get<std::string>());
    return names;
  };
  Ran ran = run(record("1", film("film.png")) + record("2", film("film.2.png")));
  EXPECT_THAT(names_of(ran.records[0]),
              ::testing::ElementsAre("right_lung", "left_lung", "heart", "airway", "2.cyst", "nodule"));
  EXPECT_THAT(names_of(ran.records[1]), ::testing::ElementsAre("cyst"));
}

TEST_F(MeasureStage, Provenance) {
  const std::string path = film("film.png");
  const auto entry = [&] { return run(record("1", path)).records[0]["provenance"][0]; };
  const Json plain = entry();
  EXPECT_EQ(plain["stage"], "measure");
  EXPECT_EQ(plain["bundles"], Json::array());
  options_.pixel_size = PixelSize{0.5, 0.5};
  const Json sized = entry();
  EXPECT_NE(sized["config"], plain["config"]);
  EXPECT_EQ(sized["config"], entry()["config"]);
}

TEST_F(MeasureStage, OptionsThatCannotBe) {
  options_.original_size = ImageSize{10, 10};
  EXPECT_EQ(make_measure_stage(options_).status().code(), ErrorCode::kUsage);
  options_.original_size.reset();
  options_.given = "/nowhere";
  EXPECT_EQ(make_measure_stage(options_).status().code(), ErrorCode::kFileNotFound);
}

TEST_F(MeasureStage, ATableForEachFilmAndALineForEachFailure) {
  options_.pixel_size = PixelSize{0.5, 0.25};
  const std::string input = record("1", film("film.png")) + "no record\n" + record("2", "/nowhere.png") +
                            R"({"id":"3","error":{"code":"x"}})" + "\n" + record("4", film("film.png"));
  const Ran one = run(input, 0, true);
  EXPECT_EQ(run(input, 2, true).out, one.out);
  EXPECT_EQ(one.counts->done, 2u);
  const std::string table = one.out.substr(0, one.out.find("json_invalid"));
  EXPECT_THAT(table, HasSubstr("400 x 300  0.5 x 0.25 mm (user)\n"));
  EXPECT_THAT(table,
              HasSubstr("  carina                       x 199.5  y 100.0  confidence 1.00  (given)\n"));
  EXPECT_THAT(table, HasSubstr("  cardiothoracic_ratio            0.444"));
  EXPECT_THAT(one.out, HasSubstr("/nowhere.png"));
}

}  // namespace
}  // namespace hilum
