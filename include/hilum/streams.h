// The world outside a command: its standard streams and what is known of them. Passed down, never global, so
// that a test can give a command any input, a terminal that is none, or a disk that is full.
#pragma once

#include <istream>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>

#include "hilum/status.h"

// Where bytes of output go. A sink tells a reader that left (ErrorCode::kPipeClosed, no error for us) from a
// disk that is full (kOutputFailed): an ostream reports both alike, and data would be lost in silence. Not
// thread-safe; one writer at a time.
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

namespace hilum {

enum class ColorChoice { kAuto, kAlways, kNever };

struct Streams {
  std::istream* in = nullptr;
  Sink* out = nullptr;
  std::ostream* err = nullptr;
  bool in_is_terminal = false;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  bool color_out = false;  // colour on `out`
  bool color_err = false;
};

// The process's own streams. Reading standard input stops (end of file) once a signal asked us to.
// NO_COLOR (present and not empty) and TERM=dumb switch colour off under kAuto.
class StandardStreams {
 public:
  explicit StandardStreams(ColorChoice color = ColorChoice::kAuto);
  ~StandardStreams();
  Streams& get() { return streams_; }
  void set_color(ColorChoice color);

 private:
  std::unique_ptr<std::streambuf> in_buffer_;
  std::unique_ptr<std::istream> in_;
  std::unique_ptr<Sink> out_;
  Streams streams_;
};

}  // namespace hilum
