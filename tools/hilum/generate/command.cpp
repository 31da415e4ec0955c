// hilum generate: reports for chest X-rays.
#include "app/command.h"

#include <algorithm>
#include <filesystem>
#include <memory>

#include <CLI/CLI.hpp>

#include "hilum/generate.h"
#include "hilum/run.h"

#include "core/log.h"
#include "core/system/cpu.h"
#include "core/text/text.h"
#include "generate/options.h"
#include "generate/source.h"
#include "generate/text.h"
#include "options/dry_run.h"
#include "stages/studies/counts.h"

namespace hilum::cli {
namespace {

class TextWriter : public Writer {
 public:
  explicit TextWriter(Streams& streams) : streams_(streams) {}
  Status write(const Item& item) override {
    return streams_.out->write(generate_text(item.record(), streams_.color_out));
  }
  Status flush() override { return streams_.out->flush(); }

 private:
  Streams& streams_;
};

std::unique_ptr<Writer> output_writer(const std::string& format, Streams& streams) {
  const bool text = format == "text" || (format == "auto" && streams.out_is_terminal);
  return text ? std::make_unique<TextWriter>(streams) : jsonl_writer(*streams.out);
}

RunOptions run_options(const GenerateCommand& command) {
  RunOptions run;
  run.unit = "studies";
  run.batch = command.stage.batch;
  const int cpus = usable_cpus();
  const int threads = command.stage.threads;
  const bool cuda = command.stage.device == "cuda";
  run.replicas = command.replicas > 0 ? command.replicas : cuda ? 1 : std::max(1, cpus / threads);
  run.loaders = cuda ? std::max(1, cpus - 1) : std::max(1, cpus / 2);
  if (run.replicas * threads > cpus) {
    log_warn(std::to_string(run.replicas) + " replicas of " + std::to_string(threads) + " threads on " +
             std::to_string(cpus) + " processors: expect it to be slower, not faster");
  }
  return run;
}

Status make_folder(const std::string& folder) {
  if (folder.empty()) return Status::ok();
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  return failed ? Status(ErrorCode::kOutputFailed, folder + ": " + failed.message()) : Status::ok();
}

Status no_study(const GenerateCommand& command, const stages::StudyCounts& counts) {
  const std::string reasons = counts.reasons();
  return {ErrorCode::kNoInput,
          join(command.inputs, ", ") + ": no study" + (reasons.empty() ? "" : ": " + reasons)};
}

Status run_generate(const GenerateCommand& command, Context& context) {
  Streams& streams = context.streams;
  HILUM_ASSIGN(const GenerateOptions options, stage_options(command));
  HILUM_ASSIGN(const GenerateSource source, generate_source(command, streams));
  HILUM_ASSIGN(const std::unique_ptr<Stage> stage, make_generate_stage(options));
  if (context.dry_run) return say_plan(context, *stage, *source.records, command.resume.path);
  HILUM_RETURN_IF_ERROR(make_folder(options.attention_folder));
  RunOptions run = run_options(command);
  run.quiet = context.quiet;
  HILUM_ASSIGN(const std::unique_ptr<ResumeFile> resumed, open_resume(command.resume));
  run.resume = resumed.get();
  const std::unique_ptr<Writer> writer = output_writer(command.format, streams);
  Writer& out = resumed != nullptr ? *resumed : *writer;
  HILUM_ASSIGN(const RunCounts done, hilum::run(*stage, *source.records, out, run, streams));
  if (source.studies != nullptr && source.studies->records() == 0) return no_study(command, *source.studies);
  if (source.studies != nullptr && !context.quiet) *streams.err << source.studies->to_string();
  if (!context.quiet && done.failed > 0)
    *streams.err << "hilum generate: " << done.to_string("studies") << "\n";
  return finish_run(*stage, done);
}

}  // namespace

Command make_generate_command() {
  return {
      "generate", "Write a report for chest X-rays", "Reports", [](CLI::App& app) -> Run {
        auto options = std::make_shared<GenerateCommand>();
        add_generate_options(app, *options);
        app.footer(
            "  hilum generate chest.dcm --indication \"62F, cough and fever\"\n"
            "  hilum generate chest.png --views lateral.png --prior-image old.png --prior-report old.txt\n"
            "  hilum generate studies/ --resume reports.jsonl\n"
            "  hilum studies /data/mimic-cxr-jpg --split test | hilum generate --resume reports.jsonl\n\n"
            "Folders and data sets are read as hilum studies reads them: in a folder, one study a folder or\n"
            "StudyInstanceUID, priors by date.\n"
            "Every further input is optional; report.inputs says which were used and which were absent. "
            "With\n"
            "--samples N, report.agreement is the mean over all pairs of the N drawn reports of the F1 of "
            "their\n"
            "words, and each sentence's support is the share of them that hold it.\n"
            "--forbid compares text from the start of a word: \"mass\" also bars \"massive\". --require puts "
            "a\n"
            "phrase in where the model would end without it.\n"
            "Where the model is given no prior, words such as \"unchanged\" or \"compared\" are barred as "
            "whole\n"
            "words (configs/decode/prior_references.json); report.prior_references says so, and else which\n"
            "prior the report compares with.\n"
            "Confidence, for --abstain: how far a probability lies from its threshold, .5 on it, 1 at 0 or "
            "1.\n");
        return [options](Context& context) { return run_generate(*options, context); };
      }};
}

}  // namespace hilum::cli
