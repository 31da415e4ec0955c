// hilum studies: records of a data set or folder.
#include "app/command.h"

#include <memory>

#include <CLI/CLI.hpp>

#include "hilum/datasets.h"
#include "hilum/run.h"

#include "core/text/text.h"
#include "options/dry_run.h"
#include "options/renamed_option.h"
#include "options/run_options.h"
#include "stages/studies/source.h"
#include "stages/studies/stage.h"

namespace hilum::cli {
namespace {

using stages::StudyCounts;

struct Options {
  datasets::StudyOptions read;
  std::vector<std::string> paths;
  std::string unit = "study";
  std::string shard;
  std::string dropped;
  std::string resume;
  bool no_priors = false;
  bool no_check_files = false;
};

Status parse_shard(const std::string& text, datasets::StudyOptions& read) {
  if (text.empty()) return Status::ok();
  const std::vector<std::string> parts = split(text, '/');
  const auto number = [](const std::string& digits) -> std::uint32_t {
    const bool fits =
        !digits.empty() && digits.size() < 7 && digits.find_first_not_of("0123456789") == std::string::npos;
    return fits ? static_cast<std::uint32_t>(std::stoul(digits)) : 0;
  };
  if (parts.size() == 2) {
    read.shard = number(parts[0]);
    read.shard_count = number(parts[1]);
  }
  if (parts.size() != 2 || read.shard == 0 || read.shard_count == 0 || read.shard > read.shard_count) {
    return {ErrorCode::kUsage, "--shard is '" + text + "' and should be k/n, from 1/n to n/n"};
  }
  return Status::ok();
}

Status run(Context& context, const Options& options) {
  datasets::StudyOptions read = options.read;
  read.unit = options.unit == "image" ? datasets::Unit::kImage : datasets::Unit::kStudy;
  read.priors = !options.no_priors;
  read.check_files = !options.no_check_files;
  HILUM_RETURN_IF_ERROR(parse_shard(options.shard, read));

  HILUM_ASSIGN(const auto source,
               stages::StudyRecords::open({options.paths, read, context.dry_run ? "" : options.dropped, {}}));
  HILUM_ASSIGN(const auto stage, stages::make_studies_stage(read));
  if (context.dry_run) return say_plan(context, *stage, *source, options.resume);
  RunOptions how;
  how.quiet = context.quiet;
  HILUM_ASSIGN(auto resumed, open_resume({options.resume, false}));
  how.resume = resumed.get();
  const std::unique_ptr<Writer> writer =
      resumed ? std::unique_ptr<Writer>(std::move(resumed)) : jsonl_writer(*context.streams.out);
  Streams streams = context.streams;
  streams.in_is_terminal = false;  // nobody types the records
  const auto ran = hilum::run(*stage, *source, *writer, how, streams);
  const Status closed = source->close();
  HILUM_RETURN_IF_ERROR(ran.status());
  HILUM_RETURN_IF_ERROR(closed);
  const stages::StudyCounts& counts = source->counts();
  if (!context.quiet || counts.records() == 0) *context.streams.err << counts.to_string(ran->skipped);
  if (counts.records() > 0) return Status::ok();
  return {ErrorCode::kNoInput,
          "no study is left" + (counts.reasons().empty() ? "" : ": " + counts.reasons())};
}

}  // namespace

Command make_studies_command() {
  return {
      "studies", "Read a data set or folder into study records", "Reading", [](CLI::App& app) -> Run {
        auto options = std::make_shared<Options>();
        datasets::StudyOptions& read = options->read;
        app.add_option("path", options->paths, "Folders, images, or a data set's folder, table or JSON file")
            ->required();
        app.add_option(
               "--layout", read.format,
               "Layout, where it is not to be told from the path: " + join(datasets::layout_names(), ", "))
            ->capture_default_str();
        renamed_option(app, "--format", "--layout");
        app.add_option("--image-root", read.image_root, "Folder of the images, when not under the path");
        app.add_option("--reports", read.reports,
                       "Folder of MIMIC-CXR's .txt reports, or a CSV of their sections");
        app.add_option("--tables", read.tables,
                       "Folder of the mimic-cxr-2.0.0-*.csv(.gz) tables or projections");
        app.add_option("--ed", read.ed,
                       "Folder of MIMIC-IV-ED tables (edstays, triage, vitalsign, medrecon, pyxis)");
        app.add_option("--demographics", read.demographics,
                       "CSV with age, sex or race by subject_id or study_id");
        app.add_option("--dialect", options->read.dialect, "Rules for splitting raw reports: mit or sei")
            ->check(CLI::IsMember({"mit", "sei"}))
            ->capture_default_str();
        app.add_option("--split", read.split, "Only train, validate or test");
        app.add_option("--views", read.views, "Only these views: PA, AP, LL, … or frontal, lateral")
            ->delimiter(',');
        app.add_option("--need", read.need,
                       "Only studies that have these: " + join(datasets::needable_fields(), ", "))
            ->delimiter(',');
        app.add_option("--unit", options->unit, "One record a study, or one an image (SEI counts so)")
            ->check(CLI::IsMember({"study", "image"}))
            ->capture_default_str();
        app.add_option("--limit", read.limit, "Stop after so many records");
        app.add_option("--shard", options->shard, "k/n: the k-th of n shares, by patient");
        app.add_flag("--one-study", read.one_study, "All images given are one study");
        app.add_flag("--no-priors", options->no_priors, "Leave prior studies out");
        app.add_flag("--no-check-files", options->no_check_files, "Do not look whether each image exists");
        app.add_option("--dropped", options->dropped,
                       "Write what was left out, and why, to this file (JSON Lines)");
        app.add_option("--resume", options->resume, "Append to this file what it does not have yet");
        app.footer(
            "Prior studies come by date and time, never by the order of ids: newest first, with the interval "
            "in days.\n"
            "Counts by reason go to standard error; -v names each file. docs/datasets.md has the layouts.\n\n"
            "Examples:\n"
            "  hilum studies films/ > studies.jsonl\n"
            "  hilum studies /data/mimic-cxr-jpg --reports /data/mimic-cxr --split test --views frontal\n"
            "  hilum studies /data/mimic-cxr-jpg --unit image --shard 3/16 --resume shard3.jsonl\n"
            "  hilum studies NLMCXR_reports.tgz --image-root NLMCXR_png\n"
            "  hilum studies annotation.json --tables /data/mimic-cxr-jpg --dropped dropped.jsonl");
        return [options](Context& context) { return run(context, *options); };
      }};
}

}  // namespace hilum::cli
