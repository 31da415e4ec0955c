#include "app/command.h"

#include <memory>

#include <CLI/CLI.hpp>

#include "hilum/structure.h"

#include "options/text_options.h"

namespace hilum::cli {
namespace {

struct Options {
  TextInputOptions input;
  bool check = false;
  bool reverse = false;
};

Status run(Context& context, const Options& options) {
  if (options.check && options.reverse) return {ErrorCode::kUsage, "--check or --reverse, not both"};
  StructureOptions stage_options;
  stage_options.text = text_place(options.input);
  if (options.check) stage_options.task = StructureTask::kCheck;
  if (options.reverse) stage_options.task = StructureTask::kReverse;
  HILUM_ASSIGN(const auto stage, make_structure_stage(stage_options));
  return run_text_stage(context, options.input, *stage);
}

}  // namespace

Command make_structure_command() {
  return {"structure", "Turn free text into a structured report, check one, or turn it back", "Text",
          [](CLI::App& app) -> Run {
            auto options = std::make_shared<Options>();
            add_text_input_options(app, options->input);
            app.add_flag("--check", options->check,
                         "The text is a structured report: say what is wrong with its form");
            app.add_flag("--reverse", options->reverse, "The text is a structured report: write free text");
            app.footer(
                "Adds \"structured\": {\"sections\": [{section, name, items}], \"unplaced\", \"text\"}: "
                "findings under organ\n"
                "headings, impression by relevance. Every sentence appears once, in its own words.\n"
                "--check adds \"structure_check\": {\"valid\", \"problems\": [{line, message}]}; --reverse "
                "adds that, "
                "\"report\"\n"
                "and \"unplaced\" (docs/structure.md).\n\n"
                "Examples:\n"
                "  hilum structure < report.txt\n"
                "  hilum structure --check < structured.txt\n"
                "  hilum structure --reverse --text-key structured.text < structured.jsonl");
            return [options](Context& context) { return run(context, *options); };
          }};
}

}  // namespace hilum::cli
