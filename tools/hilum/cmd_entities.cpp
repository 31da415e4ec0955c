#include <fstream>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "hilum/core/interrupt.h"
#include "hilum/nlp/entities.h"
#include "hilum/pipeline/record_loop.h"
#include "hilum/record/jsonl.h"
#include "hilum/record/study.h"

#include "command.h"
#include "text_input.h"

namespace hilum::cli {
namespace {

constexpr const char* kStage = "entities";

struct Options {
  TextInputOptions input;
  std::string mode = "fixed";
  std::string radgraph;
  std::string radgraph_json;
  std::string lexicon;
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

Status run_on_text(Context& context, const Options& options, nlp::SeeMode mode, PackageFile& package) {
  HILUM_ASSIGN(const nlp::EntityExtractor extractor, nlp::EntityExtractor::load(options.lexicon));
  return run_text_command(context, options.input, kStage,
                          [&](Json& record, const std::string& text) -> Status {
                            nlp::ExtractedReport report = extractor.extract(text);
                            report.graph.key = id_of(record);
                            record["entities"] = nlp::entities_json(report, mode);
                            return package.add(report.graph);
                          });
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
  HILUM_ASSIGN(const nlp::SeeMode mode, nlp::see_mode_from_name(options.mode));
  PackageFile package;
  if (!options.radgraph_json.empty()) HILUM_RETURN_IF_ERROR(package.open(options.radgraph_json));
  const Status status = options.radgraph.empty() ? run_on_text(context, options, mode, package)
                                                 : run_on_radgraph(context, options, mode, package);
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
        CLI::Option* radgraph =
            app.add_option("--radgraph", options->radgraph,
                           "Read RadGraph output from this file instead of text ('-': standard input)");
        CLI::Option* package =
            app.add_option("--radgraph-json", options->radgraph_json,
                           "Also write all graphs to this file, in the radgraph package's shape");
        CLI::Option* lexicon =
            app.add_option("--lexicon", options->lexicon, "A folder of lexicons to use instead of ours");
        for (const char* name : {"--input", "--csv", "--text-key", "--resume"})
          radgraph->excludes(app.get_option(name));
        package->excludes(app.get_option("--resume"));
        lexicon->excludes(radgraph);
        app.footer(
            "Adds \"entities\": {\"mode\", \"facts\", \"items\"}: anatomy and observations, each present, "
            "absent or\n"
            "uncertain, and their relations (modify, located_at, suggestive_of).\n\n"
            "Examples:\n"
            "  echo 'Small left effusion without pneumothorax.' | hilum entities\n"
            "  hilum entities --text-key reference.findings --radgraph-json graphs.json < studies.jsonl\n"
            "  hilum entities --radgraph predictions.jsonl --mode sei-compat > facts.jsonl");
        return [options](Context& context) { return run(context, *options); };
      }};
}

}  // namespace hilum::cli
