#include "app/command.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "hilum/jsonl.h"
#include "hilum/record.h"

#include "core/files/file.h"
#include "core/system/interrupt.h"
#include "core/text/text.h"
#include "nlp/entities/entities.h"
#include "nlp/lunguage/lunguage.h"
#include "options/report_model_options.h"
#include "options/text_input.h"
#include "run/record_loop.h"
#include "stages/report_models.h"

namespace hilum::cli {
namespace {

constexpr const char* kStage = "entities";

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

// A file in the radgraph package's shape: one object of annotations by running number, with the record's id.
class PackageFile {
 public:
  Status open(const std::string& path) {
    HILUM_ASSIGN(sink_, open_file_sink(path, true));
    return sink_->write("{");
  }
  Status add(const nlp::RadGraph& graph) {
    if (sink_ == nullptr) return Status::ok();
    Json annotation = nlp::graph_to_json(graph);
    annotation["id"] = graph.key;
    HILUM_ASSIGN(const std::string text, dump_json(annotation));
    const std::string separator = count_ == 0 ? "\n\"" : ",\n\"";
    return sink_->write(separator + std::to_string(count_++) + "\": " + text);
  }
  Status close() {
    if (sink_ == nullptr) return Status::ok();
    HILUM_RETURN_IF_ERROR(sink_->write("\n}\n"));
    return sink_->flush();
  }

 private:
  std::unique_ptr<Sink> sink_;
  std::size_t count_ = 0;
};

std::string id_of(const Json& record) {
  const auto id = record.find("id");
  if (id == record.end()) return {};
  return id->is_string() ? id->get<std::string>() : id->dump();
}

// The reports of a run as one table. Grouping needs all reports of a patient, so they are kept until the end.
class TableFile {
 public:
  explicit TableFile(std::string path) : path_(std::move(path)) {}
  bool is_open() const { return !path_.empty(); }
  void add(nlp::LunguageReport report) { by_patient_[report.subject_id].push_back(std::move(report)); }
  Status close() {
    if (!is_open()) return Status::ok();
    HILUM_ASSIGN(const nlp::FindingGrouper grouper, nlp::FindingGrouper::load());
    std::string text = nlp::lunguage_table_header();
    for (auto& [patient, reports] : by_patient_) {
      std::stable_sort(reports.begin(), reports.end(),
                       [](const auto& a, const auto& b) { return a.day < b.day; });
      for (std::size_t i = 0; i < reports.size(); ++i) reports[i].sequence = static_cast<int>(i) + 1;
      grouper.group(reports);
      for (const nlp::LunguageReport& report : reports) text += nlp::lunguage_table_rows(report);
    }
    return write_file(path_, text);
  }

