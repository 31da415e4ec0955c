// Scores of files whose lines are no pairs of texts.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "hilum/evaluate.h"

namespace hilum::eval {

struct LineScores {
  SystemScores system;
  std::vector<std::pair<std::string, std::string>> stamp = {};  // entries of their own
  std::shared_ptr<const Json> per_sample = nullptr;             // an array: what was found for each line
};

}  // namespace hilum::eval
