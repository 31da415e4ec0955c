#include "retrieval/folder_lock.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hilum::retrieval {
namespace {

namespace fs = std::filesystem;

Status failed(const std::string& folder, int error) {
  return {ErrorCode::kOutputFailed, folder + ": " + std::strerror(error)};
}

// Whether `path` still leads to what was opened: another writer may have put a new folder there since.
bool still_there(const std::string& path, int handle) {
  struct stat now {
  }, opened{};
  return ::stat(path.c_str(), &now) == 0 && ::fstat(handle, &opened) == 0 && now.st_dev == opened.st_dev &&
         now.st_ino == opened.st_ino;
}

}  // namespace

Result<FolderLock> FolderLock::take(const std::string& folder) {
  std::error_code error;
  const std::string path = fs::canonical(folder, error).string();
  if (error || !fs::is_directory(path, error))
    return Status(ErrorCode::kIndexInvalid, folder + ": is no index: no such folder");
  const int handle = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (handle < 0) return failed(folder, errno);
  FolderLock lock(path, handle);
  const bool mine = ::flock(handle, LOCK_EX | LOCK_NB) == 0;
  if (!mine && errno != EWOULDBLOCK) return failed(folder, errno);
  if (!mine || !still_there(path, handle))
    return Status(ErrorCode::kOutputFailed, folder + ": another process is adding to it; try again later");
  return lock;
}

FolderLock::FolderLock(FolderLock&& other) noexcept
    : folder_(std::move(other.folder_)), handle_(std::exchange(other.handle_, -1)) {}

FolderLock::~FolderLock() {
  if (handle_ >= 0) ::close(handle_);
}

std::string FolderLock::beside(const std::string& what) const {
  return folder_ + "." + what + std::to_string(::getpid());
}

Status FolderLock::exchange(const std::string& other) const {
  if (::renameat2(AT_FDCWD, other.c_str(), AT_FDCWD, folder_.c_str(), RENAME_EXCHANGE) == 0)
    return Status::ok();
  if (errno != EINVAL && errno != ENOSYS) return failed(folder_, errno);
  // A file system that cannot do it in one step: for a moment there is no folder of this name.
  const std::string old = beside("old");
  if (::rename(folder_.c_str(), old.c_str()) != 0) return failed(folder_, errno);
  if (::rename(other.c_str(), folder_.c_str()) != 0) {
    const Status status = failed(folder_, errno);
    ::rename(old.c_str(), folder_.c_str());
    return status;
  }
  return ::rename(old.c_str(), other.c_str()) == 0 ? Status::ok() : failed(old, errno);
}

}  // namespace hilum::retrieval