 private:
  std::string path_;
  std::map<std::string, std::vector<nlp::LunguageReport>> by_patient_;
};

// Who, which study and when, from a record: `patient_id`, `id`, and `day` (days since any fixed date).
Status identify(const Json& record, nlp::LunguageReport& report) {
  report.study_id = id_of(record);
  HILUM_ASSIGN(report.subject_id, text_at(record, "patient_id"));
  if (report.subject_id.empty()) report.subject_id = report.study_id;
  const Json* day = find_path(record, "day");
  if (day == nullptr || day->is_null()) return Status::ok();
  if (!day->is_number()) return {ErrorCode::kRecordInvalid, "'day' should be a number of days"};
  report.day = day->get<double>();
  return Status::ok();
}

Status run_on_text(Context& context, const Options& options, nlp::SeeMode mode, PackageFile& package) {
  HILUM_ASSIGN(const nlp::EntityExtractor extractor, nlp::EntityExtractor::load(options.lexicon));
  HILUM_ASSIGN(const nlp::QualifierFinder qualifiers, nlp::QualifierFinder::load());
  TableFile table(options.table);
  const auto stage = [&](Json& record, const std::string& text) -> Status {
    nlp::ExtractedReport report = extractor.extract(text);
    report.graph.key = id_of(record);
    if (options.structured || table.is_open()) {
      nlp::LunguageReport structured = nlp::lunguage_report(report, text, qualifiers);
      HILUM_RETURN_IF_ERROR(identify(record, structured));
      if (options.structured) record["structured_entities"] = nlp::lunguage_to_json(structured);
      if (table.is_open()) table.add(std::move(structured));
    }
    record["entities"] = nlp::entities_json(report, mode);
    return package.add(report.graph);
  };
  const Status status = run_text_command(context, options.input, kStage, stage);
  HILUM_RETURN_IF_ERROR(table.close());
  return status;
}

Status run_on_model(Context& context, const Options& options, nlp::SeeMode mode, PackageFile& package) {
  HILUM_ASSIGN(
      const ModelEntities model,
      ModelEntities::open(options.model.bundle, model_options(options.model), options.model.threads, mode));
  return run_text_command(context, options.input, kStage,
                          [&](Json& record, const std::string& text) -> Status {
                            HILUM_ASSIGN(nlp::ExtractedReport report, model.extract(text));
                            report.graph.key = id_of(record);
                            record["entities"] = nlp::entities_json(report, mode);
                            add_provenance(record, kStage, model.provenance());
                            return package.add(report.graph);
                          });
}

// A table of structured reports as checked records.
Status run_on_table(Context& context, const Options& options) {
  const bool standard_input = options.from_table == "-";
  std::ifstream file;
  if (!standard_input) {
    file.open(options.from_table, std::ios::binary);
    if (!file) return {ErrorCode::kFileNotFound, options.from_table + ": cannot be opened"};
  }
  HILUM_ASSIGN(const auto reports,
               nlp::lunguage_from_table(standard_input ? *context.streams.in : file,
                                        standard_input ? "standard input" : options.from_table));
  RecordCounts counts;
  for (const nlp::LunguageReport& report : reports) {
    HILUM_RETURN_IF_ERROR(stop_status());
    ++counts.seen;
    Json record = {{"schema", kSchema},
                   {"id", report.study_id},
                   {"patient_id", report.subject_id},
                   {"section", report.section},
                   {"structured_entities", nlp::lunguage_to_json(report)}};
    const std::vector<std::string> problems = nlp::lunguage_problems(report);
    if (problems.empty()) {
      ++counts.done;
    } else {
      const Status status(ErrorCode::kRecordInvalid, join(problems, "; "));
      set_error(record, status, kStage);
      counts.add_failure(status);
    }
    HILUM_RETURN_IF_ERROR(write_jsonl(*context.streams.out, record));
  }
  return counts.status();
}

Status run_on_radgraph(Context& context, const Options& options, nlp::SeeMode mode, PackageFile& package) {
  std::ifstream file;
  std::istream* in = context.streams.in;
  if (options.radgraph != "-") {
    file.open(options.radgraph, std::ios::binary);
    if (!file) return {ErrorCode::kFileNotFound, options.radgraph + ": cannot be opened"};
    in = &file;
  }
  nlp::RadGraphReader reader(*in, options.radgraph == "-" ? "standard input" : options.radgraph);
  RecordCounts counts;
  for (;;) {
    HILUM_RETURN_IF_ERROR(stop_status());
    const auto graph = reader.next();
    if (graph && !graph->has_value()) break;
    ++counts.seen;
    Json record = {{"schema", kSchema}};
    if (graph) {
      record["id"] = (*graph)->key;
      record["entities"] = nlp::entities_json(**graph, mode);
      HILUM_RETURN_IF_ERROR(package.add(**graph));
      ++counts.done;
    } else {
      record["id"] = "graph-" + std::to_string(counts.seen);
      set_error(record, graph.status(), kStage);
      counts.add_failure(graph.status());
    }
    HILUM_RETURN_IF_ERROR(write_jsonl(*context.streams.out, record));
  }
  return counts.status();
}

Status run(Context& context, const Options& options) {
  if (!options.from_table.empty()) return run_on_table(context, options);
  HILUM_ASSIGN(const nlp::SeeMode mode, nlp::see_mode_from_name(options.mode));
  PackageFile package;
  if (!options.radgraph_json.empty()) HILUM_RETURN_IF_ERROR(package.open(options.radgraph_json));
  const Status status = !options.radgraph.empty()       ? run_on_radgraph(context, options, mode, package)
                        : !options.model.bundle.empty() ? run_on_model(context, options, mode, package)
                                                        : run_on_text(context, options, mode, package);
  HILUM_RETURN_IF_ERROR(package.close());
  return status;
}

}  // namespace

Command make_entities_command() {
  return {
      "entities", "Extract entities and facts from reports, or from RadGraph output", "Text",
      [](CLI::App& app) -> Run {
        auto options = std::make_shared<Options>();
        add_text_input_options(app, options->input);
        app.add_option(
               "--mode", options->mode,
               "How facts are told: fixed (each assertion has its own) or sei-compat (as SEI's code does)")
            ->check(CLI::IsMember({"fixed", "sei-compat"}))
            ->capture_default_str();
        CLI::Option* model = add_report_model_options(
            app, options->model, "entity model (RadGraph: encoder, span and pair scorer)");
        CLI::Option* radgraph =
            app.add_option("--radgraph", options->radgraph,
                           "Read RadGraph output from this file instead of text ('-': standard input)");
        CLI::Option* package =
            app.add_option("--radgraph-json", options->radgraph_json,
                           "Also write all graphs to this file, in the radgraph package's shape");
        CLI::Option* lexicon =
            app.add_option("--lexicon", options->lexicon, "A folder of lexicons to use instead of ours");
        CLI::Option* structured = app.add_flag(
            "--structured", options->structured,
            "Also add \"structured_entities\", the report in the Lunguage schema (docs/structured.md)");
        CLI::Option* table = app.add_option(
            "--structured-table", options->table,
            "Also write all structured reports to this CSV file, each patient's findings grouped over time");
        CLI::Option* from_table =
            app.add_option("--from-table", options->from_table,
                           "Read and check such a table instead of text ('-': standard input)");
        for (CLI::Option* option : {structured, table, lexicon, model}) option->excludes(radgraph);
        for (CLI::Option* option : {structured, table, lexicon}) option->excludes(model);
        for (CLI::Option* option : {structured, table, radgraph, package, lexicon, model})
          from_table->excludes(option);
        for (const char* name : {"--input", "--csv", "--text-key", "--resume"})
          from_table->excludes(app.get_option(name));
        table->excludes(app.get_option("--resume"));
        for (const char* name : {"--input", "--csv", "--text-key", "--resume"})
          radgraph->excludes(app.get_option(name));
        package->excludes(app.get_option("--resume"));
        app.footer(
            "Adds \"entities\": {\"mode\", \"facts\", \"items\"}: anatomy and observations, each present, "
            "absent or\n"
            "uncertain, and their relations (modify, located_at, suggestive_of).\n\n"
            "Examples:\n"
            "  echo 'Small left effusion without pneumothorax.' | hilum entities\n"
            "  hilum entities --text-key reference.findings --radgraph-json graphs.json < studies.jsonl\n"
            "  hilum entities --radgraph predictions.jsonl --mode sei-compat > facts.jsonl\n"
            "  hilum entities --model models/radgraph --mode sei-compat < studies.jsonl > facts.jsonl\n"
            "  hilum entities --structured < studies.jsonl");
        return [options](Context& context) { return run(context, *options); };
      }};
}

}  // namespace hilum::cli
