// Agreement of measured values: read from the texts, or given in the columns of FactCheXcker's result files.
#include <nlohmann/json.hpp>

#include "core/text/text.h"
#include "eval/clinical/measurement_scores.h"
#include "eval/input/stored_values.h"

namespace hilum::eval {
namespace {

Status wrong(const EvaluationItem& item, const std::string& what) {
  return Status(ErrorCode::kRecordInvalid, what).at(item.id);
}

// Text of a column, "" where it is null or not there.
std::string cell(const EvaluationItem& item, const std::string& name) {
  const Json* value = item.record ? find_path(*item.record, name) : nullptr;
  if (value == nullptr || value->is_null()) return "";
  return value->is_string() ? std::string(trim(value->get<std::string>())) : value->dump();
}

Result<bool> yes_or_no(const EvaluationItem& item, const std::string& name, const char* yes, const char* no) {
  const std::string text = to_lower(cell(item, name));
  if (text == yes) return true;
  if (text == no) return false;
  return wrong(item, "'" + name + "' should be " + yes + " or " + no + ", not '" + text + "'");
}

Result<TubeStatement> tube_of(const EvaluationItem& item, const std::string& prefix) {
  TubeStatement out;
  HILUM_ASSIGN(out.present, yes_or_no(item, prefix + "present", "true", "false"));
  const std::string text = cell(item, prefix + "measurement");
  if (!text.empty()) {
    out.cm = number_of(Json(text));
    if (!out.cm) return wrong(item, "'" + prefix + "measurement' should be a number, not '" + text + "'");
  }
  if (!cell(item, prefix + "placement").empty()) {
    HILUM_ASSIGN(out.correct, yes_or_no(item, prefix + "placement", "correct", "incorrect"));
  }
  return out;
}

}  // namespace

Status add_measurement(Context& context) {
  HILUM_ASSIGN(const MeasurementReader reader, MeasurementReader::load());
  std::vector<ReportMeasurements> hypotheses, references;
  std::vector<TubeStatement> hypothesis_tubes, reference_tubes;
  for (const EvaluationItem& item : context.set.items) {
    hypotheses.push_back(reader.read(item.hypothesis));
    references.push_back(reader.read(item.references.front()));
    hypothesis_tubes.push_back(hypotheses.back().tube);
    reference_tubes.push_back(references.back().tube);
  }
  add_tube_metrics(hypothesis_tubes, reference_tubes, "read from the texts by rules, first reference",
                   context.table());
  add_length_metrics(hypotheses, references, context.table());
  return Status::ok();
}

Status add_factchexcker(Context& context) {
  std::vector<TubeStatement> hypotheses, references;
  for (const EvaluationItem& item : context.set.items) {
    HILUM_ASSIGN(const TubeStatement h, tube_of(item, ""));
    HILUM_ASSIGN(const TubeStatement r, tube_of(item, "gt_"));
    hypotheses.push_back(h);
    references.push_back(r);
  }
  add_tube_metrics(hypotheses, references, "given columns", context.table());
  return Status::ok();
}

}  // namespace hilum::eval
