// Every image below some paths, grouped into studies: DICOM by StudyInstanceUID, other images by their
// folder.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "datasets/context.h"

namespace hilum::datasets {

struct FolderStudy {
  std::string id;
  std::string patient_id;  // "" when nothing says who it is
  StudyTime time;
  std::vector<ImageRef> images;
  std::optional<double> age;
  std::string sex;
  std::string report;  // path of its text; "" when there is none
};

// Walks the paths (a file, or a folder with all below it) in the order given, each folder sorted by name.
// What is no image, damaged or not a projection X-ray is noted. kFileNotFound for a path that is not there;
// kInterrupted.
Result<std::vector<FolderStudy>> scan_folders(const std::vector<std::string>& paths,
                                              const ContextPtr& context);

}  // namespace hilum::datasets
