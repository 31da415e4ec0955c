#include "runtime/models/entity_model.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

namespace hilum::runtime {
namespace {

struct Best {
  std::optional<std::size_t> which;  // none: the class that always scores 0
  double score = 0, probability = 0;
};

// The best of `count` scores and the 0 of "nothing", which wins ties.
Best best_of(const float* scores, std::size_t count) {
  Best best;
  for (std::size_t i = 0; i < count; ++i) {
    if (static_cast<double>(scores[i]) <= best.score) continue;
    best.which = i;
    best.score = static_cast<double>(scores[i]);
  }
  double sum = std::exp(-best.score);
  for (std::size_t i = 0; i < count; ++i) sum += std::exp(static_cast<double>(scores[i]) - best.score);
  best.probability = 1.0 / sum;
  return best;
}

}  // namespace

Result<std::shared_ptr<const EntityModel>> EntityModel::open(const Bundle& bundle,
                                                             const ModelOptions& options) {
  HILUM_RETURN_IF_ERROR(check_role(bundle, "span_scorer", "find entities"));
  std::shared_ptr<EntityModel> model(new EntityModel());
  HILUM_RETURN_IF_ERROR(model->TextRoles::open(bundle, "text_encoder", "find entities", options.device));
  HILUM_RETURN_IF_ERROR(model->open_role(bundle, "span_scorer", model->spans_));
  HILUM_RETURN_IF_ERROR(model->open_role(bundle, "pair_scorer", model->pairs_));
  return std::shared_ptr<const EntityModel>(std::move(model));
}

// The mean of each word's pieces, [words, width]. A report that is longer than the encoder reads at once goes
// in as several rows, cut wherever a row is full, as AllenNLP folds it; a word without a piece is all zeros.
Result<std::vector<float>> EntityModel::word_vectors(const std::vector<std::string>& words,
                                                     std::size_t& width) const {
  Ids pieces;
  std::vector<std::size_t> ends;  // of each word, in `pieces`
  for (const std::string& word : words) {
    HILUM_ASSIGN(const Encoded encoded, texts_.tokenizer->encode(word));
    pieces.insert(pieces.end(), encoded.ids.begin(), encoded.ids.end());
    ends.push_back(pieces.size());
  }
  const std::size_t room = static_cast<std::size_t>(spec().max_tokens) - 2;
  std::vector<Ids> rows;
  for (std::size_t at = 0; at == 0 || at < pieces.size(); at += room) {
    const auto begin = pieces.begin() + static_cast<std::ptrdiff_t>(at);
    rows.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(std::min(room, pieces.size() - at)));
  }
  HILUM_ASSIGN(const auto output, texts_.run(rows, 2));
  HILUM_ASSIGN(const auto shape, output[0].shape());
  const std::size_t length = rows.front().size() + 2;
  if (shape.size() != 3 || shape[0] != static_cast<std::int64_t>(rows.size()) ||
      shape[1] != static_cast<std::int64_t>(length) || shape[2] < 1) {
    return Status(ErrorCode::kBundleInvalid, "text_encoder: not one vector for each token");
  }
  width = static_cast<std::size_t>(shape[2]);
  HILUM_ASSIGN(const std::vector<float> vectors, output[0].numbers());
  std::vector<float> means(words.size() * width, 0.0F);
  std::size_t piece = 0;
  for (std::size_t w = 0; w < words.size(); ++w) {
    const auto count = static_cast<float>(ends[w] - piece);
    float* mean = means.data() + w * width;
    for (; piece < ends[w]; ++piece) {
      const float* vector = vectors.data() + (piece / room * length + 1 + piece % room) * width;
      for (std::size_t d = 0; d < width; ++d) mean[d] += vector[d];
    }
    if (count > 1) std::for_each(mean, mean + width, [&](float& x) { x /= count; });
  }
  return means;
}

