#include "runtime/engine/torch_engine.h"

#include <algorithm>
#include <vector>

#include "core/text/text.h"

namespace hilum::runtime {
namespace {

// Whether version `have` is at least `need`, number by number ("1.13" against "2.13.0+cpu").
bool version_reaches(const std::string& have, const std::string& need) {
  const auto numbers = [](const std::string& text) {
    std::vector<long> out;
    for (const std::string& part : split(text, '.')) out.push_back(std::strtol(part.c_str(), nullptr, 10));
    return out;
  };
  const std::vector<long> a = numbers(have);
  const std::vector<long> b = numbers(need);
  return !std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end());
}

}  // namespace

Result<TorchEngine> open_engine(const Bundle& bundle, const std::string& device) {
  TorchEngine engine;
  HILUM_ASSIGN(engine.table, torch_table());
  const std::string version = engine.table->version();
  const std::string& needed = bundle.manifest().min_libtorch;
  if (!version_reaches(version, needed)) {
    return Status(ErrorCode::kBundleTooNew,
                  bundle.folder() + ": the bundle needs LibTorch " + needed + ", this is " + version);
  }
  if (device == "cuda" && engine.table->cuda_devices() == 0) {
    return Status(ErrorCode::kConfig, "setting 'device': LibTorch " + version + " sees no CUDA device here")
        .with_remedy("cpu runs everywhere");
  }
  engine.name = "LibTorch " + version + ", " + device;
  return engine;
}

Status open_script(const Bundle& bundle, const char* role, const std::string& device,
                   std::initializer_list<const char*> methods, std::optional<TorchScript>& out) {
  const BundleFile* file = bundle.manifest().file_of_role(role);
  if (file == nullptr) return Status::ok();
  HILUM_ASSIGN(const std::string bytes, bundle.read(*file));
  HILUM_ASSIGN(TorchScript script, TorchScript::load(bytes, device, role));
  for (const char* method : methods) {
    if (!script.has(method)) {
      return {ErrorCode::kBundleInvalid, std::string(role) + ": the module has no method '" + method + "'"};
    }
  }
  out.emplace(std::move(script));
  return Status::ok();
}

}  // namespace hilum::runtime
