// A raw report's named sections, in the two dialects that the field's MIMIC-CXR data was made with, or of
// Open-i XML.
//
// Adds `sections` {name: text} and `indication_clean`, the indication as SEI's models read it; if asked
// `main_section` {name, text}. docs/labels.md says what a header is. Sources: MIT-LCP mimic-cxr and
// mk-runner/SEI (both MIT licence).
//
// The stage may be used from any threads at once. Errors of a record: kRecordInvalid (no text); with "iu"
// kFormatUnknown for what is no such XML.
#pragma once

#include <memory>
#include <string>

#include "hilum/stage.h"

namespace hilum {

struct SectionsOptions {
  TextPlace text;
  std::string dialect = "mit";  // MIT-LCP's parser; "sei": as SEI's data was made; "iu": Open-i XML
  // Also the one section that MIT's table has for a study (`study_id`, else `id`). Not with "iu".
  bool main_section = false;
};

// kUsage for a dialect that there is not, kConfig for a bad table.
Result<std::unique_ptr<Stage>> make_sections_stage(const SectionsOptions& options);

const StageInfo& sections_info();

}  // namespace hilum
