// The sentence edits that turn one report of a record into another, aligned by what the sentences state
// rather than by their words; the kinds follow EditGRPO (2025). docs/structure.md has the rules.
//
// Adds `diff` {edits: [{op, reason, from, to}], facts: {only_from, only_to, conflicts}, same_facts}. All
// edits together give the second report's sentences exactly.
//
// The stage may be used from any threads at once. Errors of a record: kRecordInvalid (no text), kTooLarge
// (more than 2000 sentences).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "hilum/stage.h"

namespace hilum {

struct DiffOptions {
  TextPlace text;  // the first report
  TextPlace to{{"reference.findings"}, "setting 'to'"};
};

// kConfig for bad tables.
Result<std::unique_ptr<Stage>> make_diff_stage(const DiffOptions& options);

const StageInfo& diff_info();

// A `diff` for reading: "- old", "+ new", "  kept", the reason behind a replaced or deleted sentence.
// `color` with ANSI colours. "" for what is no `diff`.
std::string diff_view(const Json& diff, bool color);

}  // namespace hilum
