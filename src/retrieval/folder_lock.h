// One writer of a folder at a time, and a new folder in its place in one step. Not thread-safe.
#pragma once

#include <string>

#include "hilum/status.h"

namespace hilum::retrieval {

class FolderLock {
 public:
  // kIndexInvalid when there is no such folder, kOutputFailed while another process holds its lock. The lock
  // goes with the object, or with the process.
  static Result<FolderLock> take(const std::string& folder);
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock();

  // Its path without links, "." and a closing slash.
  const std::string& folder() const { return folder_; }

  // A name for a folder of this process beside it: "train.hidx.new123".
  std::string beside(const std::string& what) const;

  // The folder and `other` change places. kOutputFailed.
  Status exchange(const std::string& other) const;

 private:
  FolderLock(std::string folder, int handle) : folder_(std::move(folder)), handle_(handle) {}
  std::string folder_;
  int handle_ = -1;
};

}  // namespace hilum::retrieval
