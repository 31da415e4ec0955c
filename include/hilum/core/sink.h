// Where bytes of output go. A sink tells a reader that left (ErrorCode::kPipeClosed, no error for us) from a
// disk that is full (kOutputFailed): an ostream reports both alike, and data would be lost in silence. Not
// thread-safe; one writer at a time.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "hilum/core/status.h"

namespace hilum {

class Sink {
 public:
  virtual ~Sink() = default;
  virtual Status write(std::string_view bytes) = 0;
  // Hands everything written so far to the system. Call it at the end: a full disk often shows only here.
  virtual Status flush() = 0;
};

// Buffers and writes to a file descriptor. `name` is used in messages ("standard output").
// Flushes each line by itself when `line_buffered`. The descriptor stays the caller's.
std::unique_ptr<Sink> make_fd_sink(int fd, std::string name, bool line_buffered);

// Opens `path` for appending or, with `truncate`, empties it first; closes it on destruction.
Result<std::unique_ptr<Sink>> open_file_sink(const std::string& path, bool truncate);

// Collects what is written; for tests and for rendering into memory.
class StringSink : public Sink {
 public:
  Status write(std::string_view bytes) override {
    text_.append(bytes);
    return Status::ok();
  }
  Status flush() override { return Status::ok(); }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace hilum
