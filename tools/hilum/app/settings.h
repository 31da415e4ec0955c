// Settings that are no flags: from the environment and from configuration files.
//
//   HILUM_GENERATE_BEAM=5         --beam of `hilum generate`; HILUM_INDEX_BUILD_KIND: of `hilum index build`
//   HILUM_LOG_LEVEL=info          --log-level, which belongs to the program
//   HILUM_DEVICE, HILUM_THREADS   what means the same in every command that has it
//
// Both are defaults: one that cannot be used beside the flags given (--device where no model is used) is
// ignored, where a flag would be refused.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "hilum/status.h"

namespace CLI {
class App;
}

namespace hilum::cli {

class Defaults {
 public:
  // Makes `app` read configuration files as said above; `app` must outlive this.
  explicit Defaults(CLI::App& app);

  // `args` with what the environment sets inserted behind the command's name, unless the flag is given.
  // kConfig, with the right name where there is one, for a HILUM_ variable that is no setting.
  Result<std::vector<std::string>> with_environment(const std::vector<std::string>& args,
                                                    const std::vector<std::string>& environment);

  // What was ignored and why, for people.
  const std::vector<std::string>& ignored() const { return *ignored_; }

 private:
  const CLI::App& app_;
  std::shared_ptr<std::vector<std::string>> ignored_;
};

}  // namespace hilum::cli
