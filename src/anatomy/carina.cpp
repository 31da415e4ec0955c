// The fork of the airway. python/hilum_train/anatomy/landmarks.py does the same.
#include <algorithm>
#include <cmath>

#include "anatomy/anatomy.h"

namespace hilum::anatomy {
namespace {

// A gap counts when it stays open for this share of the airway's height.
constexpr double kDepth = 0.06;

struct Gap {
  std::size_t begin = 0, end = 0;  // columns [begin, end) between two runs of a row
  std::size_t width() const { return end - begin; }
};

std::vector<Gap> gaps_of(const Mask& mask, std::size_t y) {
  std::vector<Gap> gaps;
  std::optional<std::size_t> run_end;  // of the run before
  std::size_t x = 0;
  while (x < mask.width) {
    while (x < mask.width && !mask.at(x, y)) ++x;
    if (x == mask.width) break;
    if (run_end) gaps.push_back({*run_end, x});
    while (x < mask.width && mask.at(x, y)) ++x;
    run_end = x;
  }
  return gaps;
}

std::size_t overlap(const Gap& a, const Gap& b) {
  const std::size_t begin = std::max(a.begin, b.begin), end = std::min(a.end, b.end);
  return begin < end ? end - begin : 0;
}

}  // namespace

std::optional<Point> carina_of(const Mask& airway) {
  const Mask mask = largest_part(airway).mask;
  const auto box = box_of(mask);
  if (!box) return std::nullopt;
  const double height = static_cast<double>(box->bottom - box->top + 1);
  const auto need = static_cast<std::size_t>(std::max(2.0, std::nearbyint(kDepth * height)));
  std::vector<std::vector<Gap>> rows;
  for (std::size_t y = box->top; y <= box->bottom; ++y) rows.push_back(gaps_of(mask, y));
  std::optional<Point> best;
  std::size_t best_width = 0;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const std::size_t y = box->top + i;
    for (const Gap& first : rows[i]) {
      bool closed = true;
      for (std::size_t x = first.begin; x < first.end; ++x) closed = closed && mask.at(x, y - 1);
      if (!closed) continue;
      Gap gap = first;
      std::size_t depth = 1, widest = first.width();
      for (; i + depth < rows.size(); ++depth) {
        const Gap* next = nullptr;
        for (const Gap& g : rows[i + depth]) {
          if (overlap(g, gap) > 0 && (next == nullptr || overlap(g, gap) > overlap(*next, gap))) next = &g;
        }
        if (next == nullptr) break;
        gap = *next;
        widest = std::max(widest, gap.width());
      }
      if (depth >= need && widest > best_width) {
        best_width = widest;
        best = Point{static_cast<double>(first.begin + first.end - 1) / 2, static_cast<double>(y)};
      }
    }
  }
  return best;
}

}  // namespace hilum::anatomy
