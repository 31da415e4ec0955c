#include "options/text_options.h"

#include <CLI/CLI.hpp>

#include "core/text/text.h"
#include "options/dry_run.h"
#include "options/need_input.h"

namespace hilum::cli {
void add_text_input_options(CLI::App& app, TextInputOptions& options) {
  app.add_option("--input", options.format,
                 "What standard input holds: auto, jsonl (records) or text (one plain report)")
      ->check(CLI::IsMember({"auto", "jsonl", "text"}));
  CLI::Option* csv =
      app.add_option("--csv", options.csv, "Read a CSV file with a header line ('-': standard input)");
  CLI::Option* column = app.add_option("--column", options.column, "The CSV column that holds the text");
  csv->needs(column);
  column->needs(csv);
  app.add_option("--text-key", options.text_key,
                 "Where in a record the text is; several with commas (default: report.findings, then text)");
  add_resume_options(app, options.resume);
}

std::vector<std::string> keys_of_list(const std::string& list) {
  std::vector<std::string> keys;
  for (const std::string& key : split(list, ',')) {
    if (!trim(key).empty()) keys.emplace_back(trim(key));
  }
  return keys;
}

TextPlace text_place(const TextInputOptions& options) {
  if (!options.column.empty()) return {{options.column}, "--column"};
  return {keys_of_list(options.text_key), "--text-key"};
}

Result<std::unique_ptr<Source>> open_text_source(const Context& context, const TextInputOptions& options,
                                                 const std::string& command) {
  if (!options.csv.empty() && options.csv != "-") return open_csv_source(options.csv, options.column);
  std::istream& in = *context.streams.in;
  if (!options.csv.empty()) return csv_source(in, options.column);
  if (options.format == "text") return plain_text_source(in);
  if (options.format == "jsonl") return jsonl_source(in);
  HILUM_RETURN_IF_ERROR(need_input(
      context, false,
      command + ": which reports? Pipe records or a report in, or name a table (--csv FILE --column "
                "NAME); with --input text one can be typed"));
  return text_or_jsonl_source(in);
}

Status run_text_stage(Context& context, const TextInputOptions& options, Stage& stage, TextRun how) {
  const std::string& command = stage.info().name;
  HILUM_ASSIGN(const auto source, open_text_source(context, options, command));
  if (context.dry_run) return say_plan(context, stage, *source, options.resume.path);
  HILUM_ASSIGN(auto resume, open_resume(options.resume));
  std::vector<std::unique_ptr<Writer>> writers;
  RunOptions run_options;
  run_options.resume = resume.get();
  if (resume) {
    writers.push_back(std::move(resume));
  } else if (how.records) {
    writers.push_back(jsonl_writer(*context.streams.out));
  }
  for (auto& writer : how.extra) writers.push_back(std::move(writer));
  const auto writer = tee_writer(std::move(writers));
  run_options.quiet = context.quiet;
  run_options.batch = how.batch;
  run_options.replicas = how.replicas;
  run_options.loaders = how.loaders;
  HILUM_ASSIGN(const RunCounts counts, run(stage, *source, *writer, run_options, context.streams));
  return finish_run(stage, counts);
}

}  // namespace hilum::cli
