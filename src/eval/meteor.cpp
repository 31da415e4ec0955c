#include "hilum/eval/meteor.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <unordered_set>

#include "hilum/core/file.h"
#include "hilum/core/text.h"
#include "hilum/eval/stemmers.h"

#include "meteor_words.h"
#include "wordnet.h"

namespace hilum::eval {
namespace {

constexpr std::size_t kBeam = 40;
constexpr std::size_t kStages = 3;  // exact, stem, synonym

// A possible match of one hypothesis word with one reference word.
struct Match {
  std::size_t stage = 0;
  std::size_t reference = 0, hypothesis = 0;
};

// One path of the search over reference words, left to right. Paths share their matches as a linked list.
struct Path {
  int exact = 0;  // matches that count in the comparison: METEOR adds weights to an integer, and .5 vanishes
  int chunks = 0;
  long distance = 0;
  long last_end = -1;      // hypothesis position after the last match; -1 after a gap
  int history = -1;        // index into the history of taken matches
  std::vector<bool> used;  // hypothesis words
};

struct Taken {
  Match match;
  int before;
};

bool better(const Path& a, const Path& b) {
  if (a.exact != b.exact) return a.exact > b.exact;
  if (a.chunks != b.chunks) return a.chunks < b.chunks;
  return a.distance < b.distance;
}

void take(Path& path, const Match& match) {
  path.exact += match.stage == 0 ? 2 : 0;
  if (path.last_end != -1 && static_cast<long>(match.hypothesis) != path.last_end) ++path.chunks;
  path.last_end = static_cast<long>(match.hypothesis) + 1;
}

long shift_of(const Match& match) {
  return std::labs(static_cast<long>(match.reference) - static_cast<long>(match.hypothesis));
}

}  // namespace

struct Meteor::State {
  struct Entry {
    WordId stem;
    bool function_word;
    std::vector<std::uint32_t> synsets;
  };
  WordNet wordnet;
  MeteorNormalizer normalizer;
  std::unordered_set<std::string> function_words;
  Vocabulary words, stems;
  std::vector<Entry> entries;

