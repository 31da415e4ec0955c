#include "app/command.h"

#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "hilum/jsonl.h"

#include "core/files/file.h"
#include "core/text/utf8.h"
#include "nlp/structure/diff.h"
#include "options/text_input.h"

namespace hilum::cli {
namespace {

constexpr std::size_t kMaxReportBytes = 8u << 20;

struct Options {
  TextInputOptions input;
  std::string to = "reference.findings";
  std::vector<std::string> files;
  bool view = false;
};

// Takes what the record loop writes where the view is the output.
class NullSink : public Sink {
 public:
  Status write(std::string_view /*bytes*/) override { return Status::ok(); }
  Status flush() override { return Status::ok(); }
};

Json fact_json(const nlp::StatedFact& fact) {
  return {{"finding", fact.finding}, {"status", nlp::assertion_name(fact.assertion)}};
}

Json to_json(const nlp::ReportDiff& diff) {
  Json edits = Json::array();
  for (const nlp::SentenceEdit& edit : diff.edits) {
    Json item = {{"op", nlp::edit_op_name(edit.op)}, {"reason", nlp::edit_reason_name(edit.reason)}};
    if (edit.from) item.update({{"from_index", *edit.from}, {"from", diff.from[*edit.from]}});
    if (edit.to) item.update({{"to_index", *edit.to}, {"to", diff.to[*edit.to]}});
    edits.push_back(std::move(item));
  }
  Json only_from = Json::array();
  Json only_to = Json::array();
  Json conflicts = Json::array();
  for (const nlp::StatedFact& fact : diff.only_from) only_from.push_back(fact_json(fact));
  for (const nlp::StatedFact& fact : diff.only_to) only_to.push_back(fact_json(fact));
  for (const auto& [from, to] : diff.conflicts) {
    conflicts.push_back({{"finding", from.finding},
                         {"from", nlp::assertion_name(from.assertion)},
                         {"to", nlp::assertion_name(to.assertion)}});
  }
  return {{"edits", std::move(edits)},
          {"facts", {{"only_from", only_from}, {"only_to", only_to}, {"conflicts", conflicts}}},
          {"same_facts", diff.same_facts()}};
}

// "- old", "+ new", "  kept", the reason behind a replaced or deleted sentence.
std::string view(const nlp::ReportDiff& diff, bool color) {
  std::string out;
  const auto line = [&](const char* code, const char* mark, const std::string& text, std::string_view note) {
    if (color && *code != '\0') out += code;
    out += mark + text;
    if (!note.empty()) out += "   (" + std::string(note) + ")";
    if (color && *code != '\0') out += "\033[0m";
    out += '\n';
  };
  for (const nlp::SentenceEdit& edit : diff.edits) {
    if (edit.op == nlp::EditOp::kKeep) {
      line("", "  ", diff.to[*edit.to], "");
      continue;
    }
    if (edit.from) line("\033[31m", "- ", diff.from[*edit.from], nlp::edit_reason_name(edit.reason));
    if (edit.to)
      line("\033[32m", "+ ", diff.to[*edit.to], edit.from ? "" : nlp::edit_reason_name(edit.reason));
  }
  return out;
}

Result<std::string> read_report(const std::string& path) {
  HILUM_ASSIGN(std::string text, read_file(path, kMaxReportBytes));
  if (const std::size_t at = find_invalid_utf8(text); at != std::string_view::npos) {
    return Status(ErrorCode::kUtf8Invalid, path + ": invalid UTF-8 at byte " + std::to_string(at));
  }
  return text;
}

Status diff_files(Context& context, const Options& options, const nlp::ReportDiffer& differ) {
  HILUM_ASSIGN(const std::string from, read_report(options.files[0]));
  HILUM_ASSIGN(const std::string to, read_report(options.files[1]));
  HILUM_ASSIGN(const nlp::ReportDiff diff, differ.diff(from, to));
  if (options.view) return context.streams.out->write(view(diff, context.streams.color_out));
  return write_jsonl(*context.streams.out, {{"id", options.files[0]}, {"diff", to_json(diff)}});
}

Status run(Context& context, const Options& options) {
  HILUM_ASSIGN(const nlp::ReportDiffer differ, nlp::ReportDiffer::load());
  if (options.files.size() == 1)
    return {ErrorCode::kUsage, "hilum diff: name two reports, or none to read records"};
  if (!options.files.empty()) return diff_files(context, options, differ);
  NullSink nowhere;
  Streams streams = context.streams;
  Sink& out = *streams.out;
  if (options.view) streams.out = &nowhere;
  Context inner{streams, context.quiet, context.config_hash};
  TextInputOptions reference;
  reference.text_key = options.to;
  reference.key_flag = "--to";
  return run_text_command(inner, options.input, "diff", [&](Json& record, const std::string& from) -> Status {
    HILUM_ASSIGN(const std::string to, record_text(record, reference));
    HILUM_ASSIGN(const nlp::ReportDiff diff, differ.diff(from, to));
    if (options.view) {
      const auto id = text_at(record, "id");
      return out.write("== " + (id ? *id : std::string()) + "\n" + view(diff, streams.color_out));
    }
    record["diff"] = to_json(diff);
    return Status::ok();
  });
}

}  // namespace

Command make_diff_command() {
  return {"diff", "The sentence edits that turn one report into another, aligned by facts", "Text",
          [](CLI::App& app) -> Run {
            auto options = std::make_shared<Options>();
            app.add_option("files", options->files,
                           "Two plain reports: from, to (default: records on standard input)")
                ->expected(0, 2);
            add_text_input_options(app, options->input);
            app.add_option("--to", options->to, "Where in a record the second report is; several with commas")
                ->capture_default_str();
            app.add_flag("--view", options->view,
                         "Print the edits for reading, coloured on a terminal, instead of JSON");
            app.footer(
                "Adds \"diff\": {\"edits\": [{op, reason, from, to}], \"facts\": {only_from, only_to, "
                "conflicts},\n\"same_facts\": true | false} (docs/structure.md). With --view that is printed "
                "instead.\n"
                "op: keep, replace, delete, add; reason: same, wording, conflict, mismatch, unsupported, "
                "missing.\n\n"
                "Examples:\n"
                "  hilum diff --view draft.txt final.txt\n"
                "  hilum diff --to reference.findings < generated.jsonl > edits.jsonl");
            return [options](Context& context) { return run(context, *options); };
          }};
}

}  // namespace hilum::cli
