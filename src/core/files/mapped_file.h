// A file mapped read-only into memory. Movable, not copyable; safe to read from any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "hilum/status.h"

namespace hilum {

class MappedFile {
 public:
  MappedFile() = default;
  // An empty file maps to an empty view. kFileNotFound or kFileUnreadable on failure.
  static Result<MappedFile> open(const std::string& path);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();

  const char* data() const { return data_; }
  std::size_t size() const { return size_; }
  std::string_view view() const { return {data_, size_}; }

 private:
  const char* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace hilum
