#include "app/command.h"

#include <memory>

#include <CLI/CLI.hpp>

#include "hilum/sections.h"

#include "options/text_options.h"

namespace hilum::cli {
namespace {

struct Options {
  TextInputOptions input;
  SectionsOptions stage;
};

Status run(Context& context, Options& options) {
  options.stage.text = text_place(options.input);
  HILUM_ASSIGN(const auto stage, make_sections_stage(options.stage));
  return run_text_stage(context, options.input, *stage);
}

}  // namespace

Command make_sections_command() {
  return {
      "sections", "Split raw reports into named sections", "Text", [](CLI::App& app) -> Run {
        auto options = std::make_shared<Options>();
        add_text_input_options(app, options->input);
        app.add_option("--dialect", options->stage.dialect,
                       "mit (MIMIC-CXR's own parser), sei (as SEI's data was made) or iu (Open-i XML)")
            ->check(CLI::IsMember({"mit", "sei", "iu"}))
            ->capture_default_str();
        app.add_flag("--main-section", options->stage.main_section,
                     "Also the one section that MIT's table has for a study, hand-made choices included");
        app.footer(
            "Adds \"sections\": {name: text} and \"indication_clean\", the indication as SEI's models "
            "read it. With mit and\n"
            "sei a header stands on a line of its own start, as in MIMIC-CXR's files: a new line, one blank, "
            "CAPITALS and\n"
            "a colon; what has no header is the section \"full report\" (docs/labels.md).\n\n"
            "Examples:\n"
            "  hilum sections --dialect sei < s50414267.txt\n"
            "  hilum sections --dialect iu < 1.xml\n"
            "  hilum sections --csv reports.csv --column report > sections.jsonl");
        return [options](Context& context) { return run(context, *options); };
      }};
}

}  // namespace hilum::cli
