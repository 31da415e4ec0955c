#include <nlohmann/json.hpp>

#include "core/files/file.h"
#include "core/system/build_info.h"
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
  HILUM_ASSIGN(const Feedback feedback, compare_reports(hypothesis, reference));
  const std::string stamp = "hilum " + std::string(build_info().version) + " | commit " +
                            std::string(build_info().commit) +
                            " | by rules (docs/metrics.md, Clinical agreement)";
  if (options.format == "json") {
    Json out = Json::object();
    out["fact-F1"] = feedback.fact_f1;
    out["finding-agreement"] = feedback.finding_agreement;
    out["clinical-agreement"] = feedback.clinical_agreement;
    Json list = Json::array();
    for (const FeedbackLine& line : feedback.lines) {
      list.push_back(Json{{"kind", feedback_kind_name(line.kind)}, {"text", line.text}});
    }
    out["feedback"] = std::move(list);
    out["stamp"] = stamp;
    HILUM_ASSIGN(const std::string text, dump_json(out));
    return text + "\n";
  }
  std::string text;
  for (const FeedbackLine& line : feedback.lines)
    text += std::string(feedback_kind_name(line.kind)) + ": " + line.text + "\n";
  if (feedback.lines.empty()) text += "nothing missed, added or wrong was found\n";
  char scores[128];
  std::snprintf(scores, sizeof scores,
                "\nclinical agreement %.2f, finding agreement %.2f, fact F1 %.2f (1 is best)\n",
                feedback.clinical_agreement, feedback.finding_agreement, feedback.fact_f1);
  return text + scores + stamp + "\n";
}

}  // namespace hilum::cli
