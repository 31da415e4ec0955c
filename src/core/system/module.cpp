#include "core/system/module.h"

#include <cstdlib>
#include <filesystem>
#include <map>
#include <mutex>
#include <vector>

#include <dlfcn.h>

#include "core/system/build_info.h"

namespace hilum {
namespace fs = std::filesystem;
namespace {

std::vector<fs::path> module_folders() {
  if (const char* folder = std::getenv("HILUM_MODULE_DIR"); folder != nullptr && *folder != '\0')
    return {folder};
  std::error_code ignored;
  const fs::path bin = fs::read_symlink("/proc/self/exe", ignored).parent_path();
  std::vector<fs::path> folders;
  // <prefix>/bin/hilum, <build>/bin/hilum and <build>/tests/unit/<layer>/test_<layer>
  for (fs::path up = bin; up.has_relative_path() && folders.size() < 5; up = up.parent_path()) {
    folders.push_back(up / "lib" / "hilum");
  }
  folders.emplace_back(build_info().module_dir);
  return folders;
}

Result<const void*> open_uncached(const std::string& name, std::uint32_t abi_version) {
  const std::string file = "libhilum_" + name + ".so";
  std::string tried;
  for (const fs::path& folder : module_folders()) {
    std::error_code ignored;
    const fs::path path = folder / file;
    if (!fs::exists(path, ignored)) {
      tried += (tried.empty() ? "" : ", ") + folder.string();
      continue;
    }
    void* handle = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr)
      return Status(ErrorCode::kModuleMissing, std::string("cannot open ") + ::dlerror());
    using Entry = const void* (*)(std::uint32_t);
    const auto entry = reinterpret_cast<Entry>(::dlsym(handle, "hilum_module_v1"));
    const void* table = entry == nullptr ? nullptr : entry(abi_version);
    if (table == nullptr) {
      return Status(ErrorCode::kModuleMissing,
                    path.string() + ": does not speak interface version " + std::to_string(abi_version));
    }
    return table;
  }
  return Status(ErrorCode::kModuleMissing, file + ": in none of " + tried);
}

}  // namespace

Result<const void*> open_module(const std::string& name, std::uint32_t abi_version) {
  static std::mutex mutex;
  static std::map<std::string, const void*> opened;
  const std::lock_guard<std::mutex> lock(mutex);
  const std::string key = name + "/" + std::to_string(abi_version);
  if (const auto found = opened.find(key); found != opened.end()) return found->second;
  HILUM_ASSIGN(const void* table, open_uncached(name, abi_version));
  opened[key] = table;
  return table;
}

}  // namespace hilum
