#include "eval/stored_metrics.h"

#include <algorithm>
#include <limits>
#include <optional>

#include <nlohmann/json.hpp>

#include "core/text/text.h"
#include "eval/column_metrics.h"
#include "eval/model_metrics.h"
#include "eval/rule_metrics.h"
#include "eval/stored_values.h"
#include "eval/structured/judge.h"
#include "eval/structured/srrg.h"
#include "eval/structured/structured_scores.h"

namespace hilum::eval {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

Result<FindingRow> labels_of(const EvaluationItem& item, const std::string& path) {
  HILUM_ASSIGN(const Json value, stored_json(item, path));
  if (!value.is_object())
    return Status(ErrorCode::kRecordInvalid, "'" + path + "' should be an object of findings").at(item.id);
  FindingRow row{};
  for (std::size_t f = 0; f < kFindings; ++f) {
    const auto found = value.find(std::string(finding_names()[f]));
    if (found == value.end() || found->is_null()) continue;
    const std::string text = found->is_string() ? found->get<std::string>() : "";
    const std::optional<double> number = number_of(*found);
    if (number == 1.0 || text == "positive") {
      row[f] = Finding::kPositive;
    } else if (number == 0.0 || text == "negative") {
      row[f] = Finding::kNegative;
    } else if (number == -1.0 || text == "uncertain") {
      row[f] = Finding::kUncertain;
    } else if (!text.empty() && text != "unmentioned" && text != "blank") {
      return Status(ErrorCode::kRecordInvalid,
                    "'" + path + "': " + std::string(finding_names()[f]) + " should be 1, 0, -1 or null")
          .at(item.id);
    }
  }
  return row;
}

Status add_given_labels(const EvaluationSet& set, const EvaluateOptions& options, SystemScores& scores) {
  for (const EvaluationItem& item : set.items) {
    HILUM_ASSIGN(const FindingRow h, labels_of(item, options.stored.hypothesis_labels));
    HILUM_ASSIGN(const FindingRow r, labels_of(item, options.stored.reference_labels));
    scores.hypothesis_labels.push_back(h);
    scores.reference_labels.push_back(r);
  }
  add_chexpert(scores.hypothesis_labels, scores.reference_labels, options.preset.labels, "given labels",
               scores.table);
  return Status::ok();
}

Result<ReportGraph> graph_of(const EvaluationItem& item, const std::string& path) {
  HILUM_ASSIGN(Json value, stored_json(item, path));
  if (value.is_object() && value.contains("0") && value["0"].is_object()) value = Json(value["0"]);
  auto graph = graph_from_json(value);
  if (!graph) return graph.status().at(item.id);
  return graph;
}

Status add_given_graphs(const EvaluationSet& set, const EvaluateOptions& options, ScoreTable& table) {
  std::vector<double> simple, partial, complete, combined;
  for (const EvaluationItem& item : set.items) {
    HILUM_ASSIGN(const ReportGraph h, graph_of(item, options.stored.hypothesis_graph));
    HILUM_ASSIGN(const ReportGraph r, graph_of(item, options.stored.reference_graph));
    const GraphF1 f1 = radgraph_f1(h, r, options.preset.graph_case);
    simple.push_back(f1.simple);
    partial.push_back(f1.partial);
    complete.push_back(f1.complete);
    combined.push_back(radcliq_graph(h, r).combined);
  }
  const bool lower = options.preset.graph_case == GraphCase::kLowerEverywhere;
  const auto add = [&](const char* name, const char* what, const std::vector<double>& values,
                       const char* letters) {
    Metric metric;
    metric.name = name;
    metric.variant = std::string("given graphs, ") + what;
    metric.policy = letters;
    table.add_mean(std::move(metric), values);
  };
  const char* letters =
      lower ? "lower case everywhere (radgraph 2026)" : "case kept but in relations (radgraph <= 0.1.18)";
  add("RadGraph-F1-simple", "tokens and label", simple, letters);
  add("RadGraph-F1-partial", "tokens, label and whether related", partial, letters);
  add("RadGraph-F1-complete", "tokens, label, relation and target", complete, letters);
  add("RadGraph-combined", "mean of entity and relation F1 (CXR-Report-Metric)", combined, "case kept");
  return Status::ok();
}

// A structured report at `path`, or made of the text where no path is given.
Result<SrrgReport> structured_of(const SrrgReader& reader, const EvaluationItem& item,
                                 const std::string& path, const std::string& text) {
  if (path.empty()) return reader.read_text(text);
  return stored_sections(reader, item, path);
}

Status add_srrg(const EvaluationSet& set, const StoredFields& fields, ScoreTable& table) {
  HILUM_ASSIGN(const SrrgReader reader, SrrgReader::load());
  HILUM_ASSIGN(const RuleGraphs graphs, RuleGraphs::load());
  std::vector<SrrgReport> hypotheses, references;
  for (const EvaluationItem& item : set.items) {
    const std::string reference = item.references.empty() ? "" : item.references.front();
    HILUM_ASSIGN(SrrgReport h, structured_of(reader, item, fields.hypothesis_structured, item.hypothesis));
    HILUM_ASSIGN(SrrgReport r, structured_of(reader, item, fields.reference_structured, reference));
    hypotheses.push_back(std::move(h));
    references.push_back(std::move(r));
  }
  add_srrg_metrics(hypotheses, references, graphs, table);
  return Status::ok();
}

Result<nlp::LunguageReport> entities_of(const StructuredReader& reader, const EvaluationItem& item,
                                        const std::string& path, const std::string& text) {
  if (path.empty()) return reader.read_text(text);
  HILUM_ASSIGN(const Json json, stored_json(item, path));
  auto report = nlp::lunguage_from_json(json);
  if (!report) return report.status().at(item.id + ": '" + path + "'");
  return report;
}

Status add_structured(const EvaluationSet& set, const EvaluateOptions& options, bool lunguage,
                      bool extraction, ScoreTable& table) {
  const StoredFields& fields = options.stored;
  HILUM_ASSIGN(const StructuredReader reader, StructuredReader::load());
  std::vector<nlp::LunguageReport> hypotheses, references;
  for (const EvaluationItem& item : set.items) {
    const std::string reference = item.references.empty() ? "" : item.references.front();
    HILUM_ASSIGN(nlp::LunguageReport h,
                 entities_of(reader, item, fields.hypothesis_lunguage, item.hypothesis));
    HILUM_ASSIGN(nlp::LunguageReport r, entities_of(reader, item, fields.reference_lunguage, reference));
    hypotheses.push_back(std::move(h));
    references.push_back(std::move(r));
  }
  const auto source = [](const std::string& path) {
    return path.empty() ? std::string("by rules from the text") : "given";
  };
  if (lunguage) {
    HILUM_ASSIGN(const SimilaritySource similarity,
                 SimilaritySource::make(options.similarity, options.models.get()));
    HILUM_RETURN_IF_ERROR(add_lunguage(hypotheses, references, similarity,
                                       "hypothesis " + source(fields.hypothesis_lunguage) + ", reference " +
                                           source(fields.reference_lunguage),
                                       table));
  }
  if (extraction) add_extraction(hypotheses, references, options.sentences, table);
  return Status::ok();
}

Status add_judges(const EvaluationSet& set, const StoredFields& fields, ScoreTable& table) {
  std::vector<double> green, crimson;
  for (const EvaluationItem& item : set.items) {
    if (!fields.green.empty()) {
      const Json* text = item.record ? find_path(*item.record, fields.green) : nullptr;
      green.push_back(text != nullptr && text->is_string() ? green_from_text(text->get<std::string>()).score
                                                           : kMissing);
    }
    if (!fields.crimson.empty()) {
      HILUM_ASSIGN(const Json evaluation, stored_json(item, fields.crimson));
      const auto score = crimson_from_json(evaluation);
      if (!score) return score.status().at(item.id);
      crimson.push_back(score->score);
    }
  }
  Metric metric;
  if (!fields.green.empty()) {
    metric.name = "GREEN";
    metric.variant = "GREEN 0.0.12 from stored judge text; missing texts are left out";
    table.add_mean(metric, green);
  }
  if (!fields.crimson.empty()) {
    metric.name = "CRIMSON";
    metric.variant = "CRIMSON from stored judge JSON";
    table.add_mean(metric, crimson);
  }
  return Status::ok();
}

}  // namespace