  WordId id_of(const std::string& word) {
    const WordId id = words.intern(word);
    if (id == entries.size()) {
      entries.push_back(
          {stems.intern(snowball_stem(word)), function_words.count(word) > 0, wordnet.synsets(word)});
    }
    return id;
  }
  std::vector<WordId> ids(std::string_view text) {
    std::vector<WordId> out;
    for (const std::string& word : normalizer.words(text)) out.push_back(id_of(word));
    return out;
  }
  bool synonyms(WordId a, WordId b) const {
    const auto& x = entries[a].synsets;
    const auto& y = entries[b].synsets;
    std::size_t i = 0, j = 0;
    while (i < x.size() && j < y.size()) {
      if (x[i] == y[j]) return true;
      x[i] < y[j] ? ++i : ++j;
    }
    return false;
  }
  std::vector<std::vector<Match>> candidates(const std::vector<WordId>& hypothesis,
                                             const std::vector<WordId>& reference) const;
  std::vector<Match> align(const std::vector<WordId>& hypothesis, const std::vector<WordId>& reference) const;
  MeteorStatistics compare(const std::vector<WordId>& hypothesis, const std::vector<WordId>& reference) const;
};

// Every match of each reference word, by stage and then by hypothesis position.
std::vector<std::vector<Match>> Meteor::State::candidates(const std::vector<WordId>& hypothesis,
                                                          const std::vector<WordId>& reference) const {
  std::vector<std::vector<Match>> out(reference.size());
  const std::size_t stages = hypothesis == reference ? 1 : kStages;
  for (std::size_t j = 0; j < reference.size(); ++j) {
    for (std::size_t stage = 0; stage < stages; ++stage) {
      for (std::size_t i = 0; i < hypothesis.size(); ++i) {
        const bool same = hypothesis[i] == reference[j];
        const bool fits = stage == 0   ? same
                          : stage == 1 ? !same && entries[hypothesis[i]].stem == entries[reference[j]].stem
                                       : !same && synonyms(hypothesis[i], reference[j]);
        if (fits) out[j].push_back({stage, j, i});
      }
    }
  }
  return out;
}

std::vector<Match> Meteor::State::align(const std::vector<WordId>& hypothesis,
                                        const std::vector<WordId>& reference) const {
  const std::vector<std::vector<Match>> all = candidates(hypothesis, reference);
  std::vector<std::size_t> coverage(hypothesis.size(), 0);
  for (const auto& row : all) {
    for (const Match& match : row) ++coverage[match.hypothesis];
  }
  std::vector<Taken> history;
  std::vector<Path> paths(1), next;
  paths[0].used.assign(hypothesis.size(), false);
  std::vector<bool> fixed(reference.size(), false);
  for (std::size_t j = 0; j < reference.size(); ++j) {
    fixed[j] = all[j].size() == 1 && coverage[all[j][0].hypothesis] == 1;
    if (fixed[j]) paths[0].used[all[j][0].hypothesis] = true;
  }
  for (std::size_t j = 0; j < reference.size(); ++j) {
    std::stable_sort(paths.begin(), paths.end(), better);
    if (paths.size() > kBeam) paths.resize(kBeam);
    next.clear();
    for (Path& path : paths) {
      if (fixed[j]) {
        take(path, all[j][0]);
        path.distance += shift_of(all[j][0]);
        history.push_back({all[j][0], path.history});
        path.history = static_cast<int>(history.size()) - 1;
        next.push_back(std::move(path));
        continue;
      }
      for (const Match& match : all[j]) {
        if (path.used[match.hypothesis]) continue;
        Path extended = path;
        extended.used[match.hypothesis] = true;
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
      next.push_back(std::move(path));
    }
    paths.swap(next);
  }
  // The width limits the finished paths too, before their last chunk is closed.
  std::stable_sort(paths.begin(), paths.end(), better);
  if (paths.size() > kBeam) paths.resize(kBeam);
  for (Path& path : paths) path.chunks += path.last_end != -1 ? 1 : 0;
  std::stable_sort(paths.begin(), paths.end(), better);
  std::vector<Match> out;
  for (int at = paths[0].history; at != -1; at = history[static_cast<std::size_t>(at)].before) {
    out.push_back(history[static_cast<std::size_t>(at)].match);
  }
  std::reverse(out.begin(), out.end());
  return out;
}

MeteorStatistics Meteor::State::compare(const std::vector<WordId>& hypothesis,
                                        const std::vector<WordId>& reference) const {
  MeteorStatistics s{};
  s[0] = static_cast<double>(hypothesis.size());
  s[1] = static_cast<double>(reference.size());
  for (const WordId word : hypothesis) s[2] += entries[word].function_word ? 1 : 0;
  for (const WordId word : reference) s[3] += entries[word].function_word ? 1 : 0;
  const std::vector<Match> matches = align(hypothesis, reference);
  std::size_t end_h = 0, end_r = 0;
  for (std::size_t m = 0; m < matches.size(); ++m) {
    const Match& match = matches[m];
    s[4 + 4 * match.stage + (entries[hypothesis[match.hypothesis]].function_word ? 2 : 0)] += 1;
    s[5 + 4 * match.stage + (entries[reference[match.reference]].function_word ? 2 : 0)] += 1;
    if (m == 0 || match.hypothesis != end_h || match.reference != end_r) s[20] += 1;
    end_h = match.hypothesis + 1;
    end_r = match.reference + 1;
  }
  s[21] = s[22] = static_cast<double>(matches.size());
  return s;
}

double meteor_from_sums(const double* s) {
  constexpr double kAlpha = 0.85, kBeta = 0.2, kGamma = 0.6, kDelta = 0.75;
  constexpr std::array<double, 4> kWeights = {1.0, 0.6, 0.8, 0.6};
  double matched_h = 0, matched_r = 0, total_h = 0, total_r = 0;
  for (std::size_t m = 0; m < 4; ++m) {
    const double* stage = s + 4 + 4 * m;
    matched_h += kWeights[m] * (kDelta * stage[0] + (1 - kDelta) * stage[2]);
    matched_r += kWeights[m] * (kDelta * stage[1] + (1 - kDelta) * stage[3]);
    total_h += stage[0] + stage[2];
    total_r += stage[1] + stage[3];
  }
  const double length_h = kDelta * (s[0] - s[2]) + (1 - kDelta) * s[2];
  const double length_r = kDelta * (s[1] - s[3]) + (1 - kDelta) * s[3];
  const double precision = matched_h / length_h, recall = matched_r / length_r;
  const double mean = 1 / ((1 - kAlpha) / precision + kAlpha / recall);
  const bool perfect = total_h == s[0] && total_r == s[1] && s[20] <= 1;
  const double fragments = perfect ? 0 : s[20] / ((s[21] + s[22]) / 2);
  const double score = mean * (1 - kGamma * std::pow(fragments, kBeta));
  return std::isnan(score) ? 0 : std::max(score, 0.0);
}

Meteor::Meteor(std::unique_ptr<State> state) : state_(std::move(state)) {}
Meteor::Meteor(Meteor&&) noexcept = default;
Meteor::~Meteor() = default;

Result<Meteor> Meteor::create(const std::string& wordnet) {
  auto state = std::make_unique<State>();
  HILUM_ASSIGN(state->wordnet, WordNet::load(wordnet));
  HILUM_ASSIGN(state->normalizer, MeteorNormalizer::load());
  HILUM_ASSIGN(const std::string path, find_data("configs/eval/meteor_function_words.txt"));
  HILUM_ASSIGN(const std::string text, read_file(path, 1u << 20));
  for (const std::string& line : split(text, '\n')) {
    if (!line.empty() && !starts_with(line, "# ")) state->function_words.insert(line);
  }
  return Meteor(std::move(state));
}

MeteorStatistics Meteor::statistics(std::string_view hypothesis,
                                    const std::vector<std::string_view>& references) {
  const std::vector<WordId> h = state_->ids(hypothesis);
  MeteorStatistics best{};
  double best_score = -1;
  for (const std::string_view reference : references) {
    const MeteorStatistics statistics = state_->compare(h, state_->ids(reference));
    const double score = meteor_from_sums(statistics.data());
    if (score > best_score) {
      best = statistics;
      best_score = score;
    }
  }
  return best;
}

void add_meteor(Meteor& meteor, const std::vector<TextPair>& pairs, std::string_view preparation,
                ScoreTable& table) {
  Metric metric;
  metric.name = "METEOR-1.5-noparaphrase";
  metric.variant =
      "METEOR 1.5 -l en -norm without its paraphrase table (exact, stem, WordNet 3.0 synonym); not NLTK's";
  metric.preprocessing = preparation;
  metric.block = table.add_block(kMeteorWidth);
  for (std::size_t p = 0; p < pairs.size(); ++p) {
    MeteorStatistics statistics = meteor.statistics(pairs[p].hypothesis, pairs[p].references);
    // Chunks of a report that matches word for word in one piece do not enter the sum.
    const double total = statistics[21], length = statistics[0];
    if (statistics[20] == 1 && total == length && statistics[22] == statistics[1]) statistics[20] = 0;
    std::copy(statistics.begin(), statistics.end(), table.row(metric.block, p));
  }
  metric.value = meteor_from_sums;
  table.add_metric(std::move(metric));
}

}  // namespace hilum::eval
