// Checks a report's claims, measurements and findings, against the report itself and against what the record
// holds: classifier outputs, measured values, presence answers, whether an earlier study was given. Each
// claim is supported, contradicted or not checkable, with reason, numbers and place; edits repair what can be
// repaired without guessing (docs/factcheck.md). Rules only: the same record gives the same output.
//
//   factcheck   {"claims": [claim], "edits": [{"field", "span_bytes", "old", "new", "check", "reason"}],
//               "report": {section: text}}; places are bytes of the section's text
//   claims      [claim] without verdicts, with `claims_only`
//
// Lengths are in mm, angles in degrees, volumes in ml. Ownership: a stage owns its word lists. Threads: as
// stage.h says.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "hilum/measure.h"
#include "hilum/run.h"

namespace hilum {

struct FactcheckOptions {
  // Where the texts are, each a section of its own; without keys: what `report` names.
  TextPlace text;
  std::string report =
      "report";  // an object with findings and impression, or a text; else the record's `text`
  // Was an earlier study given? "auto": the record's priors and comparison say; "yes"; "no".
  std::string prior = "auto";
  bool claims_only = false;  // only reads the claims
  bool apply = false;        // also the corrected report; the record's own stays as it is
  // Measures the record's first image before its report is checked, as a measure stage does: `anatomy` and
  // `quality` too, and overlays show the verdicts.
  std::optional<MeasureOptions> measure;
};

// Errors: kUsage for a `prior` that there is not, or claims only while measuring; kConfig and kFileNotFound
// of the word lists; those of make_measure_stage. A record without a report, or with evidence of another
// form, is kRecordInvalid; one of more than 64 KiB kTooLarge.
Result<std::unique_ptr<Stage>> make_factcheck_stage(const FactcheckOptions& options);
const StageInfo& factcheck_info();

// The files of FactCheXcker (github.com/rajpurkarlab/FactCheXcker), so that its users can switch: an item an
// entry of its reports, with the entry's points and presence answers, through a stage of their own.
struct FactchexckerFiles {
  std::string reports;   // {"<id>": {"report", "original_size", "pixel_spacing", …}}
  std::string points;    // of the detector; empty: none
  std::string presence;  // answers of the presence model; empty: none
};

// The files are read here: kFileNotFound, kJsonInvalid, kTooLarge (1 GiB); kRecordInvalid for reports that
// are no object.
Result<std::unique_ptr<Source>> factchexcker_source(const FactchexckerFiles& files);

// With `update` each report is corrected; without it the rows describe the reports as they are.
Result<std::unique_ptr<Stage>> make_factchexcker_stage(bool update);

// Writes the result rows as CSV to `rows` (empty: nowhere) in the name of `model`, then the reports, with
// what the stage changed, as one line of JSON to `out`; both at the end. The first entry that failed ends the
// run with its status: half a result file would pass for a whole one.
std::unique_ptr<Writer> factchexcker_writer(Sink& out, const std::string& rows, const std::string& model);

}  // namespace hilum
