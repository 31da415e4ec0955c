#include "eval/metrics.h"

#include "core/text/text.h"
#include "eval/clinical/agreement_metrics.h"
#include "eval/clinical/chexpert.h"
#include "eval/clinical/consistency.h"
#include "eval/clinical/measurement_scores.h"
#include "eval/clinical/radcliq.h"
#include "eval/clinical/radgraph.h"
#include "eval/meteor/meteor.h"
#include "eval/models/bertscore.h"
#include "eval/models/sentence_labels.h"
#include "eval/structured/judge.h"
#include "eval/structured/ratescore.h"
#include "eval/structured/srrg.h"
#include "eval/structured/structured_scores.h"
#include "eval/words/word_metrics.h"

namespace hilum::eval {
namespace {

using S = StoredFields;
using Use = Stored::Use;
using O = EvaluateOptions;
constexpr Ask kOn = Ask::kDefault, kNamed = Ask::kByName;

std::vector<MetricRow> make_rows() {
  return {
      // Name, origin, when, needs, function, scores people look at, other scores, stored values, settings.
      {"bleu", Origin::kWords, kOn, kWords | kBleuSums, add_bleu, {"BLEU-1", "BLEU-2", "BLEU-3", "BLEU-4"}},
      {"rouge-l", Origin::kWords, kOn, kWords, add_rouge_l, {"ROUGE-L"}},
      {"cider", Origin::kWords, kOn, kWords | kCiderSums, add_cider, {"CIDEr"}},
      {"meteor",
       Origin::kWords,
       kOn,
       kWords,
       add_meteor,
       {"METEOR-1.5", "METEOR-1.5-noparaphrase"},
       {},
       {},
       {{"paraphrases", [](const O& o) { return !o.paraphrases.empty(); }}},
       "METEOR"},
      {"length",
       Origin::kWords,
       kOn,
       kWords,
       add_length,
       {"length-ratio"},
       {"words-hypothesis", "words-reference", "distinct-1", "distinct-2", "distinct-3"}},
      {"rouge-google",
       Origin::kWords,
       kOn,
       kTexts,
       add_google_rouge,
       {},
       {"ROUGE-1-google", "ROUGE-2-google", "ROUGE-L-google"}},
      {"bleu2-fastbleu", Origin::kWords, kOn, kTexts, add_fast_bleu2, {}, {"BLEU-2-fastbleu"}},
      {"temporal", Origin::kWords, kOn, kTexts, add_temporal, {}, {"temporal-F1"}},
      {"prior", Origin::kWords, kOn, kTexts, add_prior, {}, {"prior-reports", "prior-lines"}},
      {"measurement",
       Origin::kRules,
       kOn,
       kTexts,
       add_measurement,
       {},
       {"ETT-*", "measured-precision", "measured-recall", "measured-F1", "measured-MAE-cm"}},
      {"consistency",
       Origin::kRules,
       kNamed,
       kTexts,
       add_consistency,
       {"CON", "R-CON"},
       {},
       {},
       {{"attributes", [](const O& o) { return !o.attributes.empty(); }}}},
      // Its origin is that of its labels (choice.cpp).
      {"chexpert",
       Origin::kRules,
       kOn,
       kLabels,
       add_chexpert,
       {"CheXpert-14-micro-F1", "CheXpert-14-macro-F1", "CheXpert-5-micro-F1", "CheXpert-5-macro-F1"},
       {"CheXpert-14-*", "CheXpert-5-*", "F1 *"},
       {Use::kInstead, &S::hypothesis_labels, &S::reference_labels}},
      {"radgraph",
       Origin::kStored,
       kOn,
       0,
       add_radgraph,
       {"RadGraph-F1-partial"},
       {"RadGraph-F1-simple", "RadGraph-F1-complete", "RadGraph-combined"},
       {Use::kMust, &S::hypothesis_graph, &S::reference_graph}},
      {"bertscore",
       Origin::kModel,
       kOn,
       kTexts | kEncoder,
       add_bertscore,
       {"BERTScore-F1", "BERTScore-idf-F1"},
       {"BERTScore-*"},
       {},
       {{"bertscore_idf", [](const O& o) { return o.bertscore_idf; }}}},
      {"srr-bert",
       Origin::kModel,
       kOn,
       kTexts | kSentences,
       add_sentence_labels,
       {"SRR-BERT-F1"},
       {"SRR-BERT-*"},
       {Use::kInstead, &S::hypothesis_structured, &S::reference_structured}},
      {"entity-f1",
       Origin::kRules,
       kOn,
       kTexts | kGraphs,
       add_entity_f1,
       {"Entity-F1-partial"},
       {"Entity-F1-simple", "Entity-F1-complete"}},
      {"clinical",
       Origin::kRules,
       kOn,
       kTexts | kGraphs | kFacts,
       add_clinical,
       {"finding-agreement", "clinical-agreement"},
       {"fact-F1"}},
      {"radcliq", Origin::kRows, kNamed, kRow, add_radcliq, {"RadCliQ-v0", "RadCliQ-v1"}},
      {"srrg",
       Origin::kRows,
       kOn,
       kTexts,
       add_srrg,
       {"SRRG-heading-F1", "SRRG-organ-ROUGE-L"},
       {"SRRG-*"},
       {Use::kWhenGiven, &S::hypothesis_structured, &S::reference_structured}},
      {"lunguage",
       Origin::kRows,
       kOn,
       kTexts,
       add_lunguage,
       {"LunguageScore-*-F1"},
       {"LunguageScore-*"},
       {Use::kWhenGiven, &S::hypothesis_lunguage, &S::reference_lunguage}},
      {"extraction",
       Origin::kRows,
       kNamed,
       kTexts,
       add_extraction,
       {"Extraction-*-F1"},
       {"Extraction-*"},
       {Use::kInstead, &S::hypothesis_lunguage, &S::reference_lunguage}},
      {"factchexcker", Origin::kRows, kNamed, kRow, add_factchexcker, {}, {"ETT-*"}},
      {"ratescore",
       Origin::kRows,
       kOn,
       0,
       add_ratescore,
       {"RaTEScore*"},
       {},
       {Use::kMust, &S::hypothesis_entities, &S::reference_entities}},
      {"green", Origin::kRows, kOn, 0, add_green, {"GREEN"}, {}, {Use::kMust, &S::green}},
      {"crimson", Origin::kRows, kOn, 0, add_crimson, {"CRIMSON"}, {}, {Use::kMust, &S::crimson}},
  };
}

// What a group needs, in words.
std::string needs_of(const MetricRow& row) {
  std::vector<std::string> out;
  if ((row.needs & (kTexts | kWords | kLabels)) != 0) out.emplace_back("both texts");
  if ((row.needs & kRow) != 0) out.emplace_back("columns of its own");
  if ((row.needs & kEncoder) != 0) out.emplace_back("a bundle with a text_encoder");
  if ((row.needs & kSentences) != 0) out.emplace_back("a bundle with a sentence_labeler");
  std::string text = join(out, ", ");
  if (row.stored.use == Use::kNone) return text;
  std::string fields = stored_field_name(row.stored.hypothesis);
  if (row.stored.reference != nullptr)
    fields += std::string(" and ") + stored_field_name(row.stored.reference);
  return text.empty() ? fields : text + " or " + fields;
}

std::vector<std::string> copied(const std::vector<const char*>& list) { return {list.begin(), list.end()}; }

}  // namespace

const std::vector<MetricRow>& metric_rows() {
  static const std::vector<MetricRow> rows = make_rows();
  return rows;
}

const char* stored_field_name(StoredField field) {
  static const std::vector<std::pair<StoredField, const char*>> names = {
      {&S::hypothesis_labels, "hypothesis_labels"},
      {&S::reference_labels, "reference_labels"},
      {&S::hypothesis_graph, "hypothesis_graph"},
      {&S::reference_graph, "reference_graph"},
      {&S::hypothesis_entities, "hypothesis_entities"},
      {&S::reference_entities, "reference_entities"},
      {&S::hypothesis_structured, "hypothesis_structured"},
      {&S::reference_structured, "reference_structured"},
      {&S::hypothesis_lunguage, "hypothesis_lunguage"},
      {&S::reference_lunguage, "reference_lunguage"},
      {&S::green, "green"},
      {&S::crimson, "crimson"}};
  for (const auto& [known, name] : names) {
    if (known == field) return name;
  }
  return "";
}

bool fits(std::string_view pattern, std::string_view name) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == name;
  const std::string_view head = pattern.substr(0, star), tail = pattern.substr(star + 1);
  return name.size() >= head.size() + tail.size() && starts_with(name, head) && ends_with(name, tail);
}

