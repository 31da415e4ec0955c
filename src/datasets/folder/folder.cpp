#include <algorithm>
#include <unordered_map>

#include "datasets/folder/scan.h"
#include "datasets/readers.h"
#include "datasets/reports/store.h"

namespace hilum::datasets {
namespace {

class FolderSource : public StudySource {
 public:
  FolderSource(ContextPtr context, std::vector<FolderStudy> studies)
      : context_(std::move(context)), studies_(std::move(studies)) {
    for (std::size_t i = 0; i < studies_.size(); ++i) {
      if (!studies_[i].patient_id.empty()) by_patient_[studies_[i].patient_id].push_back(i);
    }
  }

  Result<std::optional<StudyItem>> next() override {
    while (at_ < studies_.size()) {
      const FolderStudy& found = studies_[at_++];
      if (!context_->admits(found.patient_id, found.id, "")) continue;
      StudyItem item;
      Study& study = item.study;
      study.id = found.id;
      study.patient_id = found.patient_id;
      study.images = found.images;
      item.time = found.time;
      study.study_time = to_iso(found.time);
      study.patient_data.age = found.age;
      study.patient_data.sex = found.sex;
      const ReportSections sections = sections_of(found);
      study.reference = {sections.findings, sections.impression};
      study.indication = sections.indication;
      study.history = sections.history;
      study.technique = sections.technique;
      study.comparison = sections.comparison;
      add_priors(found, study);
      keep_wanted_images(*context_, study.images, Reason::kImageMissing);
      return std::optional<StudyItem>(std::move(item));
    }
    return std::optional<StudyItem>();
  }

 private:
  ReportSections sections_of(const FolderStudy& study) const {
    if (study.report.empty()) return {};
    auto sections = read_report(study.report, *context_->reports);
    if (sections) return sections.take();
    context_->note(Reason::kReportUnreadable, study.report, sections.status().message());
    return {};
  }

  void add_priors(const FolderStudy& now, Study& study) const {
    const auto same = by_patient_.find(now.patient_id);
    if (!context_->options.priors || same == by_patient_.end() || same->second.size() < 2) return;
    if (!now.time.day) {
      context_->note(Reason::kTimeMissing, now.id);
      return;
    }
    for (const std::size_t i : same->second) {
      const FolderStudy& other = studies_[i];
      if (&other == &now) continue;
      const auto days = days_between(other.time, now.time);
      if (!days) {
        if (!days_between(now.time, other.time)) context_->note(Reason::kOrderUnknown, now.id, other.id);
        continue;
      }
      PriorStudy prior;
      prior.id = other.id;
      prior.interval_days = days;
      prior.images = other.images;
      keep_wanted_images(*context_, prior.images, Reason::kPriorImageMissing);
      const ReportSections sections = sections_of(other);
      prior.report = {sections.findings, sections.impression};
      study.priors.push_back(std::move(prior));
    }
    std::stable_sort(study.priors.begin(), study.priors.end(), [](const PriorStudy& a, const PriorStudy& b) {
      return *a.interval_days < *b.interval_days;
    });
    return;
  }

  ContextPtr context_;
  std::vector<FolderStudy> studies_;
  std::unordered_map<std::string, std::vector<std::size_t>> by_patient_;
  std::size_t at_ = 0;
};

}  // namespace

SourceResult open_folder(const std::vector<std::string>& paths, const ContextPtr& context) {
  if (!context->split.empty()) {
    return Status(ErrorCode::kDatasetInvalid,
                  paths[0] + ": a folder of images has no split; leave setting 'split' out");
  }
  HILUM_ASSIGN(auto studies, scan_folders(paths, context));
  return std::unique_ptr<StudySource>(std::make_unique<FolderSource>(context, std::move(studies)));
}

}  // namespace hilum::datasets
