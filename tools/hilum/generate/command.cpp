// hilum generate: reports for chest X-rays.
#include "app/command.h"

#include <algorithm>
#include <filesystem>
#include <memory>

#include <CLI/CLI.hpp>

#include "core/log.h"
#include "core/system/cpu.h"
#include "generate/options.h"
#include "generate/source.h"
#include "generate/text.h"
#include "run/batch_loop.h"
#include "runtime/models/model.h"
#include "stages/generate/stage.h"

namespace hilum::cli {
namespace {

RecordWriter text_writer(Streams& streams) {
  return {
      [&streams](const Json& record) { return streams.out->write(generate_text(record, streams.color_out)); },
      [&streams] { return streams.out->flush(); }};
}

Status run_generate(const GenerateCliOptions& options, Context& context) {
  HILUM_ASSIGN(const RecordSource source, generate_source(options, context.streams, context.quiet));
  HILUM_ASSIGN(const std::string folder, runtime::find_bundle(options.bundle));
  HILUM_ASSIGN(const runtime::Bundle bundle, runtime::Bundle::open(folder));
  HILUM_ASSIGN(const GenerateStageOptions stage_settings, stage_options(options, bundle.manifest()));
  runtime::ModelOptions model_options;
  model_options.device = options.device;
  model_options.predictions_only = options.predictions_only;
  if (!options.attention_folder.empty()) {
    std::error_code failed;
    std::filesystem::create_directories(options.attention_folder, failed);
    if (failed) return Status(ErrorCode::kOutputFailed, options.attention_folder + ": " + failed.message());
  }
  HILUM_ASSIGN(auto model, runtime::Model::open(bundle, model_options));
  HILUM_ASSIGN(const GenerateStage stage, GenerateStage::make(std::move(model), bundle, stage_settings));

  BatchLoopOptions loop;
  loop.stage = "generate";
  loop.resume_path = options.resume;
  loop.quiet = context.quiet;
  loop.batch = options.batch;
  const int cpus = usable_cpus();
  loop.replicas = options.replicas > 0       ? options.replicas
                  : options.device == "cuda" ? 1
                                             : std::max(1, cpus / options.threads);
  loop.loaders = options.device == "cuda" ? std::max(1, cpus - 1) : std::max(1, cpus / 2);
  if (loop.replicas * options.threads > cpus) {
    log_warn(std::to_string(loop.replicas) + " replicas of " + std::to_string(options.threads) +
             " threads on " + std::to_string(cpus) + " processors: expect it to be slower, not faster");
  }
  const bool text = options.format == "text" || (options.format == "auto" && context.streams.out_is_terminal);
  const RecordWriter writer = text ? text_writer(context.streams) : jsonl_record_writer(*context.streams.out);
  HILUM_ASSIGN(const RecordCounts counts,
               run_batch_loop(context.streams, loop, source, writer, stage.functions()));
  if (counts.failed > 0 && !context.quiet)
    *context.streams.err << "hilum generate: " << counts.to_string("studies") << "\n";
  return counts.status();
}

}  // namespace

Command make_generate_command() {
  return {
      "generate", "Write a report for chest X-rays", "Reports", [](CLI::App& app) -> Run {
        auto options = std::make_shared<GenerateCliOptions>();
        add_generate_options(app, *options);
        app.footer(
            "  hilum generate chest.dcm --indication \"62F, cough and fever\"\n"
            "  hilum generate chest.png --views lateral.png --prior-image old.png --prior-report old.txt\n"
            "  hilum generate studies/ --resume reports.jsonl\n"
            "  hilum studies /data/mimic-cxr-jpg --split test | hilum generate --resume reports.jsonl\n\n"
            "A folder is read as hilum studies reads it: one study a folder or StudyInstanceUID, priors by "
            "date.\n"
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
