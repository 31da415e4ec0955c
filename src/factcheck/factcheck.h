// Checks a report against itself and against what the record holds: measurements, classifier outputs,
// presence answers, whether an earlier study was given. No model and no network; the same input gives the
// same output.
//
// Each claim gets a verdict: supported, contradicted or not checkable, with the check that said so, its
// reason, the numbers it used and, for contradictions inside the report, the other place. Edits repair what
// can be repaired without guessing; everything else is a warning. A FactChecker is immutable after load() and
// safe to share.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hilum/json.h"
#include "hilum/status.h"

#include "factcheck/claims.h"
#include "factcheck/edits.h"

namespace hilum::factcheck {

enum class Verdict { kSupported, kContradicted, kNotCheckable };
const char* verdict_name(Verdict verdict);  // "supported", "contradicted", "not_checkable"

struct Place {
  std::string field;
  std::size_t begin = 0, end = 0;
};

struct CheckedClaim {
  std::string
      type;  // measurement, finding, prior_reference, repetition, spelling, place, missing_measurement
  std::string field;  // section the bytes of `claim` belong to
  Claim claim;
  Verdict verdict = Verdict::kNotCheckable;
  std::string check;  // "placement", "laterality", "presence", …
  std::string tool;  // the measuring tool that the claim asks for: "ett_tip_to_carina"; "" when there is none
  std::string reason;
  std::vector<std::pair<std::string, double>> numbers;
  std::optional<Place> other;
};

struct Section {
  std::string name;  // "findings"
  std::string text;
};

struct Prediction {
  std::string label, laterality;  // CheXpert's names
  double probability = 0;
  std::optional<double> threshold;
  std::string severity = {};  // tiny, small, moderate, large; "": not graded
};

struct MeasuredValue {
  std::string name;  // as configs/measurements/tools.json: "ett_tip_to_carina"
  double value = 0;
  std::string unit;                 // "mm", "cm", "1"
  std::optional<double> tolerance;  // in the unit
  std::string source;
};

struct Evidence {
  std::optional<bool> has_prior;  // nullopt: not known, references to priors are not checked
  std::vector<Prediction> predictions;
  std::vector<MeasuredValue> measurements;
  std::map<std::string, bool>
      presence;  // finding -> is it there; from a presence role, never from a localiser
};

struct CheckOptions {
  int cm_decimals = 1;  // of lengths written into the report
  bool insert = true;   // add a measured distance where the report names the tube without one
};

struct Outcome {
  std::vector<CheckedClaim> claims;  // by section, then place
  std::vector<Edit> edits;
  bool contradicted() const;
};

class FactChecker {
 public:
  static Result<FactChecker> load();

  Outcome check(const std::vector<Section>& report, const Evidence& evidence,
                const CheckOptions& options = {}) const;
  const ClaimReader& reader() const { return reader_; }

 private:
  explicit FactChecker(ClaimReader reader) : reader_(std::move(reader)) {}
  ClaimReader reader_;
};

// The report with the edits applied, section by section.
Result<std::vector<Section>> apply_to_report(const std::vector<Section>& report,
                                             const std::vector<Edit>& edits);

// The text at `path` ("report": an object with findings and impression, or text), or else the record's
// `text`, as sections. kRecordInvalid without either.
Result<std::vector<Section>> sections_of(const Json& record, const std::string& path);

// predictions, anatomy.measurements, presence, priors and comparison of a record. kRecordInvalid names a bad
// field.
Result<Evidence> evidence_of(const Json& record, const FactLexicon& lexicon);

Json to_json(const CheckedClaim& claim);

}  // namespace hilum::factcheck
