// One MIMIC study with its images, report, labels and priors, from the index and the trees. What is read for
// a patient is kept until another patient is asked for, since the studies of one are each other's priors. Not
// thread-safe.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <unordered_map>

#include "datasets/context.h"
#include "datasets/mimic/index.h"
#include "datasets/reports/store.h"

namespace hilum::datasets {

class MimicLoader {
 public:
  // `reports` may be null: no reports at hand.
  MimicLoader(ContextPtr context, std::shared_ptr<const MimicIndex> index, const std::string& image_root,
              std::unique_ptr<ReportStore> reports);

  // The whole study, priors included. Images of other views or not there are left out.
  StudyItem load(std::size_t study);

  // Adds the priors of study number `study` to an item: every earlier study of the patient, newest first.
  void add_priors(std::size_t study, StudyItem& item);

  // "…/p10/p10000032/s50414267/<id>.jpg": the first of .jpg, .dcm and .png that is there; `.jpg` when none
  // is.
  std::string image_path(std::size_t study, std::size_t image);

 private:
  struct Loaded {
    bool has_images = false;
    std::vector<ImageRef> images;
    bool has_report = false;
    std::optional<ReportSections> report;
  };
  Loaded& loaded(std::size_t study);
  const std::optional<ReportSections>& report_of(std::size_t study);
  const std::vector<ImageRef>& images_of(std::size_t study);
  StudyTime time_of(std::size_t study);

  ContextPtr context_;
  std::shared_ptr<const MimicIndex> index_;
  std::string root_;
  std::string extension_ = ".jpg";
  bool extension_known_ = false;
  std::unique_ptr<ReportStore> reports_;
  std::uint32_t patient_ = 0;
  std::unordered_map<std::size_t, Loaded> cache_;
  std::unordered_map<std::size_t, StudyTime> header_times_;  // of DICOM files, when no table has times
};

// "p10000032" and "s50414267".
std::string patient_name(std::uint32_t subject);
std::string study_name(std::uint32_t study);

}  // namespace hilum::datasets
