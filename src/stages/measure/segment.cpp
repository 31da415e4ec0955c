#include "stages/measure/segment.h"

#include <algorithm>
#include <cmath>

#include "runtime/roles/anatomy.h"

namespace hilum::stages {
namespace {

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

// For each pixel of the original along one axis: the two cells of the map beside it and the second one's
// weight.
struct Taps {
  std::vector<std::size_t> first, second;
  std::vector<float> weight;
};

Taps taps(std::size_t original, double scale, double offset, int seen, int cells) {
  Taps t;
  for (std::size_t i = 0; i < original; ++i) {
    const double in_model = (static_cast<double>(i) - offset) / scale;
    const double in_map =
        std::clamp((in_model + 0.5) * cells / seen - 0.5, 0.0, static_cast<double>(cells - 1));
    const auto low = static_cast<std::size_t>(in_map);
    t.first.push_back(low);
    t.second.push_back(std::min(low + 1, static_cast<std::size_t>(cells - 1)));
    t.weight.push_back(static_cast<float>(in_map - static_cast<double>(low)));
  }
  return t;
}

anatomy::Structure structure_of(const runtime::AnatomyMap& map, const runtime::BundleMap& how,
                                const ModelInput& image, const std::string& source, std::size_t width,
                                std::size_t height) {
  const Placement& place = image.placement;
  const Taps columns = taps(width, place.scale_x, place.offset_x, image.width, map.width);
  const Taps rows = taps(height, place.scale_y, place.offset_y, image.height, map.height);
  const double p = std::clamp(how.threshold, 1e-6, 1 - 1e-6);
  const auto limit = static_cast<float>(std::log(p / (1 - p)));
  anatomy::Structure s{how.name, {width, height, std::vector<std::uint8_t>(width * height, 0)}, 0, 0, source};
  std::vector<float> line(static_cast<std::size_t>(map.width));
  double sum = 0, count = 0;
  for (std::size_t y = 0; y < height; ++y) {
    const float* a = map.logits.data() + rows.first[y] * line.size();
    const float* b = map.logits.data() + rows.second[y] * line.size();
    for (std::size_t x = 0; x < line.size(); ++x) line[x] = a[x] + (b[x] - a[x]) * rows.weight[y];
    for (std::size_t x = 0; x < width; ++x) {
      const float u = line[columns.first[x]], v = line[columns.second[x]];
      const float logit = u + (v - u) * columns.weight[x];
      if (!(logit > limit)) continue;
      s.mask.pixels[y * width + x] = 1;
      sum += sigmoid(static_cast<double>(logit));
      count += 1;
    }
  }
  if (count > 0) s.confidence = sum / count;
  anatomy::LargestPart part = anatomy::largest_part(s.mask);
  s.mask = std::move(part.mask);
  s.in_one_piece = part.share;
  return s;
}

anatomy::Point to_original(double x, double y, const Placement& place) {
  return {x * place.scale_x + place.offset_x, y * place.scale_y + place.offset_y};
}

// The summit of a bump: the centre of gravity of the cells around the highest one.
anatomy::Landmark summit_of(const runtime::AnatomyMap& map, const std::string& name, const ModelInput& image,
                            const std::string& source) {
  constexpr int kReach = 2;
  const auto best = std::max_element(map.logits.begin(), map.logits.end()) - map.logits.begin();
  const int x0 = static_cast<int>(best) % map.width, y0 = static_cast<int>(best) / map.width;
  double sum = 0, sx = 0, sy = 0;
  for (int y = std::max(0, y0 - kReach); y <= std::min(map.height - 1, y0 + kReach); ++y) {
    for (int x = std::max(0, x0 - kReach); x <= std::min(map.width - 1, x0 + kReach); ++x) {
      const double p = sigmoid(static_cast<double>(map.logits[static_cast<std::size_t>(y * map.width + x)]));
      sum += p, sx += p * x, sy += p * y;
    }
  }
  const double x = (sx / sum + 0.5) * image.width / map.width - 0.5;
  const double y = (sy / sum + 0.5) * image.height / map.height - 0.5;
  const double confidence = sigmoid(static_cast<double>(map.logits[static_cast<std::size_t>(best)]));
  return {name, to_original(x, y, image.placement), confidence, source};
}

// The published detector calls it the tube's tip; the measuring tools tell tubes apart.
std::string landmark_name(const std::string& name) { return name == "tube_tip" ? "ett_tip" : name; }

}  // namespace

void add_outputs(const runtime::AnatomyOutput& output, const runtime::Manifest& manifest,
                 const ModelInput& image, const std::string& source, anatomy::Anatomy& film) {
  for (const runtime::AnatomyPoint& point : output.points) {
    const std::string name = landmark_name(point.name);
    if (point.confidence > 0 && film.landmark(name) == nullptr)
      film.landmarks.push_back(
          {name, to_original(point.x, point.y, image.placement), point.confidence, source});
  }
  for (std::size_t m = 0; m < output.maps.size(); ++m) {
    const runtime::BundleMap& how = runtime::maps_of(manifest)[m];
    if (how.kind == "mask" && film.structure(how.name) == nullptr) {
      anatomy::Structure s = structure_of(output.maps[m], how, image, source, film.width, film.height);
      if (!s.mask.empty()) film.structures.push_back(std::move(s));
    }
    const std::string name = landmark_name(how.name);
    if (how.kind == "point" && film.landmark(name) == nullptr) {
      anatomy::Landmark summit = summit_of(output.maps[m], name, image, source);
      if (summit.confidence >= how.threshold) film.landmarks.push_back(std::move(summit));
    }
  }
}

void add_carina(anatomy::Anatomy& film) {
  const anatomy::Structure* airway = film.structure("airway");
  if (airway == nullptr || film.landmark("carina") != nullptr) return;
  if (const auto fork = anatomy::carina_of(airway->mask))
    film.landmarks.push_back({"carina", *fork, airway->confidence, airway->source});
}

}  // namespace hilum::stages
