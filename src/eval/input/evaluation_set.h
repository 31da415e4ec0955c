// What is scored: pairs of a hypothesis and its references, read from CSV, JSON or study records, with a
// count of everything that could not be used. Nothing is dropped without being counted. Not thread-safe.
#pragma once

#include <cstddef>
#include <istream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "hilum/json.h"
#include "hilum/status.h"

namespace hilum::eval {

// Where the values stand: column names of a CSV file, dotted paths of records and JSON. Empty: the first
// known name.
struct PairFields {
  std::string id, patient, hypothesis;
  std::vector<std::string> references;  // several: each is one reference of the pair
  bool need_hypothesis = true;          // false when a file of references is read
  bool need_reference = true;           // false when references come from another file
};

struct EvaluationItem {
  std::string id, patient, hypothesis;
  std::vector<std::string> references;
  std::shared_ptr<const Json> record;  // the whole row or record, where asked for
};

struct EvaluationCounts {
  std::size_t rows = 0;  // rows or records met
  std::size_t scored = 0;
  std::size_t summary_rows = 0;         // metric summaries inside a result file: skipped
  std::size_t unreadable = 0;           // rows of another length, bad JSON, wrong types: skipped
  std::size_t failed_records = 0;       // records with an error of an earlier stage: skipped
  std::size_t missing_hypothesis = 0;   // no such field or no partner: skipped
  std::size_t missing_reference = 0;    // skipped
  std::size_t empty_hypothesis = 0;     // scored as an empty report
  std::size_t empty_reference = 0;      // skipped: nothing to compare with
  std::size_t none_hypothesis = 0;      // the word "None": scored as an empty report
  std::size_t none_reference = 0;       // the word "None": skipped
  std::size_t duplicate_ids = 0;        // pairs of one row: scored; joined files: the first is kept
  std::size_t not_in_every_system = 0;  // several systems: skipped
  std::vector<std::pair<std::string, std::size_t>> named() const;  // in this order
};

struct EvaluationSet {
  std::string name;
  std::vector<EvaluationItem> items;
  EvaluationCounts counts;
  std::vector<std::string> problems;  // the first few unreadable rows, for people
};

// Rows of a CSV file; keep_rows stores each row as an object of its columns.
Result<EvaluationSet> read_csv_pairs(std::istream& in, const std::string& name, const PairFields& fields,
                                     bool keep_rows);

// Study records, one JSON object a line.
Result<EvaluationSet> read_record_pairs(std::istream& in, const std::string& name, const PairFields& fields,
                                        bool keep_records);

// One report a line, ids are line numbers; the references where fields.need_hypothesis is false.
Result<EvaluationSet> read_text_lines(std::istream& in, const std::string& name, const PairFields& fields);

// One JSON document: {"id": {…}} (ReXrank, ICON), [{…}] (COCO results and others), {"annotations": […]}
// (COCO),
// {"hypotheses": […], "references": […]} (RadEval).
Result<EvaluationSet> read_json_pairs(const std::string& path, const PairFields& fields, bool keep_records);

// Gives the items of `set` the references of the items of `references` with the same id.
void join_references(EvaluationSet& set, const EvaluationSet& references);

// Applies the rules on empty texts and "None" and fills counts.scored. Call once, after reading and joining.
// kNoInput when nothing is left to score. `texts` false: only stored values are scored, so an item may have
// no text.
Status finish(EvaluationSet& set, bool texts = true);

// Leaves the items every set has, in the order of the first; sets must have unique ids for this to pair them.
Status keep_common(std::vector<EvaluationSet>& sets);

}  // namespace hilum::eval