Status add_stored_metrics(const EvaluationSet& set, const EvaluateOptions& options, SystemScores& scores) {
  const StoredFields& fields = options.stored;
  const auto named = [&options](const char* name) {
    return std::find(options.metrics.begin(), options.metrics.end(), name) != options.metrics.end();
  };
  const auto wanted = [&](const char* name) { return options.metrics.empty() || named(name); };
  const auto needs = [](const char* metric, const char* flags) {
    return Status(ErrorCode::kUsage, std::string("--metrics ") + metric + " needs " + flags);
  };
  const bool labels = !fields.hypothesis_labels.empty() && !fields.reference_labels.empty();
  const bool graphs = !fields.hypothesis_graph.empty() && !fields.reference_graph.empty();
  if (labels && wanted("chexpert")) HILUM_RETURN_IF_ERROR(add_given_labels(set, options, scores));
  if (graphs && wanted("radgraph")) HILUM_RETURN_IF_ERROR(add_given_graphs(set, options, scores.table));
  if (!graphs && named("radgraph"))
    return needs("radgraph", "--hypothesis-graph and --reference-graph; entity-f1 makes graphs by rules");
  const TextModels none;
  const TextModels& models = options.models ? *options.models : none;
  if (labels && models.labeler)
    return {ErrorCode::kUsage,
            "the report_labeler of --model and --hypothesis-labels both give labels; give one"};
  ModelChoice choice;
  choice.chexpert = models.labeler && wanted("chexpert");
  choice.bertscore = models.encoder && wanted("bertscore");
  choice.srr_bert = models.sentences && wanted("srr-bert");
  if (named("bertscore") && !models.encoder)
    return needs("bertscore", "--model with a text_encoder that has 'text_encoding' in its manifest");
  if (options.bertscore_idf && !choice.bertscore)
    return {ErrorCode::kUsage, "--bertscore-idf is for the metric bertscore, which is not computed"};
  if (named("srr-bert") && !models.sentences) return needs("srr-bert", "--model with a sentence_labeler");
  HILUM_RETURN_IF_ERROR(add_model_metrics(set, options, choice, scores));
  RuleChoice rules;
  rules.chexpert = !labels && !models.labeler && wanted("chexpert");
  rules.graph = wanted("entity-f1");
  rules.clinical = wanted("clinical");
  rules.measurement = wanted("measurement");
  rules.consistency = named("consistency");
  HILUM_RETURN_IF_ERROR(add_rule_metrics(set, options, rules, scores));
  if (named("radcliq")) HILUM_RETURN_IF_ERROR(add_radcliq(set, scores.table));
  const bool sections = !fields.hypothesis_structured.empty() || !fields.reference_structured.empty();
  if (named("srrg") || (sections && wanted("srrg")))
    HILUM_RETURN_IF_ERROR(add_srrg(set, fields, scores.table));
  const bool structured = !fields.hypothesis_lunguage.empty() || !fields.reference_lunguage.empty();
  const bool lunguage = named("lunguage") || (structured && wanted("lunguage"));
  if (lunguage || named("extraction"))
    HILUM_RETURN_IF_ERROR(add_structured(set, options, lunguage, named("extraction"), scores.table));
  if (named("factchexcker")) HILUM_RETURN_IF_ERROR(add_factchexcker(set, scores.table));
  const bool entities = !fields.hypothesis_entities.empty() && !fields.reference_entities.empty();
  if (named("ratescore") && !entities)
    return needs("ratescore", "--hypothesis-entities and --reference-entities");
  if (entities && wanted("ratescore")) HILUM_RETURN_IF_ERROR(add_ratescore(set, options, scores.table));
  if (named("green") && fields.green.empty()) return needs("green", "--green");
  if (named("crimson") && fields.crimson.empty()) return needs("crimson", "--crimson");
  HILUM_RETURN_IF_ERROR(add_judges(set, fields, scores.table));
  return Status::ok();
}

}  // namespace hilum::eval
