#include "eval/evaluate.h"

#include <algorithm>
#include <limits>

#include <nlohmann/json.hpp>

#include "core/text/suggest.h"
#include "core/text/text.h"
#include "eval/meteor/meteor.h"
#include "eval/stored_metrics.h"
#include "eval/words/temporal.h"
#include "eval/words/text_metrics.h"

namespace hilum::eval {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

std::vector<TextPair> views(const std::vector<std::string>& hypotheses,
                            const std::vector<std::vector<std::string>>& references) {
  std::vector<TextPair> pairs(hypotheses.size());
  for (std::size_t i = 0; i < hypotheses.size(); ++i) {
    pairs[i].hypothesis = hypotheses[i];
    pairs[i].references.assign(references[i].begin(), references[i].end());
  }
  return pairs;
}

std::vector<TextPair> raw_pairs(const EvaluationSet& set) {
  std::vector<TextPair> pairs(set.items.size());
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    pairs[i].hypothesis = set.items[i].hypothesis;
    pairs[i].references.assign(set.items[i].references.begin(), set.items[i].references.end());
  }
  return pairs;
}

Status add_meteor_of(const Corpus& corpus, const EvaluateOptions& options, ScoreTable& table) {
  HILUM_ASSIGN(Meteor meteor, Meteor::create(options.wordnet));
  std::vector<std::string> hypotheses;
  std::vector<std::vector<std::string>> references;
  for (std::size_t p = 0; p < corpus.size(); ++p) {
    hypotheses.push_back(corpus.join(corpus.hypothesis(p)));
    references.emplace_back();
    for (std::size_t k = 0; k < corpus.references(p); ++k)
      references.back().push_back(corpus.join(corpus.reference(p, k)));
  }
  const std::vector<TextPair> pairs = views(hypotheses, references);
  if (!options.paraphrases.empty())
    HILUM_RETURN_IF_ERROR(meteor.load_paraphrases(options.paraphrases, pairs));
  add_meteor(meteor, pairs, preprocess_name(corpus.kind()), table);
  return Status::ok();
}

Status add_temporal(const EvaluationSet& set, bool f1, bool prior, ScoreTable& table) {
  HILUM_ASSIGN(const TemporalWords words, TemporalWords::load());
  if (f1) {
    std::vector<double> values;
    for (const EvaluationItem& item : set.items) {
      double best = 0;
      for (const std::string& reference : item.references)
        best = std::max(best, words.f1(item.hypothesis, reference));
      values.push_back(best);
    }
    Metric metric;
    metric.name = "temporal-F1";
    metric.variant = "RadEval 2.2 temporal entity F1, keywords only";
    table.add_mean(std::move(metric), values);
  }
  if (!prior) return Status::ok();
  const std::size_t block = table.add_block(4);
  for (std::size_t i = 0; i < set.items.size(); ++i) {
    const TemporalWords::PriorCount count = words.prior_references(set.items[i].hypothesis);
    double* row = table.row(block, i);
    row[0] = count.with_prior > 0 ? 1 : 0;
    row[1] = 1;
    row[2] = static_cast<double>(count.with_prior);
    row[3] = static_cast<double>(count.lines);
  }
  for (const std::size_t column : {std::size_t{0}, std::size_t{2}}) {
    Metric metric;
    metric.name = column == 0 ? "prior-reports" : "prior-lines";
    metric.variant = std::string("share of ") + (column == 0 ? "reports" : "sentences") +
                     " that refer to an earlier study";
    metric.direction = Direction::kLower;
    metric.block = block;
    metric.value = [column](const double* s) {
      return s[column + 1] > 0 ? s[column] / s[column + 1] : kMissing;
    };
    table.add_metric(std::move(metric));
  }
  return Status::ok();
}

Status check_groups(const std::vector<std::string>& wanted) {
  for (const std::string& name : wanted) {
    if (std::find(metric_groups().begin(), metric_groups().end(), name) != metric_groups().end()) continue;
    const std::string nearest = nearest_word(name, metric_groups());
    return {ErrorCode::kUsage, "no metric '" + name + "'" +
                                   (nearest.empty() ? "; there is " + join(metric_groups(), ", ")
                                                    : "; did you mean '" + nearest + "'?")};
  }
  return Status::ok();
}

}  // namespace

