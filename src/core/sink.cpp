#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

#include "hilum/streams.h"

namespace hilum {
namespace {

constexpr std::size_t kBufferBytes = 1u << 16;

class FdSink : public Sink {
 public:
  FdSink(int fd, std::string name, bool line_buffered, bool owns)
      : fd_(fd), name_(std::move(name)), line_buffered_(line_buffered), owns_(owns) {}

  ~FdSink() override {
    (void)drain();
    if (owns_) ::close(fd_);
  }

  Status write(std::string_view bytes) override {
    buffer_.append(bytes);
    const bool line_ends = line_buffered_ && bytes.find('\n') != std::string_view::npos;
    if (buffer_.size() >= kBufferBytes || line_ends) return drain();
    return failed_;
  }

  Status flush() override { return drain(); }

 private:
  Status drain() {
    if (!failed_.is_ok()) {
      buffer_.clear();
      return failed_;
    }
    std::size_t done = 0;
    while (done < buffer_.size()) {
      const ssize_t n = ::write(fd_, buffer_.data() + done, buffer_.size() - done);
      if (n >= 0) {
        done += static_cast<std::size_t>(n);
        continue;
      }
      if (errno == EINTR) continue;
      failed_ = errno == EPIPE ? Status(ErrorCode::kPipeClosed, name_ + ": the reader left")
                               : Status(ErrorCode::kOutputFailed, name_ + ": " + std::strerror(errno));
      buffer_.clear();
      return failed_;
    }
    buffer_.clear();
    return Status::ok();
  }

  int fd_;
  std::string name_;
  bool line_buffered_;
  bool owns_;
  std::string buffer_;
  Status failed_;
};

}  // namespace

std::unique_ptr<Sink> make_fd_sink(int fd, std::string name, bool line_buffered) {
  return std::make_unique<FdSink>(fd, std::move(name), line_buffered, false);
}

Result<std::unique_ptr<Sink>> open_file_sink(const std::string& path, bool truncate) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | (truncate ? O_TRUNC : O_APPEND), 0666);
  if (fd < 0) return Status(ErrorCode::kOutputFailed, path + ": " + std::strerror(errno));
  return std::unique_ptr<Sink>(std::make_unique<FdSink>(fd, path, true, true));
}

}  // namespace hilum
