// The sections of a study's report: raw text in MIMIC-CXR's two dialects, or Open-i XML. Immutable once
// loaded; safe from any thread.
#pragma once

#include <string>
#include <string_view>

#include "hilum/datasets.h"

#include "nlp/sections/sections.h"

namespace hilum::datasets {

class ReportSplitter {
 public:
  // `dialect`: "mit" or "sei"; kUsage for another, kConfig for a bad table.
  static Result<ReportSplitter> load(const std::string& dialect);

  // A report without any header is findings.
  ReportSections split(std::string_view text) const;

  // Of a whole XML file; all empty where it has none.
  static ReportSections split_iu_xml(std::string_view xml);

 private:
  ReportSplitter(nlp::SectionParser parser, nlp::SectionDialect dialect)
      : parser_(std::move(parser)), dialect_(dialect) {}
  nlp::SectionParser parser_;
  nlp::SectionDialect dialect_;
};

}  // namespace hilum::datasets
