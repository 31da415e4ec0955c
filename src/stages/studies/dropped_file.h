// The file of what a data set's reader left out, and why: JSON Lines with what, reason, dropped and detail.
// What a filter of the user asked for is not in it. Not thread-safe.
#pragma once

#include <memory>
#include <string>

#include "hilum/datasets.h"
#include "hilum/streams.h"

namespace hilum::stages {

class DroppedFile {
 public:
  Status open(const std::string& path);  // "": nothing is written
  void add(const datasets::Note& note);
  Status close();  // also the first error of an `add`

 private:
  std::unique_ptr<Sink> file_;
  Status status_;
};

}  // namespace hilum::stages
