// hilum measure: masks, landmarks and measurements of films.
#include "app/command.h"

#include <map>
#include <memory>
#include <sstream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "hilum/measure.h"
#include "hilum/record.h"
#include "hilum/run.h"

#include "options/dry_run.h"
#include "options/measure_options.h"
#include "options/need_input.h"
#include "options/run_options.h"
#include "stages/measure/given_anatomy.h"

namespace hilum::cli {
namespace {

struct Options {
  MeasureCliOptions measure;
  std::vector<std::string> files;
  ResumeOptions resume;
  std::string format = "auto";
  int replicas = 0;
};

// A record around each file.
class FileSource : public Source {
 public:
  explicit FileSource(const std::vector<std::string>& files) : files_(files) {}
  std::optional<Item> next() override {
    if (next_ == files_.size()) return std::nullopt;
    Study study;
    study.id = files_[next_];
    study.images.push_back({files_[next_++], "", ""});
    return Item(study_to_json(study));
  }
  std::string describe() const override { return std::to_string(files_.size()) + " files"; }

 private:
  const std::vector<std::string>& files_;
  std::size_t next_ = 0;
};

// Remembers why the last record failed.
class LastStatus : public Writer {
 public:
  explicit LastStatus(Status& last) : last_(last) {}
  Status write(const Item& item) override {
    last_ = item.status;
    return Status::ok();
  }

 private:
  Status& last_;
};

// Before anything is read: no two files may give one picture.
Status check_stems(const Options& options) {
  if (options.measure.masks.empty() && options.measure.overlay.empty()) return Status::ok();
  std::map<std::string, std::string> stems;
  for (const std::string& file : options.files) {
    const std::string stem = stages::image_stem(file);
    const auto [it, fresh] = stems.emplace(stem, file);
    if (!fresh)
      return {ErrorCode::kUsage, "'" + it->second + "' and '" + file + "' would give one picture '" + stem +
                                     ".png'; measure them into different folders"};
  }
  return Status::ok();
}

RunOptions run_options(const Options& options, const Context& context) {
  RunOptions run;
  run.quiet = context.quiet || options.files.size() == 1;
  const StageThreads threads = stage_threads(options.measure.device, options.replicas);
  run.replicas = threads.replicas;
  run.loaders = threads.loaders;
  return run;
}

Status run(Context& context, const Options& options) {
  const bool one = options.files.size() == 1;
  HILUM_RETURN_IF_ERROR(
      need_input(context, !options.files.empty(), "which films? Name files, or pipe records in"));
  HILUM_RETURN_IF_ERROR(check_stems(options));
  HILUM_ASSIGN(MeasureOptions measure, measure_options(options.measure));
  if (context.dry_run) measure.masks = measure.overlay = {};  // their folders would be made
  HILUM_ASSIGN(const auto stage, make_measure_stage(measure));
  const std::unique_ptr<Source> source =
      options.files.empty() ? jsonl_source(*context.streams.in) : std::make_unique<FileSource>(options.files);
  if (context.dry_run) return say_plan(context, *stage, *source, options.resume.path);
  RunOptions how = run_options(options, context);
  Status last;
  std::vector<std::unique_ptr<Writer>> writers;
  const bool table =
      options.format == "table" || (options.format == "auto" && context.streams.out_is_terminal);
  if (table) writers.push_back(measure_table_writer(*context.streams.out, !one));
  HILUM_ASSIGN(auto resumed, open_resume(options.resume));
  how.resume = resumed.get();
  if (resumed) {
    writers.push_back(std::move(resumed));
  } else if (!table) {
    writers.push_back(jsonl_writer(*context.streams.out));
  }
  writers.push_back(std::make_unique<LastStatus>(last));
  const auto writer = tee_writer(std::move(writers));
  Streams streams = context.streams;
  if (!options.files.empty()) streams.in_is_terminal = false;  // nobody types the records
  HILUM_ASSIGN(const RunCounts counts, hilum::run(*stage, *source, *writer, how, streams));
  return one && counts.failed == 1 && !last.is_ok() ? last : finish_run(*stage, counts);
}

}  // namespace

Command make_measure_command() {
  return {"measure", "Find lungs, heart and airway on a film and measure them", "Reading",
          [](CLI::App& app) -> Run {
            auto options = std::make_shared<Options>();
            app.add_option("FILE", options->files,
                           "DICOM, PNG or JPEG; none: study records on standard input");
            app.add_option(
                "--masks", options->measure.masks,
                "Folder for one PNG an image, in its size: 1 right lung, 2 left lung, 3 heart, 4 airway");
            add_measure_options(app, options->measure);
            app.add_option("--format", options->format, "jsonl, table, or auto: a table on a terminal")
                ->check(CLI::IsMember({"auto", "jsonl", "table"}))
                ->capture_default_str();
            add_resume_options(app, options->resume);
            app.add_option("--replicas", options->replicas,
                           "Films measured at the same time (0: one a processor)")
                ->check(CLI::Range(0, 1024))
                ->capture_default_str();
            app.footer(
                "Adds \"anatomy\" (structures, landmarks, measurements, spacing) and \"quality\" (refused, "
                "issues).\n"
                "Lengths need pixel spacing: of the DICOM file or --spacing; ratios and angles do not.\n\n"
                "Examples:\n"
                "  hilum measure chest.dcm\n"
                "  hilum measure --masks masks --overlay pictures *.dcm > measured.jsonl\n"
                "  hilum measure --spacing 0.14,0.14 --original-size 3000,2500 small.png\n"
                "  hilum measure --bundle none --landmarks points.csv --spacing 0.7,0.7 film.png\n"
                "  hilum measure < studies.jsonl | hilum factcheck\n");
            return [options](Context& context) { return run(context, *options); };
          }};
}

}  // namespace hilum::cli
