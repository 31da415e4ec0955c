#include "app/command.h"

#include <fstream>
#include <memory>

#include <CLI/CLI.hpp>

#include "hilum/entities.h"

#include "options/dry_run.h"
#include "options/report_model_options.h"
#include "options/run_options.h"
#include "options/text_options.h"

namespace hilum::cli {
namespace {

struct Options {
  TextInputOptions input;
  ReportModelOptions model;
  std::string mode = "fixed";
  std::string radgraph;
  std::string radgraph_json;
  std::string lexicon;
  bool structured = false;
  std::string table;
  std::string from_table;
};

EntitiesOptions stage_options(const Options& options) {
  EntitiesOptions stage;
  if (!options.radgraph.empty()) stage.input = EntitiesInput::kGraphs;
  if (!options.from_table.empty()) stage.input = EntitiesInput::kTable;
  stage.text = text_place(options.input);
  stage.mode = options.mode;
  stage.lexicon = options.lexicon;
  stage.bundle = options.model.bundle;
  stage.device = options.model.device;
  stage.threads = options.model.threads;
  stage.structured = options.structured;
  stage.keep_structured = !options.table.empty();
  return stage;
}

// What is written beside the records.
Result<std::vector<std::unique_ptr<Writer>>> extra_writers(const Options& options) {
  std::vector<std::unique_ptr<Writer>> writers;
  if (!options.radgraph_json.empty()) {
    HILUM_ASSIGN(auto graphs, radgraph_writer(options.radgraph_json));
    writers.push_back(std::move(graphs));
  }
  if (!options.table.empty()) {
    HILUM_ASSIGN(auto table, structured_table_writer(options.table));
    writers.push_back(std::move(table));
  }
  return writers;
}

// Runs the stage on the records of a file of graphs or a table; "-": standard input.
Status run_on_file(Context& context, const Options& options, Stage& stage,
                   std::vector<std::unique_ptr<Writer>> extra) {
  const bool graphs = options.from_table.empty();
  const std::string& path = graphs ? options.radgraph : options.from_table;
  const bool standard_input = path == "-";
  std::ifstream file;
  if (!standard_input) {
    file.open(path, std::ios::binary);
    if (!file) return {ErrorCode::kFileNotFound, path + ": cannot be opened"};
  }
  std::istream& in = standard_input ? *context.streams.in : file;
  const std::string name = standard_input ? "standard input" : path;
  std::unique_ptr<Source> source;
  if (graphs) {
    source = radgraph_source(in, name);
  } else {
    HILUM_ASSIGN(source, structured_table_source(in, name));
  }
  if (context.dry_run) return say_plan(context, stage, *source, "");
  extra.insert(extra.begin(), jsonl_writer(*context.streams.out));
  const auto writer = tee_writer(std::move(extra));
  RunOptions run_options;
  run_options.quiet = context.quiet;
  HILUM_ASSIGN(const RunCounts counts, run(stage, *source, *writer, run_options, context.streams));
  return finish_run(stage, counts);
}

Status run(Context& context, const Options& options) {
  HILUM_ASSIGN(const auto stage, make_entities_stage(stage_options(options)));
  std::vector<std::unique_ptr<Writer>> extra;
  if (!context.dry_run) {  // they empty their files
    HILUM_ASSIGN(extra, extra_writers(options));
  }
  if (!options.radgraph.empty() || !options.from_table.empty())
    return run_on_file(context, options, *stage, std::move(extra));
  TextRun how;
  how.extra = std::move(extra);
  return run_text_stage(context, options.input, *stage, std::move(how));
}

void add_options(CLI::App& app, Options& options) {
  add_text_input_options(app, options.input);
  app.add_option("--mode", options.mode,
                 "How facts are told: fixed (each assertion has its own) or sei-compat (as SEI's code does)")
      ->check(CLI::IsMember({"fixed", "sei-compat"}))
      ->capture_default_str();
  CLI::Option* model =
      add_report_model_options(app, options.model, "entity model (RadGraph: encoder, span and pair scorer)");
  CLI::Option* radgraph =
      app.add_option("--radgraph", options.radgraph,
                     "Read RadGraph output from this file instead of text ('-': standard input)");
  CLI::Option* package =
      app.add_option("--radgraph-json", options.radgraph_json,
                     "Also write all graphs to this file, in the radgraph package's shape");
  CLI::Option* lexicon =
      app.add_option("--lexicon", options.lexicon, "A folder of lexicons to use instead of ours");
  CLI::Option* structured = app.add_flag(
      "--structured", options.structured,
      "Also add \"structured_entities\", the report in the Lunguage schema (docs/structured.md)");
  CLI::Option* table = app.add_option(
      "--structured-table", options.table,
      "Also write all structured reports to this CSV file, each patient's findings grouped over time");
  CLI::Option* from_table =
      app.add_option("--from-table", options.from_table,
                     "Read and check such a table instead of text ('-': standard input)");
  for (CLI::Option* option : {structured, table, lexicon, model}) option->excludes(radgraph);
  for (CLI::Option* option : {structured, table, lexicon}) option->excludes(model);
  for (CLI::Option* option : {structured, table, radgraph, package, lexicon, model})
    from_table->excludes(option);
  for (const char* name : {"--input", "--csv", "--text-key", "--resume"}) {
    from_table->excludes(app.get_option(name));
    radgraph->excludes(app.get_option(name));
  }
  table->excludes(app.get_option("--resume"));
  package->excludes(app.get_option("--resume"));
}

}  // namespace

Command make_entities_command() {
  return {
      "entities", "Extract entities and facts from reports, or from RadGraph output", "Text",
      [](CLI::App& app) -> Run {
        auto options = std::make_shared<Options>();
        add_options(app, *options);
        app.footer(
            "Adds \"entities\": {\"mode\", \"facts\", \"items\"}: anatomy and observations, each present, "
            "absent or\n"
            "uncertain, and their relations (modify, located_at, suggestive_of).\n\n"
            "Examples:\n"
            "  echo 'Small left effusion without pneumothorax.' | hilum entities\n"
            "  hilum entities --text-key reference.findings --radgraph-json graphs.json < studies.jsonl\n"
            "  hilum entities --radgraph predictions.jsonl --mode sei-compat > facts.jsonl\n"
            "  hilum entities --bundle models/radgraph --mode sei-compat < studies.jsonl > facts.jsonl\n"
            "  hilum entities --structured < studies.jsonl");
        return [options](Context& context) { return run(context, *options); };
      }};
}

}  // namespace hilum::cli
