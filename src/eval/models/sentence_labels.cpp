#include "eval/models/sentence_labels.h"

#include <algorithm>
#include <set>

#include "core/log.h"
#include "eval/structured/srrg.h"
#include "nlp/words/sentences.h"

namespace hilum::eval {
namespace {

constexpr std::size_t kReportsAtOnce = 64;
using LabelSet = std::set<std::size_t>;

std::vector<std::string> sentences_of_text(const std::string& text) {
  const nlp::SplitText split = nlp::split_sentences(text);
  std::vector<std::string> out;
  for (const nlp::Sentence& sentence : split.sentences) {
    // A list number is no part of what is said.
    std::size_t begin = sentence.begin;
    for (std::size_t t = sentence.first_token;
         t < sentence.end_token && split.tokens[t].kind == nlp::TokenKind::kListNumber; ++t)
      begin = split.tokens[t].end;
    while (begin < sentence.end && text[begin] == ' ') ++begin;
    if (begin < sentence.end) out.push_back(text.substr(begin, sentence.end - begin));
  }
  return out;
}

Result<std::vector<std::string>> sentences_of(const EvaluationItem& item, const std::string& path,
                                              const std::string& text, const SrrgReader* reader) {
  if (reader == nullptr || path.empty()) return sentences_of_text(text);
  HILUM_ASSIGN(const SrrgReport report, stored_sections(*reader, item, path));
  std::vector<std::string> out;
  for (const auto& [heading, items] : report.findings) out.insert(out.end(), items.begin(), items.end());
  out.insert(out.end(), report.impression.begin(), report.impression.end());
  return out;
}

struct Sums {
  double hits = 0, alarms = 0, misses = 0;
};

enum class Part { kPrecision, kRecall, kF1 };

double ratio(double part, double whole) { return whole > 0 ? part / whole : 0; }

double value_of(const Sums& sums, Part part) {
  if (part == Part::kPrecision) return ratio(sums.hits, sums.hits + sums.alarms);
  if (part == Part::kRecall) return ratio(sums.hits, sums.hits + sums.misses);
  return ratio(2 * sums.hits, 2 * sums.hits + sums.alarms + sums.misses);
}

// Mean over the labels that either report has: 1 (less the original's 1e-8) where both have it, else 0.
double report_value(const LabelSet& hypothesis, const LabelSet& reference, Part part) {
  constexpr double kEpsilon = 1e-8;
  std::size_t both = 0;
  for (const std::size_t label : hypothesis) both += reference.count(label);
  const std::size_t any = hypothesis.size() + reference.size() - both;
  if (any == 0) return 1;
  const double one = 1 / (1 + kEpsilon);
  const double right = part == Part::kF1 ? 2 * one * one / (2 * one + kEpsilon) : one;
  return right * static_cast<double>(both) / static_cast<double>(any);
}

struct Labelled {
  std::vector<LabelSet> hypotheses, references;
  std::size_t cut = 0;
};

Status label_reports(const EvaluationSet& set, const runtime::SentenceLabelModel& model,
                     const StoredFields& fields, const SrrgReader* reader, Labelled& out) {
  for (std::size_t begin = 0; begin < set.items.size(); begin += kReportsAtOnce) {
    const std::size_t end = std::min(begin + kReportsAtOnce, set.items.size());
    std::vector<std::string> sentences;
    std::vector<std::size_t> ends;  // of each report's sentences; hypothesis and reference in turn
    for (std::size_t i = begin; i < end; ++i) {
      const EvaluationItem& item = set.items[i];
      const std::string reference = item.references.empty() ? "" : item.references.front();
      for (const bool hypothesis : {true, false}) {
        HILUM_ASSIGN(
            std::vector<std::string> own,
            sentences_of(item, hypothesis ? fields.hypothesis_structured : fields.reference_structured,
                         hypothesis ? item.hypothesis : reference, reader));
        std::move(own.begin(), own.end(), std::back_inserter(sentences));
        ends.push_back(sentences.size());
      }
    }
    HILUM_ASSIGN(const auto labels, model.run(sentences));
    std::size_t at = 0;
    for (std::size_t r = 0; r < ends.size(); ++r) {
      LabelSet found;
      for (; at < ends[r]; ++at) {
        found.insert(labels[at].labels.begin(), labels[at].labels.end());
        out.cut += labels[at].cut ? 1 : 0;
      }
      (r % 2 == 0 ? out.hypotheses : out.references).push_back(std::move(found));
    }
  }
  return Status::ok();
}

void add_over_labels(const Metric& how, const Labelled& reports, std::size_t labels, ScoreTable& table) {
  constexpr std::size_t kSums = 3;
  const std::size_t block = table.add_block(labels * kSums);
  for (std::size_t i = 0; i < table.rows(); ++i) {
    double* row = table.row(block, i);
    for (std::size_t l = 0; l < labels; ++l) {
      const bool said = reports.hypotheses[i].count(l) > 0, is = reports.references[i].count(l) > 0;
      row[l * kSums] = said && is;
      row[l * kSums + 1] = said && !is;
      row[l * kSums + 2] = !said && is;
    }
  }
  const auto at = [](const double* sums, std::size_t label) {
    const double* s = sums + label * kSums;
    return Sums{s[0], s[1], s[2]};
  };
  for (const auto& [name, part] : {std::pair<const char*, Part>("precision", Part::kPrecision),
                                   {"recall", Part::kRecall},
                                   {"F1", Part::kF1}}) {
    Metric metric = how;
    metric.block = block;
    metric.name = std::string("SRR-BERT-micro-") + name;
    metric.value = [labels, at, p = part](const double* sums) {
      Sums all;
      for (std::size_t l = 0; l < labels; ++l) {
        const Sums one = at(sums, l);
        all.hits += one.hits;
        all.alarms += one.alarms;
        all.misses += one.misses;
      }
      return value_of(all, p);
    };
    table.add_metric(metric);
    metric.name = std::string("SRR-BERT-weighted-") + name;
    metric.per_sample = false;
    metric.value = [labels, at, p = part](const double* sums) {
      double sum = 0, total = 0;
      for (std::size_t l = 0; l < labels; ++l) {
        const Sums one = at(sums, l);
        sum += (one.hits + one.misses) * value_of(one, p);
        total += one.hits + one.misses;
      }
      return ratio(sum, total);
    };
    table.add_metric(std::move(metric));
  }
}

}  // namespace

Status add_sentence_labels(Context& context) {
  const EvaluationSet& set = context.set;
  const SourcedModel<runtime::SentenceLabelModel>& labeler = context.models.sentences;
  const StoredFields& fields = context.options.stored;
  SystemScores& scores = context.scores;
  SrrgReader reader;
  const bool stored = !fields.hypothesis_structured.empty() || !fields.reference_structured.empty();
  if (stored) {
    HILUM_ASSIGN(reader, SrrgReader::load());
  }
  Labelled reports;
  HILUM_RETURN_IF_ERROR(label_reports(set, *labeler.model, fields, stored ? &reader : nullptr, reports));
  const runtime::SentenceLabelSpec& spec = labeler.model->spec();
  const std::string cuts = cut_words(reports.cut, spec.max_tokens);
  if (reports.cut > 0) {
    scores.notes.push_back("SRR-BERT sentences" + cuts.substr(1));
    log_warn("evaluate: SRR-BERT sentences" + cuts.substr(1) + "; their ends did not count");
  }
  Metric how;
  how.variant = "F1-SRR-BERT: " + std::to_string(spec.labels.size()) + " labels by sentence_labeler of " +
                labeler.source.short_name() + ", any sentence's count for the report, first reference" + cuts;
  const auto source = [](const std::string& path) {
    return path.empty() ? std::string("sentences of the text by rules") : "items of " + path;
  };
  how.policy = "hypothesis " + source(fields.hypothesis_structured) + ", reference " +
               source(fields.reference_structured);
  for (const auto& [name, part] : {std::pair<const char*, Part>("precision", Part::kPrecision),
                                   {"recall", Part::kRecall},
                                   {"F1", Part::kF1}}) {
    std::vector<double> values;
    for (std::size_t i = 0; i < set.items.size(); ++i)
      values.push_back(report_value(reports.hypotheses[i], reports.references[i], part));
    Metric metric = how;
    metric.name = std::string("SRR-BERT-") + name;
    scores.table.add_mean(std::move(metric), values);
  }
  add_over_labels(how, reports, spec.labels.size(), scores.table);
  return Status::ok();
}

}  // namespace hilum::eval
