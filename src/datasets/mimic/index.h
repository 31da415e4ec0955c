// The tables of MIMIC-CXR(-JPG), held compactly (scripts/bench/studies.py measures it). Immutable after open;
// safe from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "hilum/datasets.h"
#include "hilum/status.h"

#include "datasets/table.h"

namespace hilum::datasets {

struct MimicStudy {
  std::uint32_t subject = 0;
  std::uint32_t id = 0;
  StudyTime time;  // the earliest of its images
  std::uint32_t first_image = 0;
  std::uint32_t images = 0;
  std::uint16_t split = 0;   // an index of split_name()
  std::int32_t labels = -1;  // a row of the label table
};

class MimicIndex {
 public:
  // `folder` holds mimic-cxr-…-metadata.csv(.gz), or at least cxr-record-list.csv(.gz) (no views, no times);
  // the split and chexpert tables where they are. kDatasetInvalid says what is missing.
  static Result<MimicIndex> open(const std::string& folder, const NoteCallback& note);

  // By patient; within one by time, studies without a time last.
  const std::vector<MimicStudy>& studies() const { return studies_; }
  // First and one past the last study of the patient of study number `index`.
  std::pair<std::size_t, std::size_t> patient_of(std::size_t index) const;
  std::optional<std::size_t> find_study(std::uint32_t study_id) const;
  // The first study and one past the last of a patient; an empty range for a stranger.
  std::pair<std::size_t, std::size_t> find_patient(std::uint32_t subject) const;

  std::string_view image_id(std::size_t image) const;
  const std::string& view(std::size_t image) const { return views_[images_[image].view]; }
  const std::string& split_name(const MimicStudy& study) const { return splits_[study.split]; }
  // Observation and state, for those the table fills in.
  std::vector<std::pair<std::string, std::string>> labels(const MimicStudy& study) const;
  bool has_splits() const { return has_splits_; }
  bool has_times() const { return has_times_; }

 private:
  struct ImageRow {
    std::uint32_t subject, study;
    std::uint32_t id_at;
    std::uint16_t id_size;
    std::uint16_t view;
    StudyTime time;
  };
  struct Image {
    std::uint32_t id_at;
    std::uint16_t id_size;
    std::uint16_t view;
  };
  Status read_images(const std::string& path, const NoteCallback& note);
  Status read_splits(const std::string& path, const NoteCallback& note);
  Status read_labels(const std::string& path, const NoteCallback& note);
  void group(std::vector<ImageRow> rows);

  std::string ids_;  // all image ids, one behind the other
  std::vector<Image> images_;
  std::vector<MimicStudy> studies_;
  std::unordered_map<std::uint32_t, std::uint32_t> by_id_;  // study id -> place in studies_
  std::vector<std::string> views_;
  std::vector<std::string> splits_{""};
  std::vector<std::string> label_names_;
  std::vector<std::int8_t> label_values_;  // one row a study: 1, 0, -1, or kNoLabel
  bool has_splits_ = false;
  bool has_times_ = false;
};

}  // namespace hilum::datasets
