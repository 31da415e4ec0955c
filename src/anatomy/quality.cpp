#include "anatomy/quality.h"

#include <algorithm>
#include <cstdio>

namespace hilum::anatomy {
namespace {

// Of 452 films with masks drawn by people (JSRT, Wingspan), a lung covers 4.9 to 25 % of the picture and the
// heart 0.36 to 2.2 of the mean lung; none is refused or loses its heart.
constexpr double kMinLungArea = 0.015, kMaxLungArea = 0.42;  // share of the picture
constexpr double kMinSideOverlap = 0.5;                      // of the lower lung's rows
constexpr double kMinAreaRatio = 0.4;
constexpr double kMinConfidence = 0.80;
constexpr double kMinHeartShare = 0.12, kMaxHeartShare = 3.0;  // of the mean lung's area
constexpr double kHeartBelow =
    0.35;  // of the lungs' height from their top: where the heart's centre lies lower
constexpr double kMinInOnePiece = 0.85;
constexpr double kCutShare = 0.2;  // of a lung's height or width along the picture's edge

std::string percent(double share) {
  char text[16];
  std::snprintf(text, sizeof text, "%.0f %%", share * 100);
  return text;
}

double area(const Mask& mask) {
  return static_cast<double>(
      std::count_if(mask.pixels.begin(), mask.pixels.end(), [](std::uint8_t p) { return p != 0; }));
}

// Share of a lung's height that runs along the picture's left or right edge, or of its width along the
// others.
double along_the_edge(const Mask& mask, const Box& box) {
  std::size_t sides = 0, ends = 0;
  for (std::size_t y = box.top; y <= box.bottom; ++y)
    sides += mask.at(0, y) || mask.at(mask.width - 1, y) ? 1u : 0u;
  for (std::size_t x = box.left; x <= box.right; ++x)
    ends += mask.at(x, 0) || mask.at(x, mask.height - 1) ? 1u : 0u;
  return std::max(static_cast<double>(sides) / static_cast<double>(box.bottom - box.top + 1),
                  static_cast<double>(ends) / static_cast<double>(box.right - box.left + 1));
}

std::string spoken(const std::string& name) {
  std::string text = name;
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

class Check {
 public:
  explicit Check(const Anatomy& anatomy) : anatomy_(anatomy) {}

  void missing(const std::vector<std::string>& expected) {
    for (const std::string& name : expected) {
      if (present(name)) continue;
      const bool lung = name == "right_lung" || name == "left_lung";
      add(lung ? "lung_missing" : name + "_missing", "no " + spoken(name) + " was found", lung);
    }
  }

  void lungs() {
    const Structure *right = present("right_lung"), *left = present("left_lung");
    const double picture = static_cast<double>(anatomy_.width * anatomy_.height);
    for (const Structure* lung : {right, left}) {
      if (lung == nullptr) continue;
      const double share = area(lung->mask) / picture;
      if (share < kMinLungArea || share > kMaxLungArea)
        add("lung_size", "the " + spoken(lung->name) + " covers " + percent(share) + " of the picture", true);
      if (lung->confidence < kMinConfidence)
        add("doubtful_lung",
            "the " + spoken(lung->name) + " is in doubt: mean probability " + percent(lung->confidence),
            true);
      if (lung->in_one_piece < kMinInOnePiece)
        add("scattered_lung", "the largest part of the " + spoken(lung->name) + " is " +
                                  percent(lung->in_one_piece) + " of it");
      if (along_the_edge(lung->mask, *box_of(lung->mask)) > kCutShare)
        add("lung_cut_off",
            "the " + spoken(lung->name) + " runs along the picture's edge: the film may be cut there");
    }
    if (right == nullptr || left == nullptr) return;
    if (centre_of(right->mask)->x >= centre_of(left->mask)->x)
      add("sides_swapped", "the right lung is not on the picture's left", true);
    const Box a = *box_of(right->mask), b = *box_of(left->mask);
    const double common =
        static_cast<double>(std::min(a.bottom, b.bottom) + 1) - static_cast<double>(std::max(a.top, b.top));
    const double lower = static_cast<double>(std::min(a.bottom - a.top, b.bottom - b.top) + 1);
    if (common < kMinSideOverlap * lower)
      add("lungs_not_side_by_side", "the lungs do not lie side by side", true);
    const double ratio =
        std::min(area(right->mask), area(left->mask)) / std::max(area(right->mask), area(left->mask));
    if (ratio < kMinAreaRatio)
      add("uneven_lungs", "one lung has " + percent(ratio) +
                              " of the other's area: disease, or a mask that misses part of it");
  }

  void heart() {
    const Structure *heart = present("heart"), *right = present("right_lung"), *left = present("left_lung");
    if (heart == nullptr || right == nullptr || left == nullptr) return;
    const double share = 2 * area(heart->mask) / (area(right->mask) + area(left->mask));
    if (share < kMinHeartShare || share > kMaxHeartShare)
      add("heart_size", "the heart has " + percent(share) + " of a lung's area", false, "heart");
    const Box a = *box_of(right->mask), b = *box_of(left->mask);
    const Point centre = *centre_of(heart->mask);
    const bool between = centre.x > static_cast<double>(std::min(a.left, b.left)) &&
                         centre.x < static_cast<double>(std::max(a.right, b.right));
    const auto top = static_cast<double>(std::min(a.top, b.top)),
               bottom = static_cast<double>(std::max(a.bottom, b.bottom));
    const bool low = centre.y > top + kHeartBelow * (bottom - top);
    if (!between || !low)
      add("heart_place", "the heart is not between the lungs, in their lower part", false, "heart");
    if (heart->confidence < kMinConfidence)
      add("doubtful_heart", "the heart is in doubt: mean probability " + percent(heart->confidence), false,
          "heart");
  }

  void airway() {
    const Structure *airway = present("airway"), *right = present("right_lung"), *left = present("left_lung");
    if (airway == nullptr || right == nullptr || left == nullptr) return;
    const Point centre = *centre_of(airway->mask);
    const double a = centre_of(right->mask)->x, b = centre_of(left->mask)->x;
    if (centre.x < std::min(a, b) || centre.x > std::max(a, b))
      add("airway_place", "the airway is not between the lungs", false, "airway");
  }

  std::vector<QualityIssue> take() { return std::move(issues_); }

 private:
  const Structure* present(const std::string& name) const {
    const Structure* s = anatomy_.structure(name);
    return s != nullptr && !s->mask.empty() ? s : nullptr;
  }
  void add(std::string code, std::string message, bool refuses = false, std::string drops = "") {
    issues_.push_back({std::move(code), std::move(message), refuses, std::move(drops)});
  }

  const Anatomy& anatomy_;
  std::vector<QualityIssue> issues_;
};

}  // namespace

std::vector<QualityIssue> check_plausibility(const Anatomy& anatomy,
                                             const std::vector<std::string>& expected) {
  Check check(anatomy);
  check.missing(expected);
  check.lungs();
  check.heart();
  check.airway();
  return check.take();
}

bool refused(const std::vector<QualityIssue>& issues) {
  return std::any_of(issues.begin(), issues.end(), [](const QualityIssue& i) { return i.refuses; });
}

}  // namespace hilum::anatomy