std::vector<WordSpan> EntityModel::spans_of(std::size_t words) const {
  std::vector<WordSpan> out;
  for (std::size_t first = 0; first < words; ++first) {
    const std::size_t stop = std::min(first + static_cast<std::size_t>(spec().max_span_width), words);
    for (std::size_t last = first; last < stop; ++last) out.push_back({first, last});
  }
  return out;
}

// The spans with the best scores, in order of the text; of equal ones the earlier.
std::vector<std::int64_t> EntityModel::best_spans(const std::vector<float>& scores, std::size_t words) const {
  std::vector<std::int64_t> order(scores.size());
  std::iota(order.begin(), order.end(), 0);
  const auto wanted = static_cast<std::size_t>(std::ceil(static_cast<double>(words) * spec().spans_per_word));
  const std::size_t count = std::clamp<std::size_t>(wanted, 1, scores.size());
  std::stable_sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
    return scores[static_cast<std::size_t>(a)] > scores[static_cast<std::size_t>(b)];
  });
  order.resize(count);
  std::sort(order.begin(), order.end());
  return order;
}

Result<SpanGraph> EntityModel::run(const std::vector<std::string>& words) const {
  SpanGraph graph;
  if (words.empty()) return graph;
  if (words.size() > kMaxWords) {
    return Status(ErrorCode::kTooLarge, "a report of " + std::to_string(words.size()) +
                                            " words; the model takes up to " + std::to_string(kMaxWords));
  }
  std::size_t width = 0;
  HILUM_ASSIGN(const std::vector<float> means, word_vectors(words, width));
  const std::vector<WordSpan> spans = spans_of(words.size());
  std::vector<std::int64_t> ends;
  for (const WordSpan& span : spans) {
    ends.push_back(static_cast<std::int64_t>(span.first));
    ends.push_back(static_cast<std::int64_t>(span.last));
  }
  HILUM_ASSIGN(const Value vectors,
               spans_->floats({static_cast<std::int64_t>(words.size()), static_cast<std::int64_t>(width)},
                              means.data()));
  HILUM_ASSIGN(const Value span_ends,
               spans_->integers({static_cast<std::int64_t>(spans.size()), 2}, ends.data()));
  HILUM_ASSIGN(const auto scored, spans_->call("forward", {&vectors, &span_ends}, 3));
  const std::size_t labels = spec().labels.size();
  HILUM_ASSIGN(const auto scores,
               numbers_of(scored[1], {spans.size(), labels}, "span_scorer: the label scores"));
  HILUM_ASSIGN(const auto keep,
               numbers_of(scored[2], {spans.size()}, "span_scorer: the scores of the spans"));
  for (std::size_t s = 0; s < spans.size(); ++s) {
    const Best best = best_of(scores.data() + s * labels, labels);
    if (best.which) graph.entities.push_back({spans[s], *best.which, best.score, best.probability});
  }
  const std::vector<std::int64_t> kept = best_spans(keep, words.size());
  HILUM_ASSIGN(const Value kept_vectors, scored[0].rows(kept));
  HILUM_ASSIGN(const Value kept_scores, scored[2].rows(kept));
  HILUM_ASSIGN(const auto paired, pairs_->call("forward", {&kept_vectors, &kept_scores}, 1));
  const std::size_t relations = spec().relations.size();
  HILUM_ASSIGN(const auto pair_scores,
               numbers_of(paired[0], {kept.size(), kept.size(), relations}, "pair_scorer: the scores"));
  for (std::size_t i = 0; i < kept.size(); ++i) {
    for (std::size_t j = 0; j < kept.size(); ++j) {
      const Best best = best_of(pair_scores.data() + (i * kept.size() + j) * relations, relations);
      if (!best.which) continue;
      graph.relations.push_back({spans[static_cast<std::size_t>(kept[i])],
                                 spans[static_cast<std::size_t>(kept[j])], *best.which, best.score,
                                 best.probability});
    }
  }
  return graph;
}

}  // namespace hilum::runtime
