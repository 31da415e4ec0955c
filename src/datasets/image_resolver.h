// Where an image that a file names by a relative path really lies: users keep trees under images/, files/ or
// without the folder that the name begins with. What worked last is tried first. Not thread-safe.
#pragma once

#include <string>
#include <vector>

#include "datasets/context.h"

namespace hilum::datasets {

class ImageResolver {
 public:
  ImageResolver(ContextPtr context, std::string root);
  // The path that is there; the plain one under the root when none is.
  std::string resolve(const std::string& name);

 private:
  std::string candidate(std::size_t way, const std::string& name) const;
  ContextPtr context_;
  std::vector<std::string> roots_;
  std::size_t last_ = 0;
};

}  // namespace hilum::datasets
