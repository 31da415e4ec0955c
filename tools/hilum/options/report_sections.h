// Gives the readers of data sets (layer io) the section parser (layer nlp), which they must not see
// themselves.
#pragma once

#include "hilum/datasets.h"

#include "nlp/sections/sections.h"

namespace hilum::cli {

// Sets `split_sections` and `split_iu_xml`. A report without any header becomes findings. Errors: those of
// SectionParser::load.
Status add_section_splitters(datasets::StudyOptions& read, nlp::SectionDialect dialect);

}  // namespace hilum::cli
