// What was read and left out of data sets, counted for people. Not thread-safe.
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "hilum/datasets.h"
#include "hilum/record.h"

namespace hilum::stages {

class StudyCounts {
 public:
  void add(const Study& study);
  // Counts what was left out or is amiss and logs it by name, unless a filter asked for it.
  void add(const datasets::Note& note);

  std::size_t records() const { return records_; }
  // "image_missing 3, no_images 1", or "".
  std::string reasons() const;
  // Records (`skipped` of them were in the resumed file already), images by view, priors and reasons, a line
  // each.
  std::string to_string(std::size_t skipped = 0) const;

 private:
  std::size_t records_ = 0, with_prior_ = 0, priors_ = 0, with_report_ = 0, with_indication_ = 0,
              with_patient_data_ = 0;
  std::map<std::string, std::size_t> views_;
  std::map<datasets::Reason, std::size_t> reasons_;
};

}  // namespace hilum::stages
