#include <nlohmann/json.hpp>

#include "hilum/generate.h"
#include "hilum/record.h"
#include "hilum/run.h"

#include "run/sources/records.h"

namespace hilum {
namespace {

// Keeps what becomes of one record.
class OneRecord : public Writer {
 public:
  Status write(const Item& item) override {
    status = item.status;
    record = item.record();
    return Status::ok();
  }

  Status status;
  Json record;
};

}  // namespace

Json record_of(const StudyFiles& files) {
  Study study;
  study.id = files.image;
  study.images.push_back({files.image, "", ""});
  for (const std::string& view : files.views) study.images.push_back({view, "", ""});
  study.indication = files.indication;
  if (!files.prior_image.empty() || !files.prior_report.empty()) {
    PriorStudy prior;
    prior.id = "prior";
    if (!files.prior_image.empty()) prior.images.push_back({files.prior_image, "", ""});
    prior.report.findings = files.prior_report;
    study.priors.push_back(std::move(prior));
  }
  return study_to_json(study);
}

Result<ReportWriter> ReportWriter::open(const std::string& bundle) {
  GenerateOptions options;
  options.bundle = bundle;
  return open(options);
}

Result<ReportWriter> ReportWriter::open(const GenerateOptions& options) {
  GenerateOptions one = options;
  one.batch = 1;
  HILUM_ASSIGN(std::unique_ptr<Stage> stage, make_generate_stage(one));
  return ReportWriter(std::move(stage));
}

Result<Json> ReportWriter::write(const StudyFiles& study) const { return write_record(record_of(study)); }

Result<Json> ReportWriter::write_record(Json record) const {
  std::vector<Json> records;
  records.push_back(std::move(record));
  const auto source = list_source(std::move(records), "a record");
  OneRecord out;
  RunOptions options;
  options.quiet = true;
  HILUM_RETURN_IF_ERROR(run(*stage_, *source, out, options, Streams()).status());
  if (!out.status.is_ok()) return out.status;
  return std::move(out.record);
}

}  // namespace hilum
