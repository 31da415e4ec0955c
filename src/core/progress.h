// A progress line on standard error: only when it is a terminal and not asked to be quiet. Not thread-safe.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <ostream>
#include <string>

#include "hilum/streams.h"

namespace hilum {

class Progress {
 public:
  // `what` names the unit ("studies"); `total` where it is known.
  Progress(const Streams& streams, bool quiet, std::string what,
           std::optional<std::size_t> total = std::nullopt);
  ~Progress();  // removes the line
  void update(std::size_t done, std::size_t failed);

 private:
  void draw(std::size_t done, std::size_t failed);
  std::ostream* err_ = nullptr;  // null: silent
  std::string what_;
  std::optional<std::size_t> total_;
  std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point last_;
  bool drawn_ = false;
};

}  // namespace hilum
