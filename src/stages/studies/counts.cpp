#include "stages/studies/counts.h"

#include "core/log.h"

namespace hilum::stages {
namespace {

std::string counted(std::size_t count, const std::string& what) { return std::to_string(count) + " " + what; }

void append(std::string& list, const std::string& item) {
  if (!list.empty()) list += ", ";
  list += item;
}

}  // namespace

void StudyCounts::add(const Study& study) {
  ++records_;
  if (!study.priors.empty()) ++with_prior_;
  priors_ += study.priors.size();
  if (!study.reference.empty()) ++with_report_;
  if (!study.indication.empty()) ++with_indication_;
  if (!study.patient_data.empty()) ++with_patient_data_;
  for (const ImageRef& image : study.images) ++views_[image.view];
}

void StudyCounts::add(const datasets::Note& note) {
  ++reasons_[note.reason];
  const datasets::ReasonInfo& info = datasets::reason_info(note.reason);
  if (info.chosen) return;
  log_info(note.what + ": " + std::string(info.name) + (note.detail.empty() ? "" : " (" + note.detail + ")"));
}

std::string StudyCounts::reasons() const {
  std::string list;
  for (const auto& [reason, count] : reasons_) {
    append(list, std::string(datasets::reason_info(reason).name) + " " + std::to_string(count));
  }
  return list;
}

std::string StudyCounts::to_string(std::size_t skipped) const {
  std::string text = counted(records_, "records");
  if (skipped > 0) text += " (" + counted(skipped, "were in the file already") + ")";
  text += ": " + counted(with_report_, "with a report") + ", " +
          counted(with_indication_, "with an indication") + ", " +
          counted(with_prior_, "with prior studies") + " (" + std::to_string(priors_) + " in all), " +
          counted(with_patient_data_, "with patient data") + "\n";
  std::string views;
  for (const auto& [view, count] : views_) append(views, view + " " + std::to_string(count));
  text += "images by view: " + views + "\n";
  std::string dropped, chosen, kept;
  for (const auto& [reason, count] : reasons_) {
    const datasets::ReasonInfo& info = datasets::reason_info(reason);
    append(!info.dropped ? kept
           : info.chosen ? chosen
                         : dropped,
           std::string(info.name) + " " + std::to_string(count));
  }
  if (!dropped.empty()) text += "left out: " + dropped + "\n";
  if (!chosen.empty()) text += "not asked for: " + chosen + "\n";
  if (!kept.empty()) text += "kept, but: " + kept + "\n";
  return text;
}

}  // namespace hilum::stages
