#include "options/run_options.h"

#include <algorithm>

#include <CLI/CLI.hpp>

#include "core/log.h"
#include "core/system/cpu.h"

namespace hilum::cli {

void add_resume_options(CLI::App& app, ResumeOptions& options) {
  CLI::Option* resume =
      app.add_option("--resume", options.path, "Append to this file; skip the ids that it has finished");
  app.add_flag("--keep-failed", options.keep_failed,
               "With --resume: leave the records that failed as they are, do not try them again")
      ->needs(resume);
}

StageThreads stage_threads(const std::string& device, int replicas) {
  const int cpus = usable_cpus();
  return {replicas > 0 ? replicas : device == "cuda" ? 1 : cpus, std::max(1, cpus / 2)};
}

Result<std::unique_ptr<ResumeFile>> open_resume(const ResumeOptions& options) {
  if (options.path.empty()) return std::unique_ptr<ResumeFile>();
  return ResumeFile::open(options.path, options.keep_failed);
}

Status finish_run(const Stage& stage, const RunCounts& counts) {
  for (const std::string& said : stage.warnings()) log_warn(stage.info().name + ": " + said);
  return counts.status();
}

}  // namespace hilum::cli
