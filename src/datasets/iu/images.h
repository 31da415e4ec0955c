// Which file is which image of the Indiana University collection. One film goes by several names
// (CXR1_1_IM-0001-3001 in the XML, 1_IM-0001-3001.dcm.png in the projections table, CXR1_1_IM-0001-3001.png
// on disk); report number and the part from "IM-" on are common to all. Immutable once made.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "datasets/context.h"

namespace hilum::datasets {

// "1|IM-0001-3001"; the bare name where it is none of the forms.
std::string iu_image_key(std::string_view name);

class IuImages {
 public:
  // Looks for the images in --image-root, else in the folders that the collection is unpacked to under or
  // beside `root`. kDatasetInvalid when none has any and files are to be checked.
  static Result<IuImages> open(const std::string& root, const ContextPtr& context);
  // The path of an image by any of its names.
  std::string path_of(std::string_view name) const;

 private:
  std::string folder_;
  std::unordered_map<std::string, std::string> names_;  // key -> path
};

// Frontal or lateral by image key, from indiana_projections.csv; empty when `path` is.
Result<std::unordered_map<std::string, std::string>> read_projections(const std::string& path,
                                                                      const NoteCallback& note);

// indiana_projections.csv in --tables, `root` or the folder above it; "" when there is none.
std::string find_projections(const std::string& root, const ContextPtr& context);

}  // namespace hilum::datasets
