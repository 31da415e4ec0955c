// hilum measure with given masks and points: no bundle, no run-time module.
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "hilum/json.h"

#include "anatomy/anatomy.h"
#include "io/raster/png.h"
#include "run_command.h"
#include "unit/anatomy/film.h"

namespace hilum::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class Measure : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(::testing::TempDir()) / (std::string("measure_") + info->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_ / "given");
    film_ = write_film("film.png");
    write("given/film.png", anatomy::paint_masks(anatomy::test::drawn_film()));
  }
  void TearDown() override { fs::remove_all(folder_); }

  void write(const std::string& name, const std::vector<std::uint8_t>& pixels) const {
    ASSERT_TRUE(write_png_gray8((folder_ / name).string(), 400, 300, pixels).is_ok());
  }
  std::string write_film(const std::string& name) const {
    write(name, std::vector<std::uint8_t>(400 * 300, 120));
    return (folder_ / name).string();
  }
  std::string text_file(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    return (folder_ / name).string();
  }
  std::string given() const { return (folder_ / "given").string(); }

  static Ran run_measure(std::vector<std::string> args, const std::string& input = "",
                         bool terminal = false) {
    args.insert(args.begin(), {"measure", "--bundle", "none"});
    return run_command(args, input, {}, terminal);
  }
  static Json record_of(const Ran& ran) {
    EXPECT_TRUE(ran.status.is_ok()) << ran.status.to_string();
    const auto json = parse_json(ran.out.substr(0, ran.out.find('\n')));
    return json ? *json : Json::object();
  }
  static double value(const Json& record, const std::string& name) {
    for (const Json& m : record.at("anatomy").at("measurements")) {
      if (m.at("name") == name && m.contains("value")) return m.at("value").get<double>();
    }
    return -1;
  }

  fs::path folder_;
  std::string film_;
};

TEST_F(Measure, GivenMasks) {
  Json record = record_of(run_measure({film_, "--given", given(), "--spacing", "0.5,0.25"}));
  EXPECT_NEAR(value(record, "cardiothoracic_ratio"), 160.0 / 360, 1e-4);
  EXPECT_DOUBLE_EQ(value(record, "thoracic_width"), 90);
  EXPECT_EQ(record["anatomy"]["landmarks"][0]["name"], "carina");
  EXPECT_EQ(record["anatomy"]["landmarks"][0]["y"], 100.0);
  EXPECT_EQ(record["anatomy"]["spacing"]["source"], "user");
  EXPECT_EQ(record["quality"]["refused"], false);
}

TEST_F(Measure, SpacingOfTheOriginalSize) {
  Json record = record_of(
      run_measure({film_, "--given", given(), "--spacing", "0.5,0.25", "--original-size", "600,1600"}));
  EXPECT_DOUBLE_EQ(value(record, "thoracic_width"), 360) << "a column is now four of the original";
  EXPECT_DOUBLE_EQ(value(record, "right_lung_height"), 211);
}

TEST_F(Measure, PointsFromCsvAndJson) {
  const std::string csv =
      text_file("points.csv", "image,name,x,y\nfilm,ett_tip,100,20\nfilm,carina,100,60\nother,carina,1,1\n");
  const std::string json =
      text_file("points.json", R"({"film.png": {"ett_tip": [100, 60], "carina": [70, 20]}})");
  EXPECT_DOUBLE_EQ(
      value(record_of(run_measure({film_, "--landmarks", csv, "--spacing", "0.5,0.5"})), "ett_tip_to_carina"),
      20);
  EXPECT_DOUBLE_EQ(value(record_of(run_measure({film_, "--landmarks", json, "--spacing", "0.5,0.5"})),
                         "ett_tip_to_carina"),
                   -25);
  const std::string bad = text_file("bad.csv", "image,name,x,y\nfilm,carina,nan,20\n");
  EXPECT_EQ(run_measure({film_, "--landmarks", bad}).status.code(), ErrorCode::kCsvInvalid);
  const std::string shape = text_file("bad.json", R"({"film": {"carina": [1]}})");
  EXPECT_EQ(run_measure({film_, "--landmarks", shape}).status.code(), ErrorCode::kRecordInvalid);
}

TEST_F(Measure, MasksAndOverlayAreNamedAfterTheImage) {
  const std::string masks = (folder_ / "out/masks").string(), overlay = (folder_ / "pictures").string();
  record_of(run_measure({film_, "--given", given(), "--masks", masks, "--overlay", overlay}));
  const auto written = read_mask_png(masks + "/film.png");
  ASSERT_TRUE(written);
  EXPECT_EQ(written->values, anatomy::paint_masks(anatomy::test::drawn_film()));
  EXPECT_TRUE(fs::exists(overlay + "/film.png"));
}

TEST_F(Measure, EqualStemsAreRefusedBeforeAnythingIsWritten) {
  fs::create_directories(folder_ / "b");
  const std::string other = write_film("b/film.png"), masks = (folder_ / "masks").string();
  const Ran ran = run_measure({film_, other, "--masks", masks});
  EXPECT_EQ(ran.status.code(), ErrorCode::kUsage);
  EXPECT_THAT(ran.status.message(), HasSubstr("film.png"));
  EXPECT_FALSE(fs::exists(masks));
  EXPECT_TRUE(run_measure({film_, other}).status.is_ok()) << "without pictures there is nothing to mix up";
}

