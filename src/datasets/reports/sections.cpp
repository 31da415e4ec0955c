#include "datasets/reports/sections.h"

#include <utility>
#include <vector>

#include "core/text/text.h"

namespace hilum::datasets {
namespace {

ReportSections to_report_sections(const std::vector<nlp::Section>& sections, nlp::SectionDialect dialect) {
  ReportSections out;
  std::string whole;
  const std::pair<const char*, std::string*> places[] = {
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

Result<ReportSplitter> ReportSplitter::load(const std::string& dialect) {
  if (dialect != "mit" && dialect != "sei")
    return Status(ErrorCode::kUsage, "no dialect '" + dialect + "' of raw reports; there are mit, sei");
  HILUM_ASSIGN(nlp::SectionParser parser, nlp::SectionParser::load());
  return ReportSplitter(std::move(parser),
                        dialect == "sei" ? nlp::SectionDialect::kSei : nlp::SectionDialect::kMit);
}

ReportSections ReportSplitter::split(std::string_view text) const {
  return to_report_sections(parser_.parse(text, dialect_), dialect_);
}

ReportSections ReportSplitter::split_iu_xml(std::string_view xml) {
  const auto sections = nlp::parse_iu_xml(xml);
  return sections ? to_report_sections(*sections, nlp::SectionDialect::kSei) : ReportSections();
}

}  // namespace hilum::datasets
