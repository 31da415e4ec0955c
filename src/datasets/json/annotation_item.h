// One entry of an annotation file as a study. The variants share most keys; each key is read where it is, so
// no variant has to be named. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "hilum/datasets.h"
#include "hilum/status.h"

namespace hilum::datasets {

struct AnnotationItem {
  StudyItem item;          // study.id is the entry's own; image paths are as written
  std::string study_id;    // of the study the entry belongs to; its own id when it names no other
  bool one_image = false;  // the entry is one image of a study: its id is that image's
};

// `split` is the key of the list the entry stands in. kRecordInvalid names the key that is wrong.
Result<AnnotationItem> read_annotation_item(std::string_view json, const std::string& split);

// The image's name without its extension; with its folder where the name is a mere number
// ("CXR2384_IM-0942/0").
std::string image_id_of(std::string_view path);

// The MIMIC ids in "…/p10000032/s50414267/x.jpg"; 0 for a path without.
struct MimicIds {
  std::uint32_t subject = 0, study = 0;
};
MimicIds ids_in_path(std::string_view path);

}  // namespace hilum::datasets
