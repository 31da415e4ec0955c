#include "eval/clinical/label_source.h"

#include <algorithm>
#include <array>
#include <optional>

#include <nlohmann/json.hpp>

#include "core/log.h"
#include "eval/clinical/rule_scores.h"
#include "eval/input/stored_values.h"

namespace hilum::eval {
namespace {

constexpr std::size_t kReportsAtOnce = 256;

Result<FindingRow> stored_row(const EvaluationItem& item, const std::string& path) {
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

Result<Labels> stored_labels(const Context& context) {
  Labels out;
  out.source = "given labels";
  for (const EvaluationItem& item : context.set.items) {
    HILUM_ASSIGN(const FindingRow h, stored_row(item, context.options.stored.hypothesis_labels));
    HILUM_ASSIGN(const FindingRow r, stored_row(item, context.options.stored.reference_labels));
    out.hypotheses.push_back(h);
    out.references.push_back(r);
  }
  return out;
}

// Our findings among the labels of a report labeler, and its classes as ours.
class FindingMap {
 public:
  static Result<FindingMap> make(const runtime::ReportLabelSpec& spec, const std::string& bundle) {
    FindingMap map;
    for (std::size_t f = 0; f < kFindings; ++f) {
      const auto found = std::find_if(spec.labels.begin(), spec.labels.end(),
                                      [&](const auto& label) { return label.name == finding_names()[f]; });
      if (found == spec.labels.end()) {
        return Status(ErrorCode::kBundleInvalid, bundle + ": its report_labels have no '" +
                                                     std::string(finding_names()[f]) +
                                                     "', which CheXpert F1 needs");
      }
      map.index_[f] = static_cast<std::size_t>(found - spec.labels.begin());
      for (const std::string& name : found->classes) {
        map.classes_[f].push_back(name == "positive"    ? Finding::kPositive
                                  : name == "negative"  ? Finding::kNegative
                                  : name == "uncertain" ? Finding::kUncertain
                                                        : Finding::kBlank);
      }
    }
    return map;
  }

  FindingRow row(const std::vector<std::size_t>& classes) const {
    FindingRow out{};
    for (std::size_t f = 0; f < kFindings; ++f) out[f] = classes_[f][classes[index_[f]]];
    return out;
  }

 private:
  std::array<std::size_t, kFindings> index_{};
  std::array<std::vector<Finding>, kFindings> classes_;
};

Result<Labels> model_labels(const Context& context) {
  const auto& [model, source] = context.models.labeler;
  HILUM_ASSIGN(const FindingMap map, FindingMap::make(model->spec(), source.name));
  Labels out;
  std::size_t cut = 0;
  for (std::size_t begin = 0; begin < context.size(); begin += kReportsAtOnce) {
    const std::size_t end = std::min(begin + kReportsAtOnce, context.size());
    std::vector<std::string> texts;
    for (std::size_t i = begin; i < end; ++i) {
      texts.push_back(context.set.items[i].hypothesis);
      texts.push_back(context.set.items[i].references.front());
    }
    HILUM_ASSIGN(const auto labels, model->run_all(texts));
    for (std::size_t i = 0; i < labels.size(); ++i) {
      cut += labels[i].cut ? 1 : 0;
      (i % 2 == 0 ? out.hypotheses : out.references).push_back(map.row(labels[i].classes));
    }
  }
  const std::string cuts = cut_words(cut, model->spec().max_tokens);
  if (cut > 0) {
    context.scores.notes.push_back("CheXbert labels" + cuts.substr(1));
    log_warn("evaluate: CheXbert labels" + cuts.substr(1) + "; their ends did not count");
  }
  out.source = "labels by CheXbert (report_labeler of " + source.short_name() + "), first reference" + cuts;
  return out;
}

Result<Labels> rule_labels(const Context& context) {
  HILUM_ASSIGN(const RuleLabels rules, RuleLabels::load());
  Labels out;
  out.source = "labels by rules (hilum label), first reference";
  for (const EvaluationItem& item : context.set.items) {
    out.hypotheses.push_back(rules.labels(item.hypothesis));
    out.references.push_back(rules.labels(item.references.front()));
  }
  return out;
}

}  // namespace

LabelSource label_source(const EvaluateOptions& options, const TextModels& models) {
  if (!options.stored.hypothesis_labels.empty() && !options.stored.reference_labels.empty())
    return LabelSource::kStored;
  return models.labeler ? LabelSource::kModel : LabelSource::kRules;
}

Result<std::shared_ptr<const Labels>> rule_labels_of(Context& context) {
  if (!context.rule_labels) {
    HILUM_ASSIGN(Labels labels, rule_labels(context));
    context.rule_labels = std::make_shared<const Labels>(std::move(labels));
  }
  return context.rule_labels;
}

Result<std::shared_ptr<const Labels>> labels_of(Context& context) {
  const LabelSource source = label_source(context.options, context.models);
  if (source == LabelSource::kRules) return rule_labels_of(context);
  if (!context.labels) {
    HILUM_ASSIGN(Labels labels,
                 source == LabelSource::kStored ? stored_labels(context) : model_labels(context));
    context.labels = std::make_shared<const Labels>(std::move(labels));
  }
  return context.labels;
}

}  // namespace hilum::eval
