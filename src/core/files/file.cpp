#include "core/files/file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/system/build_info.h"

namespace hilum {
namespace fs = std::filesystem;

namespace {

// Reads until the end or until more than `stop_after` bytes are there.
Result<std::string> read_up_to(const std::string& path, std::size_t stop_after) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    const ErrorCode code =
        errno == ENOENT || errno == ENOTDIR ? ErrorCode::kFileNotFound : ErrorCode::kFileUnreadable;
    return Status(code, path + ": " + std::strerror(errno));
  }
  std::string bytes;
  struct stat info = {};
  if (::fstat(fd, &info) == 0 && S_ISDIR(info.st_mode)) {
    ::close(fd);
    return Status(ErrorCode::kFileUnreadable, path + ": is a folder");
  }
  const auto size = static_cast<std::size_t>(info.st_size > 0 ? info.st_size : 0);
  bytes.reserve(std::min(size, stop_after) + 1);
  std::array<char, 1u << 16> buffer{};
  while (bytes.size() <= stop_after) {
    const ssize_t n = ::read(fd, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      const Status status(ErrorCode::kFileUnreadable, path + ": " + std::strerror(errno));
      ::close(fd);
      return status;
    }
    if (n == 0) break;
    bytes.append(buffer.data(), static_cast<std::size_t>(n));
  }
  ::close(fd);
  return bytes;
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::size_t max_bytes) {
  HILUM_ASSIGN(std::string bytes, read_up_to(path, max_bytes));
  if (bytes.size() > max_bytes) {
    return Status(ErrorCode::kTooLarge, path + ": more than " + std::to_string(max_bytes) + " bytes");
  }
  return bytes;
}

Result<std::string> read_file_start(const std::string& path, std::size_t count) {
  HILUM_ASSIGN(std::string bytes, read_up_to(path, count));
  bytes.resize(std::min(bytes.size(), count));
  return bytes;
}

Status write_file(const std::string& path, std::string_view bytes) {
  const std::string temporary = path + ".tmp" + std::to_string(::getpid());
  const auto fail = [&](const char* reason) {
    ::unlink(temporary.c_str());
    return Status(ErrorCode::kOutputFailed, path + ": " + reason);
  };
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0) return fail(std::strerror(errno));
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t n = ::write(fd, bytes.data() + done, bytes.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      const int reason = errno;
      ::close(fd);
      return fail(std::strerror(reason));
    }
    done += static_cast<std::size_t>(n);
  }
  if (::close(fd) != 0) return fail(std::strerror(errno));
  if (::rename(temporary.c_str(), path.c_str()) != 0) return fail(std::strerror(errno));
  return Status::ok();
}

Result<std::string> find_data(const std::string& relative) {
  std::vector<fs::path> roots;
  if (const char* root = std::getenv("HILUM_DATA_DIR"); root != nullptr && *root != '\0') {
    roots.emplace_back(root);
  } else {
    std::error_code ignored;
    const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
    // <checkout>/build/<preset>/bin/hilum, <checkout>/build/<preset>/tests/x/y and <prefix>/bin/hilum.
    fs::path folder = program.parent_path();
    for (int up = 0; up < 6 && folder.has_relative_path(); ++up, folder = folder.parent_path()) {
      roots.push_back(folder);
      roots.push_back(folder / "share" / "hilum");
    }
    roots.emplace_back(build_info().data_dir);
  }
  std::string tried;
  for (const fs::path& root : roots) {
    std::error_code ignored;
    const fs::path candidate = root / relative;
    if (fs::exists(candidate, ignored)) return candidate.string();
    tried += (tried.empty() ? "" : ", ") + root.string();
  }
  return Status(ErrorCode::kFileNotFound, relative + ": in none of " + tried);
}

}  // namespace hilum
