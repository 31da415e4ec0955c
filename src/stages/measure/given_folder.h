// A folder of masks named after the images, listed once. Immutable after open(); thread-safe.
#pragma once

#include <set>
#include <string>

#include "stages/measure/measurer.h"

namespace hilum::stages {

class GivenFolder {
 public:
  // Nothing is given by "". kFileNotFound when it is no folder; kFileUnreadable when it cannot be listed.
  static Result<GivenFolder> open(const std::string& folder);

  // The masks of the image: STEM.png, STEM.dcm, then STEM.NAME.png in the order of their names.
  Status add_to(const std::string& image, GivenAnatomy& given) const;

 private:
  std::string folder_;
  std::set<std::string> names_;
};

}  // namespace hilum::stages
