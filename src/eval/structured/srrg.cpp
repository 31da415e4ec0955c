#include "eval/structured/srrg.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <nlohmann/json.hpp>

#include "core/text/text.h"
#include "eval/clinical/agreement_metrics.h"
#include "eval/input/stored_values.h"
#include "eval/words/text_metrics.h"
#include "nlp/structure/structure.h"

namespace hilum::eval {
namespace {

Status bad(const std::string& what) { return {ErrorCode::kRecordInvalid, "structured report: " + what}; }

bool is_section(std::string_view a, std::string_view b) { return to_lower(trim(a)) == to_lower(b); }

void add_section(SrrgReport& report, std::string_view section, const std::string& name,
                 const std::vector<std::string>& items) {
  std::vector<std::string>* target = nullptr;
  if (is_section(section, "Findings")) target = &report.findings[name];
  if (is_section(section, "Impression")) target = &report.impression;
  if (target != nullptr) target->insert(target->end(), items.begin(), items.end());
}

SrrgReport convert(const nlp::OrganReport& structured) {
  SrrgReport out;
  for (const nlp::OrganSection& section : structured.sections)
    add_section(out, section.section, section.name, section.items);
  return out;
}

// Scores of one section of both reports.
struct SectionScore {
  double rouge1 = 0, rouge2 = 0, rouge_l = 0, aligned = 0, entity = 0;
};

double aligned_rouge_l(const std::vector<std::string>& hypothesis,
                       const std::vector<std::string>& reference) {
  static const std::string kNone = "No findings";
  double sum = 0;
  for (std::size_t i = 0; i < reference.size(); ++i)
    sum += google_rouge(i < hypothesis.size() ? hypothesis[i] : kNone, reference[i], true).rouge_l.f;
  return reference.empty() ? 0 : sum / static_cast<double>(reference.size());
}

SectionScore score_section(const std::vector<std::string>& hypothesis,
                           const std::vector<std::string>& reference, const RuleGraphs& graphs) {
  const std::string h = join(hypothesis, "\n"), r = join(reference, "\n");
  const GoogleRouge rouge = google_rouge(h, r, true);
  SectionScore out;
  out.rouge1 = rouge.rouge1.f;
  out.rouge2 = rouge.rouge2.f;
  out.rouge_l = rouge.rouge_l.f;
  out.aligned = aligned_rouge_l(hypothesis, reference);
  out.entity = radgraph_f1(graphs.read(h).graph, graphs.read(r).graph, GraphCase::kLowerEverywhere).partial;
  return out;
}

void add_named(const char* name, const std::string& variant, const std::string& policy,
               const std::vector<double>& values, ScoreTable& table) {
  Metric metric;
  metric.name = name;
  metric.variant = variant;
  metric.policy = policy;
  table.add_mean(std::move(metric), values);
}

}  // namespace

struct SrrgReader::State {
  nlp::Structurer structurer;
};

Result<SrrgReader> SrrgReader::load() {
  HILUM_ASSIGN(nlp::Structurer structurer, nlp::Structurer::load());
  SrrgReader out;
  out.state_ = std::make_shared<const State>(State{std::move(structurer)});
  return out;
}

Result<SrrgReport> SrrgReader::read(const Json& structured) const {
  if (structured.is_string()) return read_text(structured.get<std::string>());
  const auto sections = structured.is_object() ? structured.find("sections") : structured.end();
  if (!structured.is_object() || sections == structured.end() || !sections->is_array())
    return bad("should be text, or an object with 'sections'");
  SrrgReport out;
  for (const Json& section : *sections) {
    HILUM_ASSIGN(const std::string kind, text_at(section, "section"));
    HILUM_ASSIGN(const std::string name, text_at(section, "name"));
    const Json* items = section.is_object() ? find_path(section, "items") : nullptr;
    if (items == nullptr || !items->is_array()) return bad("a section needs 'items', an array");
    std::vector<std::string> texts;
    for (const Json& item : *items) {
      if (!item.is_string()) return bad("an item should be text");
      texts.push_back(item.get<std::string>());
    }
    add_section(out, kind, name, texts);
  }
  HILUM_ASSIGN(const std::string text, text_at(structured, "text"));
  if (!text.empty()) out.valid = state_->structurer.check(text, nullptr).empty();
  return out;
}

SrrgReport SrrgReader::read_text(std::string_view text) const {
  for (const char* prefix : {"", "Findings:\n"}) {
    nlp::OrganReport read;
    const bool valid = state_->structurer.check(prefix + std::string(text), &read).empty();
    SrrgReport out = convert(read);
    out.valid = valid;
    if (!out.findings.empty() || !out.impression.empty()) return out;
  }
  SrrgReport out = convert(state_->structurer.structure(text));
  out.valid = trim(text).empty();
  return out;
}

void add_srrg_metrics(const std::vector<SrrgReport>& hypotheses, const std::vector<SrrgReport>& references,
                      const RuleGraphs& graphs, ScoreTable& table) {
  enum : std::size_t { kHeadings, kRouge1, kRouge2, kRougeL, kAligned, kEntity, kWidth };
  const std::size_t block = table.add_block(kWidth);
  std::vector<double> precision, recall, f1, impression, impression_aligned, valid;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    const SrrgReport &h = hypotheses[i], &r = references[i];
    double* row = table.row(block, i);
    double both = 0;
    std::set<std::string> headings;
    for (const auto& [name, items] : h.findings) headings.insert(name);
    for (const auto& [name, items] : r.findings) headings.insert(name);
    row[kHeadings] = static_cast<double>(headings.size());
    for (const std::string& name : headings) {
      const auto mine = h.findings.find(name), theirs = r.findings.find(name);
      if (mine == h.findings.end() || theirs == r.findings.end()) continue;
      ++both;
      const SectionScore score = score_section(mine->second, theirs->second, graphs);
      row[kRouge1] += score.rouge1;
      row[kRouge2] += score.rouge2;
      row[kRougeL] += score.rouge_l;
      row[kAligned] += score.aligned;
      row[kEntity] += score.entity;
    }
    const auto said = static_cast<double>(h.findings.size()), is = static_cast<double>(r.findings.size());
    precision.push_back(said > 0 ? both / said : 0);
    recall.push_back(is > 0 ? both / is : 0);
    f1.push_back(said + is > 0 ? 2 * both / (said + is) : 0);
    const bool none = h.impression.empty() && r.impression.empty();
    const bool one = h.impression.empty() || r.impression.empty();
    impression.push_back(
        none  ? std::nan("")
        : one ? 0
              : google_rouge(join(h.impression, "\n"), join(r.impression, "\n"), true).rouge_l.f);
    impression_aligned.push_back(none ? std::nan("") : one ? 0 : aligned_rouge_l(h.impression, r.impression));
    valid.push_back(h.valid ? 1 : 0);
  }
  const std::string who = "after StructEval, ", per_report = "mean over reports";
  add_named("SRRG-heading-precision", who + "headings that the reference has", per_report, precision, table);
  add_named("SRRG-heading-recall", who + "headings of the reference", per_report, recall, table);
  add_named("SRRG-heading-F1", who + "headings", per_report, f1, table);
  const std::pair<const char*, const char*> organs[] = {
      {"SRRG-organ-ROUGE-1", "google ROUGE-1 of the section"},
      {"SRRG-organ-ROUGE-2", "google ROUGE-2 of the section"},
      {"SRRG-organ-ROUGE-L", "google ROUGE-L of the section"},
      {"SRRG-organ-ROUGE-L-aligned", "google ROUGE-L item by item"},
      {"SRRG-organ-Entity-F1", "RadGraph F1 (partial) on rule-based graphs of the section"}};
  for (std::size_t k = 0; k < std::size(organs); ++k) {
    Metric metric;
    metric.name = organs[k].first;
    metric.variant = who + organs[k].second;
    metric.policy = "mean over headings of all reports, 0 where one lacks the heading";
    metric.block = block;
    const std::size_t column = kRouge1 + k;
    metric.value = [column](const double* s) {
      return s[kHeadings] > 0 ? s[column] / s[kHeadings] : std::nan("");
    };
    table.add_metric(std::move(metric));
  }
  const std::string either = "reports where either has an impression";
  add_named("SRRG-impression-ROUGE-L", who + "google ROUGE-L", either, impression, table);
  add_named("SRRG-impression-ROUGE-L-aligned", who + "google ROUGE-L item by item", either,
            impression_aligned, table);
  add_named("SRRG-valid", "share of hypotheses in SRRG's form without a fault (hilum structure --check)", "",
            valid, table);
}

