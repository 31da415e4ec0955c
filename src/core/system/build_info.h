// What this build is: version, commit, compiler. Immutable; safe from any thread.
#pragma once

#include <string>

namespace hilum {

struct BuildInfo {
  std::string version;
  std::string commit;  // "unknown" when built outside a git checkout
  std::string compiler;
  std::string build_type;
  std::string module_dir;  // where installed run-time modules live
  std::string data_dir;    // where installed configs and models live
};

const BuildInfo& build_info();

}  // namespace hilum
