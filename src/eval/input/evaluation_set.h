// Readers of evaluation sets, and what is done with them before they are scored. Not thread-safe.
#pragma once

#include <istream>
#include <string>
#include <vector>

#include "hilum/evaluate.h"

namespace hilum::eval {

// Rows of a CSV file; keep_rows stores each row as an object of its columns.
Result<EvaluationSet> read_csv_pairs(std::istream& in, const std::string& name, const PairFields& fields,
                                     bool keep_rows);

// Study records, one JSON object a line.
Result<EvaluationSet> read_record_pairs(std::istream& in, const std::string& name, const PairFields& fields,
                                        bool keep_records);

// One report a line, ids are line numbers; the references where fields.need_hypothesis is false.
Result<EvaluationSet> read_text_lines(std::istream& in, const std::string& name, const PairFields& fields);

// One JSON document: {"id": {…}} (ReXrank, ICON), [{…}] (COCO results and others), {"annotations": […]}
// (COCO), {"hypotheses": […], "references": […]} (RadEval).
Result<EvaluationSet> read_json_pairs(const std::string& path, const PairFields& fields, bool keep_records);

// Every system of `sources`, joined with its references and named; nothing is left out yet. `texts` false:
// only stored values are scored, so a row may have no text. `keep`: rows are kept whole.
Result<std::vector<EvaluationSet>> read_systems(const PairSources& sources, bool texts, bool keep,
                                                std::istream* records);

// Gives the items of `set` the references of the items of `references` with the same id.
void join_references(EvaluationSet& set, const EvaluationSet& references);

// Applies the rules on empty texts and "None", once, and fills counts.scored. kNoInput when nothing is left
// to score.
Status finish(EvaluationSet& set, bool texts = true);

// Leaves the items every set has, in the order of the first; sets must have unique ids for this to pair them.
Status keep_common(std::vector<EvaluationSet>& sets);

}  // namespace hilum::eval
