// Free text into the structured report of SRRG (findings under organ headings, impression by relevance), a
// check of that form, and the way back. Every sentence appears once, in its own words, or is listed as
// unplaced. Form: Delbrouck et al., "Automated Structured Radiology Report Generation" (2025).
//
// The stage may be used from any threads at once. Errors of a record: kRecordInvalid (no text).
#pragma once

#include <memory>

#include "hilum/stage.h"

namespace hilum {

enum class StructureTask {
  kStructure,  // adds `structured` {sections: [{section, name, items}], unplaced, text}
  kCheck,      // adds `structure_check` {valid, problems: [{line, message}]}
  kReverse     // adds that, `report` {findings, impression} and `unplaced`
};

struct StructureOptions {
  // Where keys are named, what they hold; else the whole report, its indication, technique and comparison
  // too.
  TextPlace text;
  StructureTask task = StructureTask::kStructure;
};

// kConfig for bad tables.
Result<std::unique_ptr<Stage>> make_structure_stage(const StructureOptions& options);

const StageInfo& structure_info();

}  // namespace hilum
