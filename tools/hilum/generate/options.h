// The options of `hilum generate`, and what they make of a bundle's defaults.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "stages/generate/stage.h"

namespace CLI {
class App;
}

namespace hilum::cli {

inline constexpr const char* kDefaultBundle = "hilum-base";

struct GenerateCliOptions {
  std::vector<std::string> inputs;  // files, one folder, or "-"
  std::string bundle = kDefaultBundle;
  std::string device = "cpu";
  std::string indication;
  std::string prior_image;
  std::string prior_report;  // a file of text
  std::vector<std::string> views;
  std::string resume;
  std::string format = "auto";
  bool attention = false;
  std::string attention_folder;  // "": no pictures
  std::optional<double> abstain;
  bool predictions_only = false;
  bool no_similar = false;

  std::optional<int> beam, max_tokens, min_tokens, no_repeat_ngram, top_k;
  std::optional<double> temperature, top_p;
  bool greedy = false;
  bool sampling = false;
  int samples = 0;
  std::uint64_t seed = 0;
  std::vector<std::string> forbid, require;
  std::string priors = "auto";

  int replicas = 0;  // 0: as many as processors
  int threads = 1;
  int batch = 8;
};

void add_generate_options(CLI::App& app, GenerateCliOptions& options);

// The bundle's decoding defaults with what the command line says on top; kUsage when that is impossible.
Result<GenerateStageOptions> stage_options(const GenerateCliOptions& options,
                                           const runtime::Manifest& manifest);

}  // namespace hilum::cli
