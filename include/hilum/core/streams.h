// The world outside a command: its standard streams and what is known of them. Passed down, never global, so
// that a test can give a command any input, a terminal that is none, or a disk that is full.
#pragma once

#include <istream>
#include <memory>
#include <ostream>
#include <string>

#include "hilum/core/sink.h"

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
