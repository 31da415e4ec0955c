#include "core/files/mapped_file.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hilum {

Result<MappedFile> MappedFile::open(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    const ErrorCode code = errno == ENOENT ? ErrorCode::kFileNotFound : ErrorCode::kFileUnreadable;
    return Status(code, path + ": " + std::strerror(errno));
  }
  struct stat info = {};
  MappedFile file;
  void* memory = nullptr;
  if (::fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_size > 0) {
    file.size_ = static_cast<std::size_t>(info.st_size);
    memory = ::mmap(nullptr, file.size_, PROT_READ, MAP_PRIVATE, fd, 0);
  }
  const int reason = errno;
  ::close(fd);
  if (!S_ISREG(info.st_mode)) return Status(ErrorCode::kFileUnreadable, path + ": is no file");
  if (memory == MAP_FAILED) {
    file.size_ = 0;
    return Status(ErrorCode::kFileUnreadable, path + ": " + std::strerror(reason));
  }
  file.data_ = static_cast<const char*>(memory);
  return file;
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

MappedFile::~MappedFile() {
  if (size_ > 0) ::munmap(const_cast<char*>(data_), size_);
}

}  // namespace hilum