Result<SrrgReport> stored_sections(const SrrgReader& reader, const EvaluationItem& item,
                                   const std::string& path) {
  const Json* value = item.record ? find_path(*item.record, path) : nullptr;
  if (value == nullptr) return Status(ErrorCode::kRecordInvalid, "'" + path + "' is missing").at(item.id);
  // A CSV cell holds either form as text.
  const bool json_in_text =
      value->is_string() && starts_with(trim(value->get_ref<const std::string&>()), "{");
  HILUM_ASSIGN(const Json json, json_in_text ? stored_json(item, path) : Result<Json>(*value));
  auto report = reader.read(json);
  if (!report) return report.status().at(item.id);
  return report;
}

Status add_srrg(Context& context) {
  HILUM_ASSIGN(const SrrgReader reader, SrrgReader::load());
  HILUM_ASSIGN(const std::shared_ptr<const RuleGraphs> graphs, rule_graphs_of(context));
  const auto side = [&](const EvaluationItem& item, const std::string& path, const std::string& text) {
    return path.empty() ? Result<SrrgReport>(reader.read_text(text)) : stored_sections(reader, item, path);
  };
  const StoredFields& stored = context.options.stored;
  std::vector<SrrgReport> hypotheses, references;
  for (const EvaluationItem& item : context.set.items) {
    const std::string reference = item.references.empty() ? "" : item.references.front();
    HILUM_ASSIGN(SrrgReport h, side(item, stored.hypothesis_structured, item.hypothesis));
    HILUM_ASSIGN(SrrgReport r, side(item, stored.reference_structured, reference));
    hypotheses.push_back(std::move(h));
    references.push_back(std::move(r));
  }
  add_srrg_metrics(hypotheses, references, *graphs, context.table());
  return Status::ok();
}

}  // namespace hilum::eval
