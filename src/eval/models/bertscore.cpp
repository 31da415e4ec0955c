#include "eval/models/bertscore.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "core/log.h"

namespace hilum::eval {
namespace {

constexpr std::size_t kPairsAtOnce = 32;  // so that few token vectors are held

double dot(const float* a, const float* b, std::size_t width) {
  double sum = 0;
  for (std::size_t d = 0; d < width; ++d) sum += static_cast<double>(a[d]) * static_cast<double>(b[d]);
  return sum;
}

struct Columns {
  std::vector<double> precision, recall, f1;
};

// The highest of each over the references; NaN only where all are.
BertScore best_of(const std::vector<BertScore>& scores) {
  BertScore best = scores.front();
  for (const BertScore& score : scores) {
    best.precision = std::fmax(best.precision, score.precision);
    best.recall = std::fmax(best.recall, score.recall);
    best.f1 = std::fmax(best.f1, score.f1);
  }
  return best;
}

Result<TokenWeights> weights_of_references(const EvaluationSet& set, const runtime::TextEncoderModel& model) {
  TokenWeights weights;
  for (const EvaluationItem& item : set.items) {
    HILUM_ASSIGN(const auto rows, model.ids(item.references));
    for (const auto& row : rows) weights.count(row);
  }
  return weights;
}

void add_columns(const std::string& name, const Metric& how, const Columns& columns, ScoreTable& table) {
  Metric metric = how;
  for (const auto& [part, values] :
       {std::pair<const char*, const std::vector<double>*>("precision", &columns.precision),
        {"recall", &columns.recall},
        {"F1", &columns.f1}}) {
    metric.name = name + "-" + part;
    table.add_mean(metric, *values);
  }
}

}  // namespace

void TokenWeights::count(const std::vector<std::int64_t>& reference) {
  ++texts_;
  for (const std::int64_t id : std::set<std::int64_t>(reference.begin(), reference.end())) ++texts_with_[id];
}

double TokenWeights::of(std::int64_t id) const {
  if (texts_ == 0) return 1;
  const auto found = texts_with_.find(id);
  const std::size_t with = found == texts_with_.end() ? 0 : found->second;
  return std::log(static_cast<double>(texts_ + 1) / static_cast<double>(with + 1));
}

BertScore bert_score(const runtime::TokenVectors& hypothesis, const runtime::TokenVectors& reference,
                     const runtime::TextEncoderModel& model, const TokenWeights& weights) {
  constexpr std::size_t kEnds = 2;
  if (hypothesis.ids.size() <= kEnds || reference.ids.size() <= kEnds) return {};
  constexpr double kNone = -std::numeric_limits<double>::infinity();
  std::vector<double> best_h(hypothesis.ids.size(), kNone), best_r(reference.ids.size(), kNone);
  const std::size_t width = hypothesis.width;
  for (std::size_t i = 0; i < best_h.size(); ++i) {
    for (std::size_t j = 0; j < best_r.size(); ++j) {
      const double cosine =
          dot(hypothesis.vectors.data() + i * width, reference.vectors.data() + j * width, width);
      best_h[i] = std::max(best_h[i], cosine);
      best_r[j] = std::max(best_r[j], cosine);
    }
  }
  const auto mean = [&](const std::vector<std::int64_t>& ids, const std::vector<double>& best) {
    double sum = 0, total = 0;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const double weight = model.marks_an_end(ids[i]) ? 0 : weights.of(ids[i]);
      sum += weight * best[i];
      total += weight;
    }
    return total > 0 ? sum / total : std::nan("");
  };
  BertScore out;
  out.precision = mean(hypothesis.ids, best_h);
  out.recall = mean(reference.ids, best_r);
  const double both = out.precision + out.recall;
  out.f1 = both == 0 ? 0 : 2 * out.precision * out.recall / both;
  return out;
}

Status add_bertscore(Context& context) {
  const EvaluationSet& set = context.set;
  const SourcedModel<runtime::TextEncoderModel>& encoder = context.models.encoder;
  const bool idf = context.options.bertscore_idf;
  const runtime::TextEncoderModel& model = *encoder.model;
  TokenWeights weights;
  if (idf) {
    HILUM_ASSIGN(weights, weights_of_references(set, model));
  }
  Columns columns;
  std::size_t cut = 0;
  for (std::size_t begin = 0; begin < set.items.size(); begin += kPairsAtOnce) {
    const std::size_t end = std::min(begin + kPairsAtOnce, set.items.size());
    std::vector<std::string> texts;
    for (std::size_t i = begin; i < end; ++i) {
      texts.push_back(set.items[i].hypothesis);
      texts.insert(texts.end(), set.items[i].references.begin(), set.items[i].references.end());
    }
    HILUM_ASSIGN(const std::vector<runtime::TokenVectors> vectors, model.tokens(texts));
    for (const runtime::TokenVectors& text : vectors) cut += text.cut ? 1 : 0;
    std::size_t at = 0;
    for (std::size_t i = begin; i < end; ++i) {
      const runtime::TokenVectors& hypothesis = vectors[at++];
      std::vector<BertScore> scores;
      for (std::size_t k = 0; k < set.items[i].references.size(); ++k)
        scores.push_back(bert_score(hypothesis, vectors[at++], model, weights));
      const BertScore best = best_of(scores);
      columns.precision.push_back(best.precision);
      columns.recall.push_back(best.recall);
      columns.f1.push_back(best.f1);
    }
  }
  const runtime::TextEncodingSpec& spec = model.spec();
  const std::string cuts = cut_words(cut, spec.max_tokens);
  if (cut > 0) {
    context.scores.notes.push_back("BERTScore" + cuts.substr(1));
    log_warn("evaluate: BERTScore" + cuts.substr(1) + "; their ends did not count");
  }
  Metric how;
  how.variant = "bert_score's greedy cosine matching, token vectors of " + encoder.source.short_name() +
                "; begin and end tokens weigh 0, other tokens " + (idf ? "by idf of the references" : "1") +
                cuts;
  const std::string name = idf ? "BERTScore-idf" : "BERTScore";
  add_columns(name, how, columns, context.table());
  if (!spec.has_baseline) return Status::ok();
  const auto rescale = [](std::vector<double>& values, double baseline) {
    for (double& value : values) value = (value - baseline) / (1 - baseline);
  };
  rescale(columns.precision, spec.precision);
  rescale(columns.recall, spec.recall);
  rescale(columns.f1, spec.f1);
  how.policy = "rescaled with the bundle's baseline";
  add_columns(name + "-rescaled", how, columns, context.table());
  return Status::ok();
}

}  // namespace hilum::eval
