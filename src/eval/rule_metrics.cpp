#include "eval/rule_metrics.h"

#include <algorithm>
#include <cmath>

#include "eval/clinical/consistency.h"
#include "eval/clinical/measurement_scores.h"
#include "eval/rule_scores.h"
#include "eval/words/text_metrics.h"

namespace hilum::eval {
namespace {

struct Columns {
  std::vector<double> simple, partial, complete, fact, findings, clinical;
};

void add_graph_metrics(const EvaluateOptions& options, const Columns& columns, ScoreTable& table) {
  const bool lower = options.preset.graph_case == GraphCase::kLowerEverywhere;
  const auto add = [&](const char* name, const char* what, const std::vector<double>& values) {
    Metric metric;
    metric.name = name;
    metric.variant =
        std::string("RadGraph F1 on rule-based graphs, ") + what + "; not comparable with the model's graphs";
    metric.policy = lower ? "lower case everywhere" : "case kept but in relations";
    table.add_mean(std::move(metric), values);
  };
  add("Entity-F1-simple", "tokens and label", columns.simple);
  add("Entity-F1-partial", "tokens, label and whether related", columns.partial);
  add("Entity-F1-complete", "tokens, label, relation and target", columns.complete);
}

void add_clinical_metrics(const Columns& columns, ScoreTable& table) {
  Metric fact;
  fact.name = "fact-F1";
  fact.variant = "weighted F1 of matched facts, rule-based graphs (Hilum's own, docs/metrics.md)";
  table.add_mean(std::move(fact), columns.fact);
  Metric findings;
  findings.name = "finding-agreement";
  findings.variant = "findings weighed by their meaning, rule-based graphs (Hilum's own, docs/metrics.md)";
  table.add_mean(std::move(findings), columns.findings);
  Metric clinical;
  clinical.name = "clinical-agreement";
  clinical.variant =
      "(4 finding-agreement + observation F1 + 3 google ROUGE-L) / 8, by rules (Hilum's own, "
      "docs/metrics.md)";
  table.add_mean(std::move(clinical), columns.clinical);
}

Status add_measurement_metrics(const EvaluationSet& set, ScoreTable& table) {
  HILUM_ASSIGN(const MeasurementReader reader, MeasurementReader::load());
  std::vector<ReportMeasurements> hypotheses, references;
  std::vector<TubeStatement> hypothesis_tubes, reference_tubes;
  for (const EvaluationItem& item : set.items) {
    hypotheses.push_back(reader.read(item.hypothesis));
    references.push_back(reader.read(item.references.front()));
    hypothesis_tubes.push_back(hypotheses.back().tube);
    reference_tubes.push_back(references.back().tube);
  }
  add_tube_metrics(hypothesis_tubes, reference_tubes, "read from the texts by rules, first reference", table);
  add_length_metrics(hypotheses, references, table);
  return Status::ok();
}

Status add_consistency_metrics(const EvaluationSet& set, const std::string& attributes, ScoreTable& table) {
  std::vector<std::string> studies;
  std::vector<std::string_view> texts;
  for (const EvaluationItem& item : set.items) {
    studies.push_back(item.id);
    texts.push_back(item.references.front());
  }
  HILUM_ASSIGN(const ConsistencyReader reader, attributes.empty() ? ConsistencyReader::from_references(texts)
                                                                  : ConsistencyReader::load(attributes));
  std::vector<ConsistencyReport> hypotheses, references;
  for (const EvaluationItem& item : set.items) {
    hypotheses.push_back(reader.read(item.hypothesis));
    references.push_back(reader.read(item.references.front()));
  }
  std::vector<double> con, r_con;
  for (const ConsistencyScore& score : consistency(studies, hypotheses, references)) {
    con.push_back(score.scored ? score.con : std::nan(""));
    r_con.push_back(score.scored ? score.r_con : std::nan(""));
  }
  Metric metric;
  metric.policy =
      "findings and sentences by rules, first reference; attribute words " +
      (attributes.empty() ? "from the references" : "of " + attributes) + "; " +
      std::to_string(std::count_if(con.begin(), con.end(), [](double x) { return !std::isnan(x); })) +
      " reports have an equivalent";
  metric.name = "CON";
  metric.variant = "ICON's inter-report consistency; resampling keeps each report's equivalents";
  table.add_mean(metric, con);
  metric.name = "R-CON";
  metric.variant =
      "ICON's consistency times overlap with the reference; resampling keeps each report's equivalents";
  table.add_mean(std::move(metric), r_con);
  return Status::ok();
}

}  // namespace

Status add_rule_metrics(const EvaluationSet& set, const EvaluateOptions& options, const RuleChoice& choice,
                        SystemScores& scores) {
  if (choice.measurement) HILUM_RETURN_IF_ERROR(add_measurement_metrics(set, scores.table));
  if (choice.consistency)
    HILUM_RETURN_IF_ERROR(add_consistency_metrics(set, options.attributes, scores.table));
  std::vector<FindingRow> hypothesis_labels, reference_labels;
  if (choice.chexpert || choice.clinical) {
    HILUM_ASSIGN(const RuleLabels labels, RuleLabels::load());
    for (const EvaluationItem& item : set.items) {
      hypothesis_labels.push_back(labels.labels(item.hypothesis));
      reference_labels.push_back(labels.labels(item.references.front()));
    }
    if (choice.chexpert) {
      scores.hypothesis_labels = hypothesis_labels;
      scores.reference_labels = reference_labels;
      add_chexpert(hypothesis_labels, reference_labels, options.preset.labels,
                   "labels by rules (hilum label), first reference", scores.table);
    }
  }
  if (!choice.graph && !choice.clinical) return Status::ok();
  HILUM_ASSIGN(const RuleGraphs graphs, RuleGraphs::load());
  Columns columns;
  for (std::size_t i = 0; i < set.items.size(); ++i) {
    const EvaluationItem& item = set.items[i];
    const RuleGraphs::Reading h = graphs.read(item.hypothesis);
    GraphF1 best;
    double fact = 0, finding = 0, clinical = 0;
    for (const std::string& reference : item.references) {
      const RuleGraphs::Reading r = graphs.read(reference);
      const GraphF1 f1 = radgraph_f1(h.graph, r.graph, options.preset.graph_case);
      best.simple = std::max(best.simple, f1.simple);
      best.partial = std::max(best.partial, f1.partial);
      best.complete = std::max(best.complete, f1.complete);
      if (!choice.clinical) continue;
      const double facts = fact_f1(h.facts, r.facts);
      const double rouge = google_rouge(item.hypothesis, reference, true).rouge_l.f;
      const double findings = finding_agreement(h.facts, r.facts);
      fact = std::max(fact, facts);
      finding = std::max(finding, findings);
      clinical = std::max(
          clinical,
          clinical_agreement(findings, observation_f1(hypothesis_labels[i], reference_labels[i]), rouge));
    }
    columns.simple.push_back(best.simple);
    columns.partial.push_back(best.partial);
    columns.complete.push_back(best.complete);
    columns.fact.push_back(fact);
    columns.findings.push_back(finding);
    columns.clinical.push_back(clinical);
  }
  if (choice.graph) add_graph_metrics(options, columns, scores.table);
  if (choice.clinical) add_clinical_metrics(columns, scores.table);
  return Status::ok();
}

}  // namespace hilum::eval
