#include "datasets/mimic/loader.h"

#include <algorithm>

#include "hilum/image.h"

#include "core/text/text.h"
#include "datasets/paths.h"

namespace hilum::datasets {

std::string patient_name(std::uint32_t subject) { return "p" + std::to_string(subject); }
std::string study_name(std::uint32_t study) { return "s" + std::to_string(study); }

MimicLoader::MimicLoader(ContextPtr context, std::shared_ptr<const MimicIndex> index,
                         const std::string& image_root, std::unique_ptr<ReportStore> reports)
    : context_(std::move(context)),
      index_(std::move(index)),
      root_(mimic_files_root(image_root)),
      reports_(std::move(reports)) {}

std::string MimicLoader::image_path(std::size_t study, std::size_t image) {
  const MimicStudy& at = index_->studies()[study];
  const std::string bare =
      join_path(root_, mimic_study_path(at.subject, at.id)) + "/" + std::string(index_->image_id(image));
  const bool look = context_->options.check_files || !extension_known_;
  extension_known_ = true;
  if (!look || is_file(bare + extension_)) return bare + extension_;
  for (const char* other : {".jpg", ".dcm", ".png"}) {
    if (!is_file(bare + other)) continue;
    extension_ = other;  // the next image will have the same
    break;
  }
  return bare + extension_;
}

MimicLoader::Loaded& MimicLoader::loaded(std::size_t study) {
  const std::uint32_t patient = index_->studies()[study].subject;
  if (patient != patient_) {
    cache_.clear();
    header_times_.clear();
    patient_ = patient;
  }
  return cache_[study];
}

const std::vector<ImageRef>& MimicLoader::images_of(std::size_t study) {
  Loaded& at = loaded(study);
  if (at.has_images) return at.images;
  at.has_images = true;
  const MimicStudy& entry = index_->studies()[study];
  for (std::size_t i = entry.first_image; i < entry.first_image + entry.images; ++i) {
    at.images.push_back({image_path(study, i), std::string(index_->image_id(i)), index_->view(i)});
  }
  return at.images;
}

const std::optional<ReportSections>& MimicLoader::report_of(std::size_t study) {
  Loaded& at = loaded(study);
  if (!at.has_report && reports_ != nullptr) {
    const MimicStudy& entry = index_->studies()[study];
    auto found = reports_->find(entry.subject, entry.id);
    if (found) {
      at.report = found.take();
    } else {
      context_->note(Reason::kReportUnreadable, study_name(entry.id), found.status().message());
    }
  }
  at.has_report = true;
  return at.report;
}

// From the table; from the header of the first DICOM file where the tables have no times.
StudyTime MimicLoader::time_of(std::size_t study) {
  const MimicStudy& entry = index_->studies()[study];
  if (index_->has_times()) return entry.time;
  const std::vector<ImageRef>& images = images_of(study);
  const auto [it, added] = header_times_.try_emplace(study);
  if (added && !images.empty() && ends_with(images[0].path, ".dcm")) {
    if (const auto tags = read_dicom_tags(images[0].path)) {
      it->second = parse_dicom_time(tags->study_date, tags->study_time);
    }
  }
  return it->second;
}

void MimicLoader::add_priors(std::size_t study, StudyItem& item) {
  if (!context_->options.priors) return;
  const auto [first, last] = index_->patient_of(study);
  if (last - first < 2) return;
  const StudyTime now = time_of(study);
  const std::string name = study_name(index_->studies()[study].id);
  if (!now.day) {
    context_->note(Reason::kTimeMissing, name);
    return;
  }
  std::vector<std::pair<double, std::size_t>> earlier;
  for (std::size_t other = first; other < last; ++other) {
    if (other == study) continue;
    const StudyTime then = time_of(other);
    if (const auto days = days_between(then, now)) {
      earlier.emplace_back(*days, other);
    } else if (!days_between(now, then)) {
      context_->note(Reason::kOrderUnknown, name, study_name(index_->studies()[other].id));
    }
  }
  std::sort(earlier.begin(), earlier.end());
  for (const auto& [days, other] : earlier) {
    PriorStudy prior;
    prior.id = study_name(index_->studies()[other].id);
    prior.interval_days = days;
    prior.images = images_of(other);
    keep_wanted_images(*context_, prior.images, Reason::kPriorImageMissing);
    const auto& report = report_of(other);
    if (report) prior.report = {report->findings, report->impression};
    item.study.priors.push_back(std::move(prior));
  }
}

StudyItem MimicLoader::load(std::size_t study) {
  const MimicStudy& entry = index_->studies()[study];
  StudyItem item;
  item.study.id = study_name(entry.id);
  item.study.patient_id = patient_name(entry.subject);
  item.study.split = index_->split_name(entry);
  item.study.images = images_of(study);
  keep_wanted_images(*context_, item.study.images, Reason::kImageMissing);
  item.time = time_of(study);
  item.study.study_time = to_iso(item.time);
  item.labels = index_->labels(entry);
  const auto& report = report_of(study);
  if (report) {
    item.study.reference = {report->findings, report->impression};
    item.study.indication = report->indication;
    item.study.history = report->history;
    item.study.technique = report->technique;
    item.study.comparison = report->comparison;
  }
  add_priors(study, item);
  return item;
}

}  // namespace hilum::datasets
