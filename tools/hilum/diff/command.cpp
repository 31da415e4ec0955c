#include "app/command.h"

#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "hilum/diff.h"
#include "hilum/jsonl.h"
#include "hilum/record.h"

#include "core/files/file.h"
#include "core/text/utf8.h"
#include "options/text_options.h"

namespace hilum::cli {
namespace {

constexpr std::size_t kMaxReportBytes = 8u << 20;

struct Options {
  TextInputOptions input;
  std::string to = "reference.findings";
  std::vector<std::string> files;
  bool view = false;
};

// The edits of each record for reading.
class ViewWriter : public Writer {
 public:
  explicit ViewWriter(const Streams& streams) : streams_(streams) {}
  Status write(const Item& item) override {
    if (has_error(item.record())) return Status::ok();
    const auto id = text_at(item.record(), "id");
    return streams_.out->write("== " + (id ? *id : std::string()) + "\n" +
                               diff_view(item.record()["diff"], streams_.color_out));
  }

 private:
  const Streams& streams_;
};

Result<std::string> read_report(const std::string& path) {
  HILUM_ASSIGN(std::string text, read_file(path, kMaxReportBytes));
  if (const std::size_t at = find_invalid_utf8(text); at != std::string_view::npos) {
    return Status(ErrorCode::kUtf8Invalid, path + ": invalid UTF-8 at byte " + std::to_string(at));
  }
  return text;
}

Status diff_files(Context& context, const Options& options) {
  if (context.dry_run) return {ErrorCode::kUsage, "--dry-run is for records, not for two files"};
  DiffOptions places;
  places.text.keys = {"from"};
  places.to.keys = {"to"};
  HILUM_ASSIGN(const auto stage, make_diff_stage(places));
  HILUM_ASSIGN(const std::string from, read_report(options.files[0]));
  HILUM_ASSIGN(const std::string to, read_report(options.files[1]));
  Item item(Json{{"from", from}, {"to", to}});
  stage->process({&item});
  HILUM_RETURN_IF_ERROR(item.status);
  const Json& diff = item.record()["diff"];
  if (options.view) return context.streams.out->write(diff_view(diff, context.streams.color_out));
  return write_jsonl(*context.streams.out, {{"id", options.files[0]}, {"diff", diff}});
}

Status run(Context& context, const Options& options) {
  if (options.files.size() == 1) return {ErrorCode::kUsage, "name two reports, or none to read records"};
  if (!options.files.empty()) return diff_files(context, options);
  HILUM_ASSIGN(const auto stage,
               make_diff_stage({text_place(options.input), {keys_of_list(options.to), "--to"}}));
  TextRun how;
  how.records = !options.view;
  if (options.view) how.extra.push_back(std::make_unique<ViewWriter>(context.streams));
  return run_text_stage(context, options.input, *stage, std::move(how));
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
