#include "hilum/streams.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <iostream>
#include <string_view>

#include <unistd.h>

#include "core/system/interrupt.h"

namespace hilum {
namespace {

// Reads a descriptor; a stop signal ends the input (the standard library's buffer would retry on EINTR for
// ever).
class FdInputBuffer : public std::streambuf {
 public:
  explicit FdInputBuffer(int fd) : fd_(fd) {}

 protected:
  int_type underflow() override {
    while (!stop_requested()) {
      const ssize_t n = ::read(fd_, buffer_.data(), buffer_.size());
      if (n > 0) {
        setg(buffer_.data(), buffer_.data(), buffer_.data() + n);
        return traits_type::to_int_type(*gptr());
      }
      if (n == 0 || errno != EINTR) break;
    }
    return traits_type::eof();
  }

 private:
  int fd_;
  std::array<char, 1u << 16> buffer_{};
};

bool wants_color(ColorChoice choice, bool is_terminal) {
  if (choice != ColorChoice::kAuto) return choice == ColorChoice::kAlways;
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  const bool refused = no_color != nullptr && *no_color != '\0';
  return is_terminal && !refused && term != nullptr && std::string_view(term) != "dumb";
}

}  // namespace

StandardStreams::StandardStreams(ColorChoice color)
    : in_buffer_(std::make_unique<FdInputBuffer>(STDIN_FILENO)),
      in_(std::make_unique<std::istream>(in_buffer_.get())) {
  streams_.in_is_terminal = ::isatty(STDIN_FILENO) == 1;
  streams_.out_is_terminal = ::isatty(STDOUT_FILENO) == 1;
  streams_.err_is_terminal = ::isatty(STDERR_FILENO) == 1;
  out_ = make_fd_sink(STDOUT_FILENO, "standard output", streams_.out_is_terminal);
  streams_.in = in_.get();
  streams_.out = out_.get();
  streams_.err = &std::cerr;
  set_color(color);
}

StandardStreams::~StandardStreams() = default;

void StandardStreams::set_color(ColorChoice color) {
  streams_.color_out = wants_color(color, streams_.out_is_terminal);
  streams_.color_err = wants_color(color, streams_.err_is_terminal);
}

}  // namespace hilum