const std::vector<std::string>& metric_groups() {
  static const std::vector<std::string> names = {
      "bleu",      "rouge-l",      "cider",    "meteor",    "rouge-google", "bleu2-fastbleu", "length",
      "temporal",  "prior",        "chexpert", "entity-f1", "clinical",     "measurement",    "bertscore",
      "srr-bert",  "consistency",  "srrg",     "lunguage",  "extraction",   "radgraph",       "radcliq",
      "ratescore", "factchexcker", "green",    "crimson"};
  return names;
}

bool StoredFields::any() const {
  return !(hypothesis_graph.empty() && reference_graph.empty() && hypothesis_labels.empty() &&
           reference_labels.empty() && hypothesis_entities.empty() && reference_entities.empty() &&
           hypothesis_structured.empty() && reference_structured.empty() && hypothesis_lunguage.empty() &&
           reference_lunguage.empty() && green.empty() && crimson.empty());
}

bool needs_texts(const EvaluateOptions& options) {
  const StoredFields& stored = options.stored;
  const auto given = [&](const std::string& name) {
    if (name == "chexpert") return !stored.hypothesis_labels.empty() && !stored.reference_labels.empty();
    if (name == "lunguage" || name == "extraction")
      return !stored.hypothesis_lunguage.empty() && !stored.reference_lunguage.empty();
    if (name == "srrg" || name == "srr-bert")
      return !stored.hypothesis_structured.empty() && !stored.reference_structured.empty();
    static const std::vector<std::string> columns = {"radgraph",     "radcliq", "ratescore",
                                                     "factchexcker", "green",   "crimson"};
    return std::find(columns.begin(), columns.end(), name) != columns.end();
  };
  return options.metrics.empty() || !std::all_of(options.metrics.begin(), options.metrics.end(), given);
}

bool needs_rows(const EvaluateOptions& options) {
  const auto named = [&](const char* name) {
    return std::find(options.metrics.begin(), options.metrics.end(), name) != options.metrics.end();
  };
  return options.stored.any() || named("radcliq") || named("factchexcker");
}

Result<SystemScores> evaluate(const EvaluationSet& set, const EvaluateOptions& options) {
  HILUM_RETURN_IF_ERROR(check_groups(options.metrics));
  const auto wanted = [&options](const char* name) {
    return options.metrics.empty() ||
           std::find(options.metrics.begin(), options.metrics.end(), name) != options.metrics.end();
  };
  if (!options.paraphrases.empty() && !wanted("meteor"))
    return Status(ErrorCode::kUsage,
                  "--paraphrases is for the metric meteor, which is not among those asked for");
  const bool consistency =
      std::find(options.metrics.begin(), options.metrics.end(), "consistency") != options.metrics.end();
  if (!options.attributes.empty() && !consistency)
    return Status(ErrorCode::kUsage, "--attributes is for --metrics consistency");
  SystemScores out;
  out.name = set.name;
  out.counts = set.counts;
  out.table = ScoreTable(set.items.size());
  for (const EvaluationItem& item : set.items) out.ids.push_back(item.id);

  const CocoChoice choice{wanted("bleu"), wanted("rouge-l"), wanted("cider")};
  if (choice.bleu || choice.rouge_l || choice.cider || wanted("length") || wanted("meteor")) {
    Corpus corpus(options.preset.preprocessing);
    std::vector<std::string_view> references;
    for (const EvaluationItem& item : set.items) {
      references.assign(item.references.begin(), item.references.end());
      corpus.add(item.hypothesis, references, options.preset.cut_hypothesis, options.preset.cut_reference);
    }
    if (choice.bleu || choice.rouge_l || choice.cider) add_coco_metrics(corpus, choice, out.table);
    if (wanted("meteor")) {
      const Status status = add_meteor_of(corpus, options, out.table);
      if (!status.is_ok() && !(options.metrics.empty() && options.paraphrases.empty())) return status;
      if (!status.is_ok()) out.notes.push_back("METEOR left out: " + status.message());
    }
    if (wanted("length")) add_length_and_diversity(corpus, out.table);
  }
  if (wanted("rouge-google")) add_google_rouge(raw_pairs(set), true, out.table);
  if (wanted("bleu2-fastbleu")) add_fast_bleu2(raw_pairs(set), out.table);
  if (wanted("temporal") || wanted("prior"))
    HILUM_RETURN_IF_ERROR(add_temporal(set, wanted("temporal"), wanted("prior"), out.table));
  HILUM_RETURN_IF_ERROR(add_stored_metrics(set, options, out));
  return out;
}

}  // namespace hilum::eval
