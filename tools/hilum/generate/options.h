// The options of `hilum generate`.
#pragma once

#include <string>
#include <vector>

#include "hilum/generate.h"

#include "options/run_options.h"

namespace CLI {
class App;
}

namespace hilum::cli {

using runtime::kDefaultBundle;

struct GenerateCommand {
  GenerateOptions stage;  // but for what is told below
  bool greedy = false, sampling = false;
  bool no_similar = false;
  std::string priors = "auto";

  std::vector<std::string> inputs;  // files, folders, or "-"
  StudyFiles study;                 // what goes with one image; `prior_report` is its file
  std::string format = "auto";
  ResumeOptions resume;
  int replicas = 0;  // 0: as many as processors
};

void add_generate_options(CLI::App& app, GenerateCommand& command);

// The stage's options with everything that was said. kUsage when it contradicts itself.
Result<GenerateOptions> stage_options(const GenerateCommand& command);

}  // namespace hilum::cli
