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

// The file to go on with; null without --resume.
Result<std::unique_ptr<ResumeFile>> open_resume(const ResumeOptions& options);

// Logs what the stage has to say of the run, and returns the run's status.
Status finish_run(const Stage& stage, const RunCounts& counts);

}  // namespace hilum::cli
