// Labels of a whole report, by a bundle's report labeler (CheXbert). Opened once, then immutable: threads may
// share one, each calling `use_threads` first. Text goes in as UTF-8.
//
// Source: CheXbert (Smit et al. 2020).
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "hilum/bundle.h"
#include "hilum/status.h"

#include "runtime/models/model.h"
#include "runtime/models/text_rows.h"
#include "runtime/roles/report_labels.h"

namespace hilum::runtime {

struct ReportClasses {
  std::vector<std::size_t> classes;  // the likeliest of each label, as an index into its `classes`
  bool cut = false;                  // the report had more tokens than the model reads
};

class ReportLabelModel : public TextRoles {
 public:
  // kBundleInvalid when the bundle has no report labeler; else as Model::open.
  static Result<std::shared_ptr<const ReportLabelModel>> open(const Bundle& bundle,
                                                              const ModelOptions& options);

  // The likeliest class of each label, as an index into its `classes`. `cut` is set when the report had more
  // tokens than the model reads. White space is collapsed first. kInferenceFailed.
  Result<std::vector<std::size_t>> run(const std::string& report, bool& cut) const;

  // The same for several reports, in batches; in their order.
  Result<std::vector<ReportClasses>> run_all(const std::vector<std::string>& reports) const;

  const ReportLabelSpec& spec() const { return *manifest().part<ReportLabelSpec>(); }

 private:
  ReportLabelModel() = default;
};

}  // namespace hilum::runtime
