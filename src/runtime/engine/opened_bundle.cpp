#include "runtime/engine/opened_bundle.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "core/text/text.h"
#include "runtime/roles/role.h"

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

Status OpenedBundle::open(const Bundle& bundle, const std::string& device) {
  HILUM_ASSIGN(table_, torch_table());
  const std::string version = table_->version();
  const std::string& needed = bundle.manifest().min_libtorch;
  if (!version_reaches(version, needed)) {
    return {ErrorCode::kBundleTooNew,
            bundle.folder() + ": the bundle needs LibTorch " + needed + ", this is " + version};
  }
  if (device == "cuda" && table_->cuda_devices() == 0) {
    return Status(ErrorCode::kConfig, "setting 'device': LibTorch " + version + " sees no CUDA device here")
        .with_remedy("cpu runs everywhere");
  }
  manifest_ = bundle.manifest();
  identity_ = bundle.identity();
  device_ = device;
  engine_ = "LibTorch " + version + ", " + device;
  return Status::ok();
}

Status OpenedBundle::open_role(const Bundle& bundle, const char* role,
                               std::optional<TorchScript>& out) const {
  const BundleFile* file = bundle.manifest().file_of_role(role);
  if (file == nullptr) return Status::ok();
  HILUM_ASSIGN(const std::string bytes, bundle.read(*file));
  HILUM_ASSIGN(TorchScript script, TorchScript::load(bytes, device_, role));
  for (const Method& method : find_role(role)->methods) {
    if (!script.has(method.name)) {
      return {ErrorCode::kBundleInvalid,
              std::string(role) + ": the module has no method '" + method.name + "'"};
    }
  }
  out.emplace(std::move(script));
  return Status::ok();
}

Status check_role(const Bundle& bundle, const char* role, const char* does) {
  if (bundle.manifest().file_of_role(role) != nullptr) return Status::ok();
  return {ErrorCode::kBundleInvalid,
          bundle.folder() + ": the bundle has no '" + role + "' and so cannot " + does};
}

}  // namespace hilum::runtime
