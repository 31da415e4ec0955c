#include "anatomy/measure.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "anatomy/overlay.h"
#include "anatomy/quality.h"
#include "unit/anatomy/film.h"

namespace hilum::anatomy {
namespace {

using test::box;
using test::drawn_film;

const std::vector<MeasuringTool>& tools() {
  static const std::vector<MeasuringTool> loaded = [] {
    auto result = load_tools();
    EXPECT_TRUE(result) << result.status().to_string();
    return result ? result.take() : std::vector<MeasuringTool>();
  }();
  return loaded;
}

const Measured* find(const std::vector<Measured>& results, const std::string& name) {
  for (const Measured& m : results) {
    if (m.tool->name == name) return &m;
  }
  return nullptr;
}

TEST(Measure, KnownShapes) {
  Anatomy film = drawn_film();
  film.spacing = Spacing{0.5, 0.25, SpacingSource::kUser, ""};
  film.landmarks = {{"carina", {199.5, 100}, 1, "given"}, {"ett_tip", {199.5, 20}, 1, "given"}};
  const auto results = measure(film, tools());
  EXPECT_DOUBLE_EQ(*find(results, "cardiothoracic_ratio")->value, 160.0 / 360);
  EXPECT_DOUBLE_EQ(*find(results, "heart_width")->value, 40);
  EXPECT_DOUBLE_EQ(*find(results, "thoracic_width")->value, 90);
  EXPECT_DOUBLE_EQ(*find(results, "ett_tip_to_carina")->value, 40) << "80 rows of 0.5 mm";
  EXPECT_DOUBLE_EQ(*find(results, "mediastinal_width")->value, 30) << "120 columns of 0.25 mm";
  EXPECT_DOUBLE_EQ(*find(results, "right_lung_height")->value, 105.5);
  EXPECT_DOUBLE_EQ(*find(results, "lung_height_ratio")->value, 1);
  EXPECT_NEAR(*find(results, "left_costophrenic_angle")->value, 90, 2);
  EXPECT_EQ(find(results, "nodule_long_axis"), nullptr) << "there is no nodule";
  ASSERT_EQ(find(results, "heart_width")->lines.size(), 1u);
  EXPECT_DOUBLE_EQ(find(results, "heart_width")->lines[0].first.x, 150);
  EXPECT_DOUBLE_EQ(find(results, "heart_width")->lines[0].second.x, 309);
}

TEST(Measure, NoMillimetresWithoutSpacing) {
  Anatomy film = drawn_film();
  film.landmarks = {{"carina", {199.5, 100}, 1, "given"}, {"ett_tip", {199.5, 20}, 1, "given"}};
  const auto results = measure(film, tools());
  EXPECT_TRUE(find(results, "cardiothoracic_ratio")->value);
  EXPECT_FALSE(find(results, "ett_tip_to_carina")->value);
  EXPECT_NE(find(results, "ett_tip_to_carina")->reason.find("spacing"), std::string::npos);
}

TEST(Measure, DetectedPointsHaveWiderTolerance) {
  Anatomy film = drawn_film();
  film.spacing = Spacing{0.5, 0.5, SpacingSource::kUser, ""};
  film.landmarks = {{"carina", {199.5, 100}, 0.9, "given"}, {"ett_tip", {199.5, 20}, 0.2, "some-bundle"}};
  const auto results = measure(film, tools());
  const Measured* m = find(results, "ett_tip_to_carina");
  EXPECT_DOUBLE_EQ(m->confidence, 0.2);
  EXPECT_GT(m->tolerance, 20);
  EXPECT_EQ(m->source, "some-bundle, given");
}

TEST(Measure, NoduleAxesAndPneumothoraxDepth) {
  Anatomy film = drawn_film();
  film.spacing = Spacing{1, 1, SpacingSource::kUser, ""};
  film.structures.push_back({"nodule", box(400, 300, 50, 60, 79, 69), 1, 1, "given"});
  film.structures.push_back({"pneumothorax", box(400, 300, 20, 40, 31, 90), 1, 1, "given"});
  const auto results = measure(film, tools());
  EXPECT_NEAR(*find(results, "nodule_long_axis")->value, std::hypot(30.0, 10.0), 1e-9);
  EXPECT_DOUBLE_EQ(*find(results, "pneumothorax_depth")->value, 12);
}

bool has(const std::vector<QualityIssue>& issues, const std::string& code) {
  return std::any_of(issues.begin(), issues.end(), [&](const QualityIssue& i) { return i.code == code; });
}

const std::vector<std::string> kAll = {"right_lung", "left_lung", "heart", "airway"};

TEST(Quality, ADrawnFilmIsPlausible) {
  const auto issues = check_plausibility(drawn_film(), kAll);
  EXPECT_TRUE(issues.empty()) << issues.front().message;
}

TEST(Quality, RefusesWhatCannotBe) {
  Anatomy swapped = drawn_film();
  std::swap(swapped.structures[0].mask, swapped.structures[1].mask);
  EXPECT_TRUE(has(check_plausibility(swapped, kAll), "sides_swapped"));
  EXPECT_TRUE(refused(check_plausibility(swapped, kAll)));

  Anatomy one = drawn_film();
  one.structures.erase(one.structures.begin());
  EXPECT_TRUE(has(check_plausibility(one, kAll), "lung_missing"));
  EXPECT_TRUE(refused(check_plausibility(one, kAll)));
  EXPECT_TRUE(check_plausibility(one, {}).empty()) << "nobody said that there should be two";

  Anatomy stacked = drawn_film();
  stacked.structures[0].mask = box(400, 300, 20, 10, 139, 110);
  stacked.structures[1].mask = box(400, 300, 260, 150, 379, 260);
  EXPECT_TRUE(has(check_plausibility(stacked, kAll), "lungs_not_side_by_side"));

  Anatomy doubtful = drawn_film();
  doubtful.structures[0].confidence = 0.6;
  EXPECT_TRUE(refused(check_plausibility(doubtful, kAll)));
}

TEST(Quality, DropsAHeartThatIsNone) {
  Anatomy film = drawn_film();
  film.structures[2].mask = box(400, 300, 190, 50, 210, 70);
  const auto issues = check_plausibility(film, kAll);
  EXPECT_TRUE(has(issues, "heart_size"));
  EXPECT_FALSE(refused(issues));
  EXPECT_EQ(issues.front().drops, "heart");
}

TEST(Overlay, DrawsOnAReducedFilm) {
  Anatomy film = drawn_film();
  const std::vector<std::uint8_t> grey(std::size_t{400} * 300, 100);
  const Picture picture =
      draw_overlay(grey, film, {{{0, 150}, {399, 150}, kContradicted}}, {{"Heart 12.3 mm", kPlain}});
  ASSERT_EQ(picture.width, 800) << "small films are enlarged";
  ASSERT_EQ(picture.height, 600 + 5 + 11) << "words stand below the film";
  ASSERT_EQ(picture.rgb.size(), 800u * static_cast<std::size_t>(picture.height) * 3);
  const std::uint8_t* on_line = picture.rgb.data() + 3 * (301 * 800 + 10);
  EXPECT_EQ(on_line[0], kContradicted[0]);
  const std::uint8_t* outside = picture.rgb.data() + 3 * (590 * 800 + 2);
  EXPECT_EQ(outside[0], 100);
  EXPECT_TRUE(draw_overlay({1, 2}, film, {}, {}).rgb.empty()) << "pixels that do not fill the film";
  EXPECT_EQ(draw_overlay(grey, film, {}, {}).height, 600) << "no words, no rows for them";
}

TEST(Overlay, LongWordsGoOnInTheNextLine) {
  const Anatomy film = drawn_film();
  const std::vector<std::uint8_t> grey(std::size_t{400} * 300, 100);
  const auto height = [&](const std::string& text) {
    return draw_overlay(grey, film, {}, {{text, kPlain}}).height;
  };
  std::string sentence;
  for (int i = 0; i < 60; ++i) sentence += "word ";
  const int one = height("word"), line = height(std::string(132, 'x')) - one;
  EXPECT_GT(line, 0) << "131 letters fit into 800 pixels";
  EXPECT_EQ(height(std::string(131, 'x')), one);
  EXPECT_EQ(height(sentence), one + 2 * line) << "300 letters";
  EXPECT_EQ(draw_overlay(grey, film, {}, std::vector<OverlayText>(5000, {"word", kPlain})).height,
            one + 100 * line)
      << "a hundred lines and how many there are more";
  Anatomy thin;
  thin.width = 1, thin.height = 2;
  EXPECT_GT(draw_overlay({100, 100}, thin, {}, {{sentence, kPlain}}).height, 600);
}

}  // namespace
}  // namespace hilum::anatomy