bool gives(const MetricRow& row, std::string_view name) {
  for (const auto* list : {&row.shown, &row.others}) {
    for (const char* pattern : *list) {
      if (fits(pattern, name)) return true;
    }
  }
  return false;
}

}  // namespace hilum::eval

namespace hilum {

const std::vector<MetricGroup>& metric_groups() {
  static const std::vector<MetricGroup> groups = [] {
    std::vector<MetricGroup> out;
    for (const eval::MetricRow& row : eval::metric_rows()) {
      MetricGroup group;
      group.name = row.name;
      group.needs = eval::needs_of(row);
      group.by_default = row.ask == eval::Ask::kDefault;
      for (const eval::Setting& setting : row.settings) group.settings.emplace_back(setting.name);
      group.shown = eval::copied(row.shown);
      group.others = eval::copied(row.others);
      out.push_back(std::move(group));
    }
    return out;
  }();
  return groups;
}

std::vector<std::string> shown_scores(const Evaluation& evaluation) {
  std::vector<std::string> out;
  for (const SystemScores& system : evaluation.systems) {
    for (const Metric& metric : system.table.metrics()) {
      for (const eval::MetricRow& row : eval::metric_rows()) {
        for (const char* pattern : row.shown) {
          if (eval::fits(pattern, metric.name)) out.push_back(metric.name);
        }
      }
    }
  }
  return out;
}

}  // namespace hilum
