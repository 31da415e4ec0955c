// LunguageScore and extraction counts of structured reports as `hilum entities --structured` writes them
// (docs/structured.md), or of plain texts, structured by its rules. Pure functions and an immutable reader;
// safe from any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hilum/json.h"
#include "hilum/status.h"

#include "eval/input/context.h"
#include "eval/structured/extraction.h"
#include "eval/structured/lunguage.h"
#include "nlp/lunguage/lunguage.h"

namespace hilum::eval {

class StructuredReader {
 public:
  static Result<StructuredReader> load();
  nlp::LunguageReport read_text(std::string_view report) const;

  // Rows as lunguage_score() takes them. `value` is an array of such rows, which is returned as it is; one
  // structured report {"entities":[…]}; or an array of them, a patient's studies in order of time:
  // "study_id", "subject_id", "sequence" and "day" are taken where they are given, and findings without
  // "entity_group" are grouped by rules. kRecordInvalid says what is wrong.
  Result<Json> rows(const Json& value) const;

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

// A structured report as such rows.
Json lunguage_rows_of(const nlp::LunguageReport& report);

// (name, relation, value, sentence) of every relation, in lower case, as extraction counts them.
std::vector<Triplet> triplets_of(const nlp::LunguageReport& report);

// LunguageScore-<similarity>-precision, -recall, -F1 of one study a row (mode single). Rows where a side has
// no entity are left out, as the original does. kRecordInvalid as lunguage_score(); kInferenceFailed where an
// encoder compares.
Status add_lunguage(const std::vector<nlp::LunguageReport>& hypotheses,
                    const std::vector<nlp::LunguageReport>& references, SimilaritySource similarity,
                    std::string_view source, ScoreTable& table);

// Extraction-SR-… (subjects) and Extraction-SRO-… (triplets), each compatible and strict (extraction.h):
// precision, recall and F1 over the sums, and macro-F1 over relations. `sentences`: a triplet must stand in
// the same sentence, as is right when both sides structure the same text.
void add_extraction(const std::vector<nlp::LunguageReport>& hypotheses,
                    const std::vector<nlp::LunguageReport>& references, bool sentences, ScoreTable& table);

// The structured reports of a run's pairs: stored ones where paths are given, else by rules from the texts.
struct StructuredPairs {
  std::vector<nlp::LunguageReport> hypotheses, references;  // one a row; of several references the first
};
Result<std::shared_ptr<const StructuredPairs>> structured_pairs_of(Context& context);

Status add_lunguage(Context& context);
Status add_extraction(Context& context);

}  // namespace hilum::eval
