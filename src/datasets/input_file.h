// A file as a stream, gzip or not, told apart by content. Not thread-safe.
#pragma once

#include <istream>
#include <memory>
#include <string>

#include "hilum/status.h"

namespace hilum::datasets {

class InputFile {
 public:
  // kFileNotFound, kFileUnreadable.
  static Result<std::unique_ptr<InputFile>> open(const std::string& path);
  virtual ~InputFile() = default;

  std::istream& stream() { return *stream_; }
  // Ask when the stream has ended: a damaged or cut gzip file ends early, and an istream cannot say so.
  virtual Status status() const { return Status::ok(); }
  bool seekable() const { return seekable_; }

 protected:
  std::unique_ptr<std::istream> stream_;
  bool seekable_ = false;
};

// The whole of a stream decompressed, as a file that can be sought in; the same file when it can already.
Result<std::unique_ptr<InputFile>> make_seekable(std::unique_ptr<InputFile> file, const std::string& path);

}  // namespace hilum::datasets
