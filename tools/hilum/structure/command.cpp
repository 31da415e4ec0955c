#include "app/command.h"

#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "nlp/structure/structure.h"
#include "options/text_input.h"

namespace hilum::cli {
namespace {

struct Options {
  TextInputOptions input;
  bool check = false;
  bool reverse = false;
};

Json to_json(const nlp::OrganReport& report) {
  Json sections = Json::array();
  for (const nlp::OrganSection& part : report.sections) {
    sections.push_back({{"section", part.section}, {"name", part.name}, {"items", part.items}});
  }
  return {{"sections", std::move(sections)}, {"unplaced", report.unplaced}};
}

Json problems_json(const std::vector<nlp::StructureProblem>& problems) {
  Json out = Json::array();
  for (const nlp::StructureProblem& problem : problems) {
    out.push_back({{"line", problem.line}, {"message", problem.message}});
  }
  return out;
}

// The text to structure: the one asked for, else the whole report with its sections where a record has them
// apart.
Result<std::string> source_text(const Json& record, const std::string& text, const Options& options) {
  if (!options.input.text_key.empty() || !options.input.column.empty()) return text;
  if (find_path(record, "report.findings") == nullptr) return text;
  std::string out;
  constexpr std::pair<const char*, const char*> kParts[] = {{"History", "indication"},
                                                            {"Technique", "technique"},
                                                            {"Comparison", "comparison"},
                                                            {"Findings", "report.findings"},
                                                            {"Impression", "report.impression"}};
  for (const auto& [header, key] : kParts) {
    HILUM_ASSIGN(const std::string part, text_at(record, key));
    if (!part.empty()) out += std::string(header) + ": " + part + "\n\n";
  }
  return out;
}

Status run(Context& context, const Options& options) {
  if (options.check && options.reverse) return {ErrorCode::kUsage, "--check or --reverse, not both"};
  HILUM_ASSIGN(const nlp::Structurer structurer, nlp::Structurer::load());
  return run_text_command(
      context, options.input, "structure", [&](Json& record, const std::string& text) -> Status {
        if (options.check || options.reverse) {
          nlp::OrganReport read;
          const auto problems = structurer.check(text, &read);
          record["structure_check"] = {{"valid", problems.empty()}, {"problems", problems_json(problems)}};
          if (options.check) return Status::ok();
          record["report"] = {{"findings", nlp::Structurer::paragraph(read, "Findings")},
                              {"impression", nlp::Structurer::paragraph(read, "Impression")}};
          record["unplaced"] = read.unplaced;
          return Status::ok();
        }
        HILUM_ASSIGN(const std::string source, source_text(record, text, options));
        const nlp::OrganReport report = structurer.structure(source);
        Json structured = to_json(report);
        structured["text"] = structurer.to_text(report);
        record["structured"] = std::move(structured);
        return Status::ok();
      });
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
