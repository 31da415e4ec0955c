#include "eval/choice.h"

#include <algorithm>

#include "core/text/suggest.h"
#include "core/text/text.h"
#include "eval/clinical/label_source.h"

namespace hilum::eval {
namespace {

Status usage(const std::string& message) { return {ErrorCode::kUsage, message}; }

std::string one_of(const std::string& name, const std::vector<std::string>& names) {
  const std::string nearest = nearest_word(name, names);
  return nearest.empty() ? "; there is " + join(names, ", ") : "; did you mean '" + nearest + "'?";
}

bool named(const MetricRow& row, const EvaluateOptions& options) {
  return std::find(options.metrics.begin(), options.metrics.end(), row.name) != options.metrics.end();
}

bool has(StoredField field, const EvaluateOptions& options) {
  return field != nullptr && !(options.stored.*field).empty();
}

bool has_both(const Stored& stored, const EvaluateOptions& options) {
  return has(stored.hypothesis, options) && (stored.reference == nullptr || has(stored.reference, options));
}

std::string setting_name(StoredField field) {
  return std::string("setting '") + stored_field_name(field) + "'";
}

// Why a group cannot be computed; "" when it can.
std::string lacks(const MetricRow& row, const EvaluateOptions& options, const TextModels& models) {
  if ((row.needs & kEncoder) != 0 && !models.encoder)
    return "setting 'bundle' with a text_encoder that has 'text_encoding' in its manifest";
  if ((row.needs & kSentences) != 0 && !models.sentences) return "setting 'bundle' with a sentence_labeler";
  if (row.stored.use != Stored::Use::kMust || has_both(row.stored, options)) return "";
  std::string fields = setting_name(row.stored.hypothesis);
  if (row.stored.reference != nullptr) fields += " and " + setting_name(row.stored.reference);
  return fields;
}

bool by_default(const MetricRow& row, const EvaluateOptions& options) {
  if (row.ask == Ask::kByName) return false;
  return row.stored.use != Stored::Use::kWhenGiven || has(row.stored.hypothesis, options) ||
         has(row.stored.reference, options);
}

// Labels may be stored, a model's or made by rules; all else has one origin.
Origin origin_of(const MetricRow& row, const EvaluateOptions& options, const TextModels& models) {
  if ((row.needs & kLabels) == 0) return row.origin;
  const LabelSource source = label_source(options, models);
  return source == LabelSource::kStored  ? Origin::kStored
         : source == LabelSource::kModel ? Origin::kModel
                                         : Origin::kRules;
}

bool reads_texts(const MetricRow& row, const EvaluateOptions& options) {
  const bool instead = row.stored.use == Stored::Use::kInstead || row.stored.use == Stored::Use::kWhenGiven;
  return (row.needs & (kTexts | kWords | kLabels)) != 0 && !(instead && has_both(row.stored, options));
}

bool reads_row(const MetricRow& row, const EvaluateOptions& options) {
  return (row.needs & kRow) != 0 || has(row.stored.hypothesis, options) || has(row.stored.reference, options);
}

Status check_names(const std::vector<std::string>& wanted) {
  std::vector<std::string> names;
  for (const MetricRow& row : metric_rows()) names.emplace_back(row.name);
  for (const std::string& name : wanted) {
    if (std::find(names.begin(), names.end(), name) == names.end())
      return usage("no metric '" + name + "'" + one_of(name, names));
  }
  return Status::ok();
}

Status check_settings(const Choice& choice, const EvaluateOptions& options) {
  for (const MetricRow& row : metric_rows()) {
    if (std::find(choice.rows.begin(), choice.rows.end(), &row) != choice.rows.end()) continue;
    for (const Setting& setting : row.settings) {
      if (setting.given(options))
        return usage(std::string("setting '") + setting.name + "' is for the metric " + row.name +
                     ", which is not computed");
    }
  }
  return Status::ok();
}

}  // namespace

Result<Choice> choose_metrics(const EvaluateOptions& options, const TextModels& models) {
  HILUM_RETURN_IF_ERROR(check_names(options.metrics));
  if (label_source(options, models) == LabelSource::kStored && models.labeler)
    return usage(
        "the report_labeler of setting 'bundle' and setting 'hypothesis_labels' both give labels; "
        "give one");
  Choice out;
  for (const MetricRow& row : metric_rows()) {
    const bool asked = named(row, options);
    if (!asked && (!options.metrics.empty() || !by_default(row, options))) continue;
    const std::string missing = lacks(row, options, models);
    if (missing.empty()) {
      out.rows.push_back(&row);
    } else if (asked) {
      return usage(std::string("metric ") + row.name + " needs " + missing);
    }
  }
  std::stable_sort(out.rows.begin(), out.rows.end(), [&](const MetricRow* a, const MetricRow* b) {
    return origin_of(*a, options, models) < origin_of(*b, options, models);
  });
  out.texts = options.metrics.empty();
  for (const MetricRow* row : out.rows) {
    out.needs |= row->needs;
    out.texts = out.texts || reads_texts(*row, options);
    out.keep_rows = out.keep_rows || reads_row(*row, options);
  }
  HILUM_RETURN_IF_ERROR(check_settings(out, options));
  return out;
}

Status check_bound_names(const std::vector<Bound>& bounds, const Choice& choice) {
  for (const Bound& bound : bounds) {
    const auto known = [&bound](const MetricRow* row) { return gives(*row, bound.metric); };
    if (std::any_of(choice.rows.begin(), choice.rows.end(), known)) continue;
    std::vector<std::string> names;
    for (const MetricRow* row : choice.rows) names.insert(names.end(), row->shown.begin(), row->shown.end());
    return usage("no metric asked for gives a score '" + bound.metric + "'" + one_of(bound.metric, names));
  }
  return Status::ok();
}

}  // namespace hilum::eval
