// JSON Lines in and out, one study record a line. Not thread-safe.
#pragma once

#include <cstddef>
#include <istream>
#include <optional>
#include <string>

#include "hilum/json.h"
#include "hilum/streams.h"

namespace hilum {

inline constexpr std::size_t kMaxLineBytes = 64u << 20;

// Reads line after line; blank lines are skipped. A bad line (not JSON, not an object, too long, not UTF-8)
// is an error for that line only: call next() again for the one after it.
class JsonlReader {
 public:
  explicit JsonlReader(std::istream& in, std::size_t max_line_bytes = kMaxLineBytes);
  // The next record; an empty optional at the end.
  Result<std::optional<Json>> next();
  std::size_t line_number() const { return line_number_; }  // of the line last returned, from 1

 private:
  std::istream& in_;
  std::size_t max_line_bytes_;
  std::size_t line_number_ = 0;
};

Status write_jsonl(Sink& out, const Json& record);

}  // namespace hilum
