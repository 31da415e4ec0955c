// Report text to named sections, in the two dialects that the field's MIMIC-CXR data was made with, and
// Open-i XML.
//
// A header is a newline, one blank, capitals with blanks ( ) / , - and a colon, then white space. A header on
// line 1 is not seen. The search for the next header starts at the first newline behind a header, so of two
// headers on directly consecutive lines the second is text of the first. Text before the first header is
// `preamble`; without any header all of it is `full report`. An empty findings or impression section is
// dropped.
//   kMit  keeps inner line breaks; of two sections of one name the last counts; when neither findings nor
//   impression is
//         there, what follows the first blank line of the last section is `last_paragraph`
//   kSei  white space collapsed first (so there is never a last paragraph); the first section of a name
//   counts
// Source: MIT-LCP mimic-cxr (MIT licence) and mk-runner/SEI (MIT licence).
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hilum/status.h"

namespace hilum::nlp {

enum class SectionDialect { kMit, kSei };

struct Section {
  std::string name;
  std::string text;  // trimmed
};

// Immutable once loaded; safe from any thread.
class SectionParser {
 public:
  // Reads the table of names (configs/sections/mimic.json where `path` is empty). kConfig when it is not such
  // a table.
  static Result<SectionParser> load(const std::string& path = "");

  // All sections in the order of the text; linear in its length, never fails.
  std::vector<Section> parse(std::string_view report, SectionDialect dialect) const;

  // One section a name, in order of first appearance, by the dialect's rule for a name that comes twice.
  static std::vector<Section> by_name(const std::vector<Section>& sections, SectionDialect dialect);

  // What MIT's table of `study,text` holds for a report: the first of impression, findings, last_paragraph
  // and comparison, or what was set by hand for a study id ("s50913680" or "50913680"). Empty name: none.
  Section main_section(std::string_view study, std::string_view report) const;

 private:
  std::string normal_name(std::string_view header) const;

  std::map<std::string, std::string> headers_;
  std::vector<std::string> contained_;
  std::vector<std::string> findings_if_contains_;
  std::map<std::string, std::string> studies_section_;
  std::map<std::string, std::pair<std::size_t, std::size_t>> studies_range_;
};

// The <AbstractText Label="…"> elements of an Indiana University (Open-i) report, names in lower case,
// entities decoded. kFileInvalid when there is none.
Result<std::vector<Section>> parse_iu_xml(std::string_view xml);

// The report's id there ("CXR1"), or "".
std::string iu_xml_id(std::string_view xml);

}  // namespace hilum::nlp
