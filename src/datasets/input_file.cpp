#include "datasets/input_file.h"

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <streambuf>
#include <vector>

#include <zlib.h>

namespace hilum::datasets {
namespace {

constexpr std::size_t kBufferBytes = 256u << 10;

class GzipBuffer : public std::streambuf {
 public:
  GzipBuffer(gzFile file, std::string path) : file_(file), path_(std::move(path)), buffer_(kBufferBytes) {}
  ~GzipBuffer() override { gzclose(file_); }
  GzipBuffer(const GzipBuffer&) = delete;
  GzipBuffer& operator=(const GzipBuffer&) = delete;

  const Status& status() const { return status_; }

 protected:
  int_type underflow() override {
    const int n = gzread(file_, buffer_.data(), static_cast<unsigned>(buffer_.size()));
    int code = Z_OK;
    const char* reason = gzerror(file_, &code);
    // A file cut inside a block is only told apart from its end by the error left behind.
    if (n < 0 || (n == 0 && code != Z_OK && code != Z_STREAM_END)) {
      status_ = {ErrorCode::kFileUnreadable,
                 path_ + ": gzip: " + (code == Z_ERRNO ? std::strerror(errno) : reason)};
      return traits_type::eof();
    }
    if (n == 0) return traits_type::eof();
    setg(buffer_.data(), buffer_.data(), buffer_.data() + n);
    return traits_type::to_int_type(*gptr());
  }

 private:
  gzFile file_;
  std::string path_;
  std::vector<char> buffer_;
  Status status_;
};

class GzipFile : public InputFile {
 public:
  GzipFile(gzFile file, const std::string& path) : buffer_(file, path) {
    stream_ = std::make_unique<std::istream>(&buffer_);
  }
  Status status() const override { return buffer_.status(); }

 private:
  GzipBuffer buffer_;
};

class PlainFile : public InputFile {
 public:
  PlainFile() : buffer_(kBufferBytes) {}
  bool open(const std::string& path) {
    auto file = std::make_unique<std::ifstream>();
    file->rdbuf()->pubsetbuf(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    file->open(path, std::ios::binary);
    const bool good = file->good();
    stream_ = std::move(file);
    seekable_ = true;
    return good;
  }
  ~PlainFile() override { stream_.reset(); }  // before the buffer it reads into

 private:
  std::vector<char> buffer_;
};

class MemoryFile : public InputFile {
 public:
  explicit MemoryFile(std::string bytes) {
    stream_ = std::make_unique<std::istringstream>(std::move(bytes), std::ios::binary);
    seekable_ = true;
  }
};

}  // namespace

Result<std::unique_ptr<InputFile>> InputFile::open(const std::string& path) {
  std::error_code error;
  const auto kind = std::filesystem::status(path, error);
  if (!std::filesystem::exists(kind)) return Status(ErrorCode::kFileNotFound, path + ": no such file");
  if (std::filesystem::is_directory(kind)) return Status(ErrorCode::kFileUnreadable, path + ": is a folder");
  auto plain = std::make_unique<PlainFile>();
  if (!plain->open(path)) return Status(ErrorCode::kFileUnreadable, path + ": " + std::strerror(errno));
  unsigned char magic[2] = {0, 0};
  plain->stream().read(reinterpret_cast<char*>(magic), 2);
  if (plain->stream().gcount() == 2 && magic[0] == 0x1f && magic[1] == 0x8b) {
    gzFile file = gzopen(path.c_str(), "rb");
    if (file == nullptr) return Status(ErrorCode::kFileUnreadable, path + ": " + std::strerror(errno));
    gzbuffer(file, static_cast<unsigned>(kBufferBytes));
    return std::unique_ptr<InputFile>(std::make_unique<GzipFile>(file, path));
  }
  plain->stream().clear();
  plain->stream().seekg(0);
  return std::unique_ptr<InputFile>(std::move(plain));
}

Result<std::unique_ptr<InputFile>> make_seekable(std::unique_ptr<InputFile> file, const std::string& path) {
  if (file->seekable()) return file;
  std::ostringstream bytes;
  bytes << file->stream().rdbuf();
  if (const Status status = file->status(); !status.is_ok()) return status.at(path);
  return std::unique_ptr<InputFile>(std::make_unique<MemoryFile>(bytes.str()));
}

}  // namespace hilum::datasets
