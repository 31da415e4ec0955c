#include "runtime/models/report_label_model.h"

#include <algorithm>

namespace hilum::runtime {

Result<std::shared_ptr<const ReportLabelModel>> ReportLabelModel::open(const Bundle& bundle,
                                                                       const ModelOptions& options) {
  std::shared_ptr<ReportLabelModel> model(new ReportLabelModel());
  HILUM_RETURN_IF_ERROR(model->TextRoles::open(bundle, "report_labeler", "label reports", options.device));
  return std::shared_ptr<const ReportLabelModel>(std::move(model));
}

Result<std::vector<ReportClasses>> ReportLabelModel::run_all(const std::vector<std::string>& reports) const {
  std::size_t classes = 0;
  for (const ReportLabel& label : spec().labels) classes += label.classes.size();
  HILUM_ASSIGN(const TextScores said,
               text_scores(texts_, reports, spec().max_tokens, classes, "report_labeler: the scores"));
  std::vector<ReportClasses> out(reports.size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i].cut = said.cut[i];
    auto at = said.scores[i].begin();
    for (const ReportLabel& label : spec().labels) {
      const auto end = at + static_cast<std::ptrdiff_t>(label.classes.size());
      out[i].classes.push_back(static_cast<std::size_t>(std::max_element(at, end) - at));
      at = end;
    }
  }
  return out;
}

Result<std::vector<std::size_t>> ReportLabelModel::run(const std::string& report, bool& cut) const {
  HILUM_ASSIGN(std::vector<ReportClasses> all, run_all({report}));
  cut = all.front().cut;
  return std::move(all.front().classes);
}

}  // namespace hilum::runtime
