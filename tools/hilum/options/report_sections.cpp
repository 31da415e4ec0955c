#include "options/report_sections.h"

#include <memory>
#include <utility>

#include "core/text/text.h"

namespace hilum::cli {
namespace {

datasets::ReportSections to_report_sections(const std::vector<nlp::Section>& sections,
                                            nlp::SectionDialect dialect) {
  datasets::ReportSections out;
  std::string whole;
  const std::vector<std::pair<std::string, std::string*>> places = {
      {"findings", &out.findings}, {"impression", &out.impression}, {"indication", &out.indication},
      {"history", &out.history},   {"technique", &out.technique},   {"comparison", &out.comparison},
      {"full report", &whole}};
  for (const nlp::Section& section : nlp::SectionParser::by_name(sections, dialect)) {
    for (const auto& [name, place] : places) {
      if (section.name == name) *place = collapse_spaces(section.text);
    }
  }
  // A report without any header is findings: users write such files by hand.
  if (out.findings.empty() && out.impression.empty()) out.findings = whole;
  return out;
}

}  // namespace

Status add_section_splitters(datasets::StudyOptions& read, nlp::SectionDialect dialect) {
  HILUM_ASSIGN(nlp::SectionParser loaded, nlp::SectionParser::load());
  const auto parser = std::make_shared<const nlp::SectionParser>(std::move(loaded));
  read.split_sections = [parser, dialect](std::string_view text) {
    return to_report_sections(parser->parse(text, dialect), dialect);
  };
  read.split_iu_xml = [](std::string_view xml) {
    const auto sections = nlp::parse_iu_xml(xml);
    if (!sections) return datasets::ReportSections();
    return to_report_sections(*sections, nlp::SectionDialect::kSei);
  };
  return Status::ok();
}

}  // namespace hilum::cli
