// The computations that the registry's tools name.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "anatomy/anatomy.h"

namespace hilum::anatomy {

struct MethodInput {
  std::vector<const Structure*> masks;
  std::vector<const Landmark*> landmarks;
  Spacing spacing;  // one by one where the film has none
};

struct MethodOutput {
  double value = 0;
  std::vector<std::pair<Point, Point>> lines;
};

struct Method {
  std::string name;
  std::size_t masks = 0, landmarks = 0;  // how many it takes
  Result<MethodOutput> (*run)(const MethodInput& input) = nullptr;
};

const Method* find_method(const std::string& name);  // null when there is none

}  // namespace hilum::anatomy
