// What commands that run a stage over records have in common: where to go on, and what is said at the end.
#pragma once

#include <memory>
#include <string>

#include "hilum/run.h"

#include "app/command.h"

namespace hilum::cli {

struct ResumeOptions {
  std::string path;  // "": none
  bool keep_failed = false;
};

// Adds --resume and --keep-failed.
void add_resume_options(CLI::App& app, ResumeOptions& options);

// How many batches run, and how many records are read, at the same time. `replicas` 0: one a processor, or
// one in all on a GPU.
struct StageThreads {
  int replicas = 1;
  int loaders = 1;
};
StageThreads stage_threads(const std::string& device, int replicas = 0);

// The file to go on with; null without --resume.
Result<std::unique_ptr<ResumeFile>> open_resume(const ResumeOptions& options);

// Logs what the stage has to say of the run, and returns the run's status.
Status finish_run(const Stage& stage, const RunCounts& counts);

}  // namespace hilum::cli
