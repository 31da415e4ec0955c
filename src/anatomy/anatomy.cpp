#include "anatomy/anatomy.h"

#include <algorithm>

namespace hilum::anatomy {
namespace {

template <typename T>
const T* named(const std::vector<T>& items, const std::string& name) {
  const auto it = std::find_if(items.begin(), items.end(), [&](const T& item) { return item.name == name; });
  return it == items.end() ? nullptr : &*it;
}

// Paints `value` over the 4-connected pixels of `from` around `start`; returns how many.
std::size_t flood(std::vector<std::int32_t>& labels, std::size_t width, std::size_t start, std::int32_t from,
                  std::int32_t value) {
  std::vector<std::size_t> stack = {start};
  labels[start] = value;
  std::size_t count = 0;
  while (!stack.empty()) {
    const std::size_t at = stack.back();
    stack.pop_back();
    ++count;
    const auto visit = [&](std::size_t next) {
      if (labels[next] != from) return;
      labels[next] = value;
      stack.push_back(next);
    };
    const std::size_t x = at % width;
    if (x > 0) visit(at - 1);
    if (x + 1 < width) visit(at + 1);
    if (at >= width) visit(at - width);
    if (at + width < labels.size()) visit(at + width);
  }
  return count;
}

}  // namespace

const Structure* Anatomy::structure(const std::string& name) const { return named(structures, name); }
const Landmark* Anatomy::landmark(const std::string& name) const { return named(landmarks, name); }

const std::vector<MaskValue>& mask_values() {
  // In the order of painting: later ones cover earlier ones.
  static const std::vector<MaskValue> values = {
      {"right_lung", 1}, {"left_lung", 2}, {"heart", 3}, {"airway", 4}};
  return values;
}

std::vector<std::uint8_t> paint_masks(const Anatomy& anatomy) {
  std::vector<std::uint8_t> picture(anatomy.width * anatomy.height, 0);
  for (const MaskValue& value : mask_values()) {
    const Structure* s = anatomy.structure(value.name);
    if (s == nullptr || s->mask.pixels.size() != picture.size()) continue;
    for (std::size_t i = 0; i < picture.size(); ++i) {
      if (s->mask.pixels[i] != 0) picture[i] = value.value;
    }
  }
  return picture;
}

Result<std::vector<Structure>> read_masks(const std::vector<std::uint8_t>& picture, std::size_t width,
                                          std::size_t height, const std::string& source) {
  std::vector<std::size_t> counts(256, 0);
  for (const std::uint8_t v : picture) ++counts[v];
  std::vector<Structure> structures;
  counts[0] = 0;
  for (const MaskValue& value : mask_values()) {
    if (counts[value.value] == 0) continue;
    counts[value.value] = 0;
    Structure s{value.name, {width, height, std::vector<std::uint8_t>(picture.size())}, 1, 1, source};
    for (std::size_t i = 0; i < picture.size(); ++i) s.mask.pixels[i] = picture[i] == value.value ? 1 : 0;
    structures.push_back(std::move(s));
  }
  for (std::size_t v = 0; v < counts.size(); ++v) {
    if (counts[v] > 0)
      return Status(ErrorCode::kUsage, "the mask holds the value " + std::to_string(v) +
                                           "; known are 1 right lung, 2 left lung, 3 heart, 4 airway");
  }
  return structures;
}

LargestPart largest_part(const Mask& mask) {
  LargestPart part{mask, 0};
  std::vector<std::int32_t> labels(mask.pixels.size());
  std::size_t total = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    labels[i] = mask.pixels[i] != 0 ? 1 : 0;
    total += static_cast<std::size_t>(labels[i]);
  }
  std::int32_t best = 0, next = 2;
  std::size_t best_count = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] != 1) continue;
    const std::size_t count = flood(labels, mask.width, i, 1, next);
    if (count > best_count) best_count = count, best = next;
    ++next;
  }
  if (best_count == 0) return part;
  part.share = static_cast<double>(best_count) / static_cast<double>(total);
  for (std::int32_t& label : labels) label = label == best ? 1 : 0;
  // What can be reached from the border is outside; everything else is the part or a hole in it.
  const std::size_t w = mask.width, h = mask.height;
  const auto reach = [&](std::size_t i) {
    if (labels[i] == 0) flood(labels, w, i, 0, -1);
  };
  for (std::size_t x = 0; x < w; ++x) reach(x), reach((h - 1) * w + x);
  for (std::size_t y = 0; y < h; ++y) reach(y * w), reach(y * w + w - 1);
  for (std::size_t i = 0; i < labels.size(); ++i) part.mask.pixels[i] = labels[i] == -1 ? 0 : 1;
  return part;
}

std::optional<Point> centre_of(const Mask& mask) {
  double sx = 0, sy = 0, count = 0;
  for (std::size_t y = 0; y < mask.height; ++y) {
    for (std::size_t x = 0; x < mask.width; ++x) {
      if (!mask.at(x, y)) continue;
      sx += static_cast<double>(x), sy += static_cast<double>(y), count += 1;
    }
  }
  if (count == 0) return std::nullopt;
  return Point{sx / count, sy / count};
}

std::optional<Box> box_of(const Mask& mask) {
  std::optional<Box> box;
  for (std::size_t y = 0; y < mask.height; ++y) {
    for (std::size_t x = 0; x < mask.width; ++x) {
      if (!mask.at(x, y)) continue;
      if (!box) box = Box{x, y, x, y};
      box->left = std::min(box->left, x);
      box->right = std::max(box->right, x);
      box->bottom = y;
    }
  }
  return box;
}

}  // namespace hilum::anatomy
