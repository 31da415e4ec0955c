#include "eval/meteor/align.h"

#include <algorithm>
#include <cstdlib>

namespace hilum::eval {
namespace {

constexpr std::size_t kBeam = 40;

// One path of the search over reference words, left to right. Paths share their matches as a linked list.
struct Path {
  // Weighted matched words of both sides. METEOR adds the weights to integers, so that .6 and .8 vanish.
  int hypothesis_words = 0, reference_words = 0;
  int chunks = 0;
  long distance = 0;
  long last_end = -1;    // hypothesis position after the last match; -1 after a gap
  std::size_t next = 0;  // reference position after the last match or gap
  int history = -1;      // index into the history of taken matches
  std::vector<bool> used_hypothesis, used_reference;
  int matched() const { return hypothesis_words + reference_words; }
};

struct Taken {
  MeteorMatch match;
  int before;
};

bool better(const Path& a, const Path& b) {
  if (a.matched() != b.matched()) return a.matched() > b.matched();
  if (a.chunks != b.chunks) return a.chunks < b.chunks;
  return a.distance < b.distance;
}

void take(Path& path, const MeteorMatch& match) {
  const auto add = [&match](int& sum, std::size_t words) {
    sum = static_cast<int>(sum + static_cast<double>(words) * kMeteorWeights[match.stage]);
  };
  add(path.hypothesis_words, match.hypothesis_length);
  add(path.reference_words, match.reference_length);
  if (path.last_end != -1 && static_cast<long>(match.hypothesis) != path.last_end) ++path.chunks;
  path.last_end = static_cast<long>(match.hypothesis + match.hypothesis_length);
  path.next = match.reference + match.reference_length;
}

bool overlaps(const std::vector<bool>& used, std::size_t first, std::size_t length) {
  return std::any_of(used.begin() + static_cast<std::ptrdiff_t>(first),
                     used.begin() + static_cast<std::ptrdiff_t>(first + length),
                     [](bool word) { return word; });
}

void use(Path& path, const MeteorMatch& match) {
  for (std::size_t k = 0; k < match.hypothesis_length; ++k) path.used_hypothesis[match.hypothesis + k] = true;
  for (std::size_t k = 0; k < match.reference_length; ++k) path.used_reference[match.reference + k] = true;
}

bool is_free(const Path& path, const MeteorMatch& match) {
  return !overlaps(path.used_hypothesis, match.hypothesis, match.hypothesis_length) &&
         !overlaps(path.used_reference, match.reference, match.reference_length);
}

long shift_of(const MeteorMatch& match) {
  return std::labs(static_cast<long>(match.reference) - static_cast<long>(match.hypothesis));
}

// One-to-one matches whose words no other match wants are certain.
std::vector<bool> certain_matches(const std::vector<std::vector<MeteorMatch>>& all,
                                  std::size_t hypothesis_words) {
  std::vector<int> hypothesis_coverage(hypothesis_words, 0), reference_coverage(all.size(), 0);
  for (const auto& row : all) {
    for (const MeteorMatch& match : row) {
      for (std::size_t k = 0; k < match.hypothesis_length; ++k) ++hypothesis_coverage[match.hypothesis + k];
      for (std::size_t k = 0; k < match.reference_length; ++k) ++reference_coverage[match.reference + k];
    }
  }
  std::vector<bool> out(all.size(), false);
  for (std::size_t j = 0; j < all.size(); ++j) {
    if (all[j].size() != 1) continue;
    const MeteorMatch& match = all[j][0];
    bool alone = true;
    for (std::size_t k = 0; k < match.hypothesis_length; ++k)
      alone = alone && hypothesis_coverage[match.hypothesis + k] == 1;
    for (std::size_t k = 0; k < match.reference_length; ++k)
      alone = alone && reference_coverage[match.reference + k] == 1;
    out[j] = alone;
  }
  return out;
}

}  // namespace

std::vector<MeteorMatch> best_alignment(const std::vector<std::vector<MeteorMatch>>& all,
                                        std::size_t hypothesis_words) {
  const std::vector<bool> fixed = certain_matches(all, hypothesis_words);
  std::vector<Taken> history;
  std::vector<Path> paths(1), next;
  paths[0].used_hypothesis.assign(hypothesis_words, false);
  paths[0].used_reference.assign(all.size(), false);
  for (std::size_t j = 0; j < all.size(); ++j) {
    if (fixed[j]) use(paths[0], all[j][0]);
  }
  for (std::size_t j = 0; j < all.size(); ++j) {
    std::stable_sort(paths.begin(), paths.end(), better);
    if (paths.size() > kBeam) paths.resize(kBeam);
    next.clear();
    for (Path& path : paths) {
      if (path.next > j) {  // inside a match
        next.push_back(std::move(path));
        continue;
      }
      if (fixed[j]) {
        take(path, all[j][0]);
        path.distance += shift_of(all[j][0]);
        history.push_back({all[j][0], path.history});
        path.history = static_cast<int>(history.size()) - 1;
        next.push_back(std::move(path));
        continue;
      }
      for (const MeteorMatch& match : all[j]) {
        if (!is_free(path, match)) continue;
        Path extended = path;
        use(extended, match);
        take(extended, match);
        history.push_back({match, path.history});
        extended.history = static_cast<int>(history.size()) - 1;
        next.push_back(std::move(extended));
        // METEOR adds the distance to the path it came from, so later alternatives carry it.
        path.distance += shift_of(match);
      }
      if (path.last_end != -1) {
        ++path.chunks;
        path.last_end = -1;
      }
      path.next = j + 1;
      next.push_back(std::move(path));
    }
    paths.swap(next);
  }
  // The width limits the finished paths too, before their last chunk is closed.
  std::stable_sort(paths.begin(), paths.end(), better);
  if (paths.size() > kBeam) paths.resize(kBeam);
  for (Path& path : paths) path.chunks += path.last_end != -1 ? 1 : 0;
  std::stable_sort(paths.begin(), paths.end(), better);
  std::vector<MeteorMatch> out;
  for (int at = paths[0].history; at != -1; at = history[static_cast<std::size_t>(at)].before) {
    out.push_back(history[static_cast<std::size_t>(at)].match);
  }
  std::reverse(out.begin(), out.end());
  return out;
}

}  // namespace hilum::eval
