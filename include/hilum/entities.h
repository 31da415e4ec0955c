// Entities and facts of reports: anatomy and observations, each present, absent or uncertain, their relations
// (RadGraph's scheme, Jain et al. 2021, arXiv 2106.14463), and the facts that they state, a short text each
// (SEI, arXiv 2405.14905). They are read from text, by lexicons and rules or by a RadGraph bundle; from the
// output of RadGraph's own programs; or, as a report in Lunguage's schema (arXiv 2505.21190), from a table.
//
//   entities              {"mode", "facts": [text], "items": [{"text", "kind", "assertion", "sentence",
//   "begin",
//                         "end", "first_token", "last_token", "relations": [[type, index of an item]]}]};
//                         `begin` and `end` are bytes of the text, tokens count from 0 over the report
//   structured_entities   {"entities": [{"name", "sent_idx", "ent_idx", "relations": […]}]}
//   (docs/structured.md)
//
// Ownership: a stage owns lexicons and model. Threads: as stage.h says; sources and writers as run.h says.
#pragma once

#include <istream>
#include <memory>
#include <string>

#include "hilum/run.h"

namespace hilum {

// What the records of the run are.
enum class EntitiesInput {
  kText,    // records with a text
  kGraphs,  // of radgraph_source(): the graph is there already
  kTable,   // of structured_table_source(): the structured report is there already and is checked
};

struct EntitiesOptions {
  EntitiesInput input = EntitiesInput::kText;
  TextPlace text;
  // How facts are told: "fixed" (each assertion has its own) or "sei-compat" (as SEI's published code does).
  std::string mode = "fixed";
  // A folder with the three files of configs/lexicon to read text by; empty: ours.
  std::string lexicon;
  // A RadGraph bundle (name or folder) that reads the text instead of rules; empty: rules.
  std::string bundle;
  std::string device = "cpu";  // "cpu" or "cuda", of the bundle
  int threads = 1;             // that the bundle may use for one report

  bool structured = false;       // text by rules only: adds `structured_entities`
  bool keep_structured = false;  // makes them for structured_table_writer(), whether or not they are added
};

// Errors: kUsage for a mode that there is not, or options that exclude each other; kFileNotFound and kConfig
// of the lexicons; those of opening the bundle. A record without a text, or whose `day` is no number, is
// kRecordInvalid; a text too long for the model kTooLarge.
Result<std::unique_ptr<Stage>> make_entities_stage(const EntitiesOptions& options);
const StageInfo& entities_info();

// Graphs of RadGraph's programs as records, `id` the report's: DyGIE++ documents (JSON Lines), or annotations
// of the radgraph package, one a line or one object of many. What cannot be read is a record "graph-N" with
// its error. `in` must outlive the source; `name` is for messages.
std::unique_ptr<Source> radgraph_source(std::istream& in, const std::string& name = "standard input");

// Structured reports of a table in Lunguage's form as records: `id`, `patient_id`, `section`. The whole table
// is read here: kCsvInvalid and kRecordInvalid name the row.
Result<std::unique_ptr<Source>> structured_table_source(std::istream& in,
                                                        const std::string& name = "standard input");

// All graphs that the stage found, in the radgraph package's shape: one JSON object of annotations by running
// number, each with the record's id. kOutputFailed. An interrupted run leaves a whole object of what there
// is.
Result<std::unique_ptr<Writer>> radgraph_writer(const std::string& path);

// All structured reports as one table, each patient's in order of `day` and their findings grouped over time.
// Grouping needs all reports of a patient, so they are kept until the end, when the file is written.
Result<std::unique_ptr<Writer>> structured_table_writer(const std::string& path);

}  // namespace hilum
