#include <nlohmann/json.hpp>

#include "core/files/file.h"
#include "core/system/build_info.h"
#include "eval/output/feedback.h"
#include "eval/words/text_metrics.h"
#include "evaluate/options.h"

namespace hilum::cli {

Result<std::string> evaluate_one(const EvaluateCommandOptions& options) {
  constexpr std::size_t kMaxBytes = 16u << 20;
  if (options.format != "table" && options.format != "json")
    return Status(ErrorCode::kUsage, "--one writes text or, with --format json, JSON; not " + options.format);
  if (options.one.size() != 2)
    return Status(ErrorCode::kUsage, "--one takes two files: the report and its reference");
  HILUM_ASSIGN(const std::string hypothesis, read_file(options.one[0], kMaxBytes));
  HILUM_ASSIGN(const std::string reference, read_file(options.one[1], kMaxBytes));
  HILUM_ASSIGN(const eval::RuleGraphs graphs, eval::RuleGraphs::load());
  HILUM_ASSIGN(const eval::RuleLabels labels, eval::RuleLabels::load());
  const auto h = graphs.read(hypothesis).facts, r = graphs.read(reference).facts;
  const double fact = eval::fact_f1(h, r), findings = eval::finding_agreement(h, r);
  const double agreement = eval::clinical_agreement(
      findings, eval::observation_f1(labels.labels(hypothesis), labels.labels(reference)),
      eval::google_rouge(hypothesis, reference, true).rouge_l.f);
  const std::string stamp = "hilum " + std::string(build_info().version) + " | commit " +
                            std::string(build_info().commit) +
                            " | by rules (docs/metrics.md, Clinical agreement)";
  const std::vector<eval::FeedbackLine> lines = eval::report_feedback(h, r);
  if (options.format == "json") {
    Json out = Json::object();
    out["fact-F1"] = fact;
    out["finding-agreement"] = findings;
    out["clinical-agreement"] = agreement;
    Json list = Json::array();
    for (const eval::FeedbackLine& line : lines) {
      list.push_back(Json{{"kind", eval::feedback_kind_name(line.kind)}, {"text", line.text}});
    }
    out["feedback"] = std::move(list);
    out["stamp"] = stamp;
    HILUM_ASSIGN(const std::string text, dump_json(out));
    return text + "\n";
  }
  std::string text;
  for (const eval::FeedbackLine& line : lines)
    text += std::string(eval::feedback_kind_name(line.kind)) + ": " + line.text + "\n";
  if (lines.empty()) text += "nothing missed, added or wrong was found\n";
  char scores[128];
  std::snprintf(scores, sizeof scores,
                "\nclinical agreement %.2f, finding agreement %.2f, fact F1 %.2f (1 is best)\n", agreement,
                findings, fact);
  return text + scores + stamp + "\n";
}

}  // namespace hilum::cli