TEST_F(Measure, ARefusedFilmStillGetsItsMask) {
  anatomy::Anatomy swapped = anatomy::test::drawn_film();
  std::swap(swapped.structures[0].mask, swapped.structures[1].mask);
  write("given/film.png", anatomy::paint_masks(swapped));
  const std::string masks = (folder_ / "masks").string();
  Json record = record_of(run_measure({film_, "--given", given(), "--masks", masks}));
  EXPECT_EQ(record["quality"]["refused"], true);
  EXPECT_EQ(record["quality"]["issues"][0]["code"], "sides_swapped");
  EXPECT_EQ(value(record, "cardiothoracic_ratio"), -1) << "no value";
  EXPECT_THAT(record["anatomy"]["measurements"][0]["reason"].get<std::string>(), HasSubstr("refused"));
  EXPECT_TRUE(fs::exists(masks + "/film.png"));
}

TEST_F(Measure, RecordsKeepTheirKeysAndBringTheirOwnAnatomy) {
  write("nodule.png", anatomy::test::box(400, 300, 50, 60, 79, 99).pixels);
  Json record{{"id", "a"}, {"mine", 1}, {"images", {{{"path", film_}, {"view", "AP"}}}}};
  record["anatomy"] = {{"mask", given() + "/film.png"},
                       {"structures", {{{"name", "nodule"}, {"mask", (folder_ / "nodule.png").string()}}}},
                       {"landmarks", {{{"name", "ett_tip"}, {"x", 199.5}, {"y", 50}}}},
                       {"presence", {{"endotracheal_tube", true}}}};
  Json out = record_of(run_measure({"--spacing", "1,1"}, record.dump() + "\n"));
  EXPECT_EQ(out["mine"], 1);
  EXPECT_DOUBLE_EQ(value(out, "ett_tip_to_carina"), 50);
  EXPECT_DOUBLE_EQ(value(out, "nodule_long_axis"), 50);
  EXPECT_EQ(out["anatomy"]["presence"]["endotracheal_tube"], true);
  EXPECT_EQ(out["quality"]["issues"][0]["code"], "ap_view");
  record["anatomy"]["landmarks"][0].erase("y");
  EXPECT_THAT(run_measure({}, record.dump() + "\n").out, HasSubstr("record_invalid"));
}

TEST_F(Measure, BadOptionsAndFiles) {
  for (const char* spacing : {"0.5", "0.5,x", "0,1", "-1,1", "nan,1", "1,1,1"})
    EXPECT_EQ(run_measure({film_, "--spacing", spacing}).status.code(), ErrorCode::kUsage) << spacing;
  EXPECT_EQ(run_measure({film_, "--original-size", "10,10"}).status.code(), ErrorCode::kUsage);
  EXPECT_EQ(run_measure({film_, "--given", "/nowhere"}).status.code(), ErrorCode::kFileNotFound);
  EXPECT_EQ(run_measure({"/nowhere.png"}).status.code(), ErrorCode::kFileNotFound);
  EXPECT_EQ(run_measure({film_, "/nowhere.png"}).status.code(), ErrorCode::kSomeFailed);
  ASSERT_TRUE(write_png_gray8(given() + "/film.png", 10, 10, std::vector<std::uint8_t>(100, 1)).is_ok());
  EXPECT_THAT(run_measure({film_, "--given", given()}).status.message(), HasSubstr("10 x 10"));
}

TEST_F(Measure, ATableOnATerminal) {
  const Ran ran = run_measure({film_, "--given", given(), "--spacing", "0.5,0.25"}, "", true);
  ASSERT_TRUE(ran.status.is_ok());
  EXPECT_THAT(ran.out, HasSubstr("cardiothoracic_ratio"));
  EXPECT_THAT(ran.out, HasSubstr("0.444"));
  EXPECT_THAT(ran.out, HasSubstr("400 x 300"));
}

TEST_F(Measure, FactcheckUsesTheSameMeasurements) {
  Json record{
      {"id", "a"},
      {"images", {{{"path", film_}}}},
      {"report",
       {{"findings", "ETT tip 1.0 cm above the carina. Cardiothoracic ratio is 0.44."}, {"impression", ""}}}};
  record["anatomy"]["landmarks"] = {{{"name", "ett_tip"}, {"x", 199.5}, {"y", 50}}};
  const std::string overlay = (folder_ / "verdicts").string();
  const Ran ran = run_command({"factcheck", "--measure", "--bundle", "none", "--given", given(), "--spacing",
                               "1,1", "--overlay", overlay, "--apply"},
                              record.dump() + "\n");
  Json out = record_of(ran);
  const Json* tube = nullptr;
  const Json* heart = nullptr;
  for (const Json& c : out["factcheck"]["claims"]) {
    if (c.value("tool", "") == "ett_tip_to_carina") tube = &c;
    if (c.value("tool", "") == "cardiothoracic_ratio") heart = &c;
  }
  ASSERT_NE(tube, nullptr);
  ASSERT_NE(heart, nullptr);
  EXPECT_EQ((*tube)["verdict"], "contradicted");
  EXPECT_EQ((*heart)["verdict"], "supported");
  EXPECT_THAT(out["factcheck"]["report"]["findings"].get<std::string>(), HasSubstr("5.0 cm above"));
  EXPECT_TRUE(fs::exists(overlay + "/film.png"));
  EXPECT_EQ(run_command({"factcheck", "--overlay", overlay}, "{}").status.code(), ErrorCode::kUsage);
}

}  // namespace
}  // namespace hilum::cli
