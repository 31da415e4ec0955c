#include "eval/meteor/meteor.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <unordered_set>

#include "core/files/file.h"
#include "core/text/text.h"
#include "eval/meteor/align.h"
#include "eval/meteor/paraphrases.h"
#include "eval/meteor/wordnet.h"
#include "eval/meteor/words.h"
#include "eval/stems/stemmers.h"
#include "eval/words/word_metrics.h"

namespace hilum::eval {
namespace {

constexpr std::size_t kWordStages = 3;  // exact, stem, synonym
constexpr std::size_t kParaphrase = 3;

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
  std::optional<ParaphraseTable> paraphrases;

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
  std::vector<std::vector<MeteorMatch>> candidates(const std::vector<WordId>& hypothesis,
                                                   const std::vector<WordId>& reference) const;
  MeteorStatistics compare(const std::vector<WordId>& hypothesis, const std::vector<WordId>& reference) const;
};

// Adds a match for each place of `other` where a paraphrase of words of `text` stands. `turned`: the text is
// the hypothesis.
void add_paraphrases(const ParaphraseTable& table, const Phrase& text, const Phrase& other, bool turned,
                     std::vector<std::vector<MeteorMatch>>& out) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (const ParaphraseTable::Hit& hit : table.at(text, at)) {
      const Phrase& words = *hit.paraphrase;
      for (std::size_t i = other.find(words); i != Phrase::npos; i = other.find(words, i + 1)) {
        MeteorMatch match{kParaphrase, at, i, hit.length, words.size()};
        if (turned) match = {kParaphrase, i, at, words.size(), hit.length};
        out[match.reference].push_back(match);
      }
    }
  }
}

// Every match of each reference word, by stage and then by hypothesis position.
std::vector<std::vector<MeteorMatch>> Meteor::State::candidates(const std::vector<WordId>& hypothesis,
                                                                const std::vector<WordId>& reference) const {
  std::vector<std::vector<MeteorMatch>> out(reference.size());
  const bool equal = hypothesis == reference;
  for (std::size_t j = 0; j < reference.size(); ++j) {
    for (std::size_t stage = 0; stage < (equal ? 1 : kWordStages); ++stage) {
      for (std::size_t i = 0; i < hypothesis.size(); ++i) {
        const bool same = hypothesis[i] == reference[j];
        const bool fits = stage == 0   ? same
                          : stage == 1 ? !same && entries[hypothesis[i]].stem == entries[reference[j]].stem
                                       : !same && synonyms(hypothesis[i], reference[j]);
        if (fits) out[j].push_back({stage, j, i});
      }
    }
  }
  if (!equal && paraphrases) {
    const Phrase h(hypothesis.begin(), hypothesis.end()), r(reference.begin(), reference.end());
    add_paraphrases(*paraphrases, r, h, false, out);
    add_paraphrases(*paraphrases, h, r, true, out);
  }
  return out;
}

MeteorStatistics Meteor::State::compare(const std::vector<WordId>& hypothesis,
                                        const std::vector<WordId>& reference) const {
  MeteorStatistics s{};
  s[0] = static_cast<double>(hypothesis.size());
  s[1] = static_cast<double>(reference.size());
  for (const WordId word : hypothesis) s[2] += entries[word].function_word ? 1 : 0;
  for (const WordId word : reference) s[3] += entries[word].function_word ? 1 : 0;
  const std::vector<MeteorMatch> matches =
      best_alignment(candidates(hypothesis, reference), hypothesis.size());
  std::size_t end_h = 0, end_r = 0;
  for (std::size_t m = 0; m < matches.size(); ++m) {
    const MeteorMatch& match = matches[m];
    double* counts = s.data() + 4 + 4 * match.stage;
    for (std::size_t k = 0; k < match.hypothesis_length; ++k)
      counts[entries[hypothesis[match.hypothesis + k]].function_word ? 2 : 0] += 1;
    for (std::size_t k = 0; k < match.reference_length; ++k)
      counts[entries[reference[match.reference + k]].function_word ? 3 : 1] += 1;
    if (m == 0 || match.hypothesis != end_h || match.reference != end_r) s[20] += 1;
    end_h = match.hypothesis + match.hypothesis_length;
    end_r = match.reference + match.reference_length;
    s[21] += static_cast<double>(match.hypothesis_length);
    s[22] += static_cast<double>(match.reference_length);
  }
  return s;
}

double meteor_from_sums(const double* s) {
  constexpr double kAlpha = 0.85, kBeta = 0.2, kGamma = 0.6, kDelta = 0.75;
  double matched_h = 0, matched_r = 0, total_h = 0, total_r = 0;
  for (std::size_t m = 0; m < 4; ++m) {
    const double* stage = s + 4 + 4 * m;
    matched_h += kMeteorWeights[m] * (kDelta * stage[0] + (1 - kDelta) * stage[2]);
    matched_r += kMeteorWeights[m] * (kDelta * stage[1] + (1 - kDelta) * stage[3]);
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

Status Meteor::load_paraphrases(const std::string& path, const std::vector<TextPair>& pairs) {
  for (const TextPair& pair : pairs) {
    state_->ids(pair.hypothesis);
    for (const std::string_view reference : pair.references) state_->ids(reference);
  }
  HILUM_ASSIGN(state_->paraphrases, ParaphraseTable::load(path, state_->words));
  return Status::ok();
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

std::string Meteor::paraphrases() const {
  return state_->paraphrases ? state_->paraphrases->description() : std::string();
}

void add_meteor(Meteor& meteor, const std::vector<TextPair>& pairs, std::string_view preparation,
                ScoreTable& table) {
  Metric metric;
  const std::string table_used = meteor.paraphrases();
  metric.name = table_used.empty() ? "METEOR-1.5-noparaphrase" : "METEOR-1.5";
  metric.variant = table_used.empty() ? "METEOR 1.5 -l en -norm without its paraphrase table (exact, stem, "
                                        "WordNet 3.0 synonym); not NLTK's"
                                      : "METEOR 1.5 -l en -norm with paraphrases of " + table_used +
                                            ", WordNet 3.0; not NLTK's";
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

Status add_meteor(Context& context) {
  HILUM_ASSIGN(Meteor meteor, Meteor::create(context.options.wordnet));
  const Corpus& corpus = corpus_of(context);
  std::vector<std::string> hypotheses;
  std::vector<std::vector<std::string>> references(corpus.size());
  for (std::size_t p = 0; p < corpus.size(); ++p) {
    hypotheses.push_back(corpus.join(corpus.hypothesis(p)));
    for (std::size_t k = 0; k < corpus.references(p); ++k)
      references[p].push_back(corpus.join(corpus.reference(p, k)));
  }
  std::vector<TextPair> pairs(corpus.size());
  for (std::size_t p = 0; p < corpus.size(); ++p) {
    pairs[p].hypothesis = hypotheses[p];
    pairs[p].references.assign(references[p].begin(), references[p].end());
  }
  if (!context.options.paraphrases.empty())
    HILUM_RETURN_IF_ERROR(meteor.load_paraphrases(context.options.paraphrases, pairs));
  add_meteor(meteor, pairs, preprocess_name(corpus.kind()), context.table());
  return Status::ok();
}

}  // namespace hilum::eval
