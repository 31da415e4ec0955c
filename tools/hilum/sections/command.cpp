#include "app/command.h"

#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "nlp/sections/sections.h"
#include "nlp/words/clean.h"
#include "options/text_input.h"

namespace hilum::cli {
namespace {

struct Options {
  TextInputOptions input;
  std::string dialect = "mit";
  bool main_section = false;
};

std::string id_of(const Json& record) {
  for (const char* key : {"study_id", "id"}) {
    const auto it = record.find(key);
    if (it != record.end() && it->is_string()) return it->get<std::string>();
  }
  return {};
}

Status add_sections(Json& record, const std::vector<nlp::Section>& sections) {
  Json named = Json::object();
  std::string indication;
  for (const nlp::Section& section : sections) {
    named[section.name] = section.text;
    if (section.name == "indication") indication = section.text;
  }
  record["sections"] = std::move(named);
  record["indication_clean"] = nlp::clean_indication(indication);
  return Status::ok();
}

Status run(Context& context, const Options& options) {
  if (options.dialect == "iu") {
    return run_text_command(
        context, options.input, "sections", [](Json& record, const std::string& xml) -> Status {
          HILUM_ASSIGN(const auto sections, nlp::parse_iu_xml(xml));
          const std::string id = nlp::iu_xml_id(xml);
          if (id_of(record) == "stdin" && !id.empty()) record["id"] = id;
          return add_sections(record, nlp::SectionParser::by_name(sections, nlp::SectionDialect::kSei));
        });
  }
  const auto dialect = options.dialect == "sei" ? nlp::SectionDialect::kSei : nlp::SectionDialect::kMit;
  HILUM_ASSIGN(const nlp::SectionParser parser, nlp::SectionParser::load());
  return run_text_command(
      context, options.input, "sections", [&](Json& record, const std::string& text) -> Status {
        if (options.main_section) {
          const nlp::Section main = parser.main_section(id_of(record), text);
          record["main_section"] = {{"name", main.name}, {"text", main.text}};
        }
        return add_sections(record, nlp::SectionParser::by_name(parser.parse(text, dialect), dialect));
      });
}

}  // namespace

Command make_sections_command() {
  return {
      "sections", "Split raw reports into named sections", "Text", [](CLI::App& app) -> Run {
        auto options = std::make_shared<Options>();
        add_text_input_options(app, options->input);
        app.add_option("--dialect", options->dialect,
                       "mit (MIMIC-CXR's own parser), sei (as SEI's data was made) or iu (Open-i XML)")
            ->check(CLI::IsMember({"mit", "sei", "iu"}))
            ->capture_default_str();
        app.add_flag("--main-section", options->main_section,
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
