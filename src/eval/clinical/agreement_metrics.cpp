#include "eval/clinical/agreement_metrics.h"

#include <algorithm>

#include "eval/clinical/label_source.h"
#include "eval/words/text_metrics.h"

namespace hilum::eval {
namespace {

struct PairScores {
  GraphF1 graph;
  double fact = 0, findings = 0, clinical = 0;
};

void score_facts(const RuleGraphs::Reading& h, const RuleGraphs::Reading& r, double observations,
                 double rouge_l, PairScores& out) {
  out.fact = fact_f1(h.facts, r.facts);
  out.findings = finding_agreement(h.facts, r.facts);
  out.clinical = clinical_agreement(out.findings, observations, rouge_l);
}

void take_best(const PairScores& one, PairScores& best) {
  best.graph.simple = std::max(best.graph.simple, one.graph.simple);
  best.graph.partial = std::max(best.graph.partial, one.graph.partial);
  best.graph.complete = std::max(best.graph.complete, one.graph.complete);
  best.fact = std::max(best.fact, one.fact);
  best.findings = std::max(best.findings, one.findings);
  best.clinical = std::max(best.clinical, one.clinical);
}

Result<AgreementScores> score_all(Context& context) {
  const bool facts = (context.needs & kFacts) != 0;
  std::shared_ptr<const Labels> labels;
  if (facts) {
    HILUM_ASSIGN(labels, rule_labels_of(context));
  }
  HILUM_ASSIGN(const std::shared_ptr<const RuleGraphs> graphs, rule_graphs_of(context));
  AgreementScores out;
  for (std::size_t i = 0; i < context.size(); ++i) {
    const EvaluationItem& item = context.set.items[i];
    const RuleGraphs::Reading h = graphs->read(item.hypothesis);
    const double observations = facts ? observation_f1(labels->hypotheses[i], labels->references[i]) : 0;
    PairScores best;
    for (const std::string& reference : item.references) {
      const RuleGraphs::Reading r = graphs->read(reference);
      PairScores one;
      one.graph = radgraph_f1(h.graph, r.graph, context.preset.graph_case);
      if (facts)
        score_facts(h, r, observations, google_rouge(item.hypothesis, reference, true).rouge_l.f, one);
      take_best(one, best);
    }
    out.simple.push_back(best.graph.simple);
    out.partial.push_back(best.graph.partial);
    out.complete.push_back(best.graph.complete);
    if (!facts) continue;
    out.fact.push_back(best.fact);
    out.findings.push_back(best.findings);
    out.clinical.push_back(best.clinical);
  }
  return out;
}

}  // namespace

Result<std::shared_ptr<const RuleGraphs>> rule_graphs_of(Context& context) {
  if (!context.rule_graphs) {
    HILUM_ASSIGN(RuleGraphs graphs, RuleGraphs::load());
    context.rule_graphs = std::make_shared<const RuleGraphs>(std::move(graphs));
  }
  return context.rule_graphs;
}

Result<std::shared_ptr<const AgreementScores>> agreement_of(Context& context) {
  if (!context.agreement) {
    HILUM_ASSIGN(AgreementScores scores, score_all(context));
    context.agreement = std::make_shared<const AgreementScores>(std::move(scores));
  }
  return context.agreement;
}

Status add_entity_f1(Context& context) {
  HILUM_ASSIGN(const std::shared_ptr<const AgreementScores> scores, agreement_of(context));
  const bool lower = context.preset.graph_case == GraphCase::kLowerEverywhere;
  const auto add = [&](const char* name, const char* what, const std::vector<double>& values) {
    Metric metric;
    metric.name = name;
    metric.variant =
        std::string("RadGraph F1 on rule-based graphs, ") + what + "; not comparable with the model's graphs";
    metric.policy = lower ? "lower case everywhere" : "case kept but in relations";
    context.table().add_mean(std::move(metric), values);
  };
  add("Entity-F1-simple", "tokens and label", scores->simple);
  add("Entity-F1-partial", "tokens, label and whether related", scores->partial);
  add("Entity-F1-complete", "tokens, label, relation and target", scores->complete);
  return Status::ok();
}

Status add_clinical(Context& context) {
  HILUM_ASSIGN(const std::shared_ptr<const AgreementScores> scores, agreement_of(context));
  const auto add = [&](const char* name, const char* variant, const std::vector<double>& values) {
    Metric metric;
    metric.name = name;
    metric.variant = variant;
    context.table().add_mean(std::move(metric), values);
  };
  add("fact-F1", "weighted F1 of matched facts, rule-based graphs (Hilum's own, docs/metrics.md)",
      scores->fact);
  add("finding-agreement",
      "findings weighed by their meaning, rule-based graphs (Hilum's own, docs/metrics.md)",
      scores->findings);
  add("clinical-agreement",
      "(4 finding-agreement + observation F1 + 3 google ROUGE-L) / 8, by rules (Hilum's own, "
      "docs/metrics.md)",
      scores->clinical);
  return Status::ok();
}

}  // namespace hilum::eval
