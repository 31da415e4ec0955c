// Scores reports against references: files of pairs in, scores with intervals out, as `hilum evaluate` does.
//
//   auto evaluation = hilum::evaluate({{{"results.csv"}}});
//   if (evaluation.is_ok()) std::fputs(hilum::render_table(*evaluation).c_str(), stdout);
//
// The metrics and their sources: docs/metrics.md, and metrics.h for the table of them. Everything is computed
// offline and is deterministic. Nothing that cannot be used is dropped without being counted.
//
// Threads: an Evaluator is immutable; use it from one thread at a time (models of bundles). The readers and
// renderers are pure functions of their arguments. Messages name a setting ("setting hypothesis-graph"),
// which is a member of EvaluateOptions or PairFields with hyphens for underscores.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <istream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hilum/json.h"
#include "hilum/metrics.h"
#include "hilum/status.h"

namespace hilum {

// ---- What is scored

// Where the values stand: column names of a CSV file, dotted paths of records and JSON. Empty: the first
// known name ("hypothesis", "hyp", "report.findings", …; "reference", "ref", "reference.findings", …).
struct PairFields {
  std::string id, patient, hypothesis;
  std::vector<std::string> references;  // several: each is one reference of the pair
  bool need_hypothesis = true;          // false when a file of references is read
  bool need_reference = true;           // false when references come from another file
};

struct EvaluationItem {
  std::string id, patient, hypothesis;
  std::vector<std::string> references;  // one or more
  std::shared_ptr<const Json> record;   // the whole row or record, where a metric reads more of it
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

// The pairs of one system. Made by Evaluator::read, or by hand: fill `name` and `items`.
struct EvaluationSet {
  std::string name;
  std::vector<EvaluationItem> items;
  EvaluationCounts counts;
  std::vector<std::string> problems;  // the first few unreadable rows, for people
  bool checked = false;               // empty texts and "None" were dealt with (evaluate does it)
};

enum class PairFormat {
  kByName,   // .csv; .json; .txt and .tok; all else records
  kCsv,      // one row a pair
  kJson,     // one document, in the shapes of ReXrank, RadEval, COCO, ICON, or a list of objects
  kRecords,  // JSON Lines, one record a pair
  kText      // one report a line; ids are line numbers, references come from another file
};

struct PairFile {
  std::string path;
  PairFormat format = PairFormat::kByName;
};

struct PairSources {
  std::vector<PairFile> systems;        // one file a system; none: records from the stream given to read()
  std::vector<std::string> references;  // files of references, joined on the id
  std::vector<std::string> names;       // of the systems, in order; those left out are named after the file
  PairFields fields;
};

// ---- How it is scored

// Where stored judgements stand in the rows or records (columns or dotted paths); empty: not given.
struct StoredFields {
  std::string hypothesis_labels, reference_labels;          // {"Edema": 1 | 0 | -1 | null, …}
  std::string hypothesis_graph, reference_graph;            // RadGraph annotations
  std::string hypothesis_entities, reference_entities;      // RaTEScore's entities: types, vectors or texts
  std::string hypothesis_structured, reference_structured;  // SRRG sections or text
  std::string hypothesis_lunguage, reference_lunguage;      // structured entities (docs/structured.md)
  std::string green, crimson;                               // a judge's text; a judge's JSON
};

// A wish for a score: at least, or at most, this value.
struct Bound {
  std::string metric;  // "BLEU-4"
  double value = 0;
  bool minimum = true;
};

struct EvaluateOptions {
  std::vector<std::string> metrics;  // groups (metrics.h); empty: the defaults whose needs are there
  std::string preset = "default";    // how the papers of one family prepared and cut texts and read labels
  std::string preprocessing, label_policy;            // in place of the preset's; empty: the preset's
  std::size_t cut_hypothesis = 0, cut_reference = 0;  // words kept; 0: as the preset
  StoredFields stored;

  // Models of bundles (names or folders): a report_labeler labels in place of the rules, a text_encoder gives
  // BERTScore and `similarity` "encoder", a sentence_labeler gives SRR-BERT.
  std::vector<std::string> bundles;
  std::string device = "cpu";  // or "cuda"

  std::string wordnet = "/usr/share/wordnet";  // METEOR's synonyms
  std::string paraphrases;                     // METEOR's table; empty: without
  std::string attributes;              // ICON's attribute lexicon, consistency; empty: from the references
  std::string rate_matrix = "long";    // RaTEScore's affinity matrix, or "short"
  std::string similarity = "jaccard";  // of LunguageScore and RaTEScore: "exact", "jaccard" or "encoder"
  bool bertscore_idf = false;
  bool same_sentence = true;  // of extracted triplets: only the same sentence counts

  BootstrapOptions bootstrap{1000, 0.95, 0, 0};
  bool by_patient = false;    // resample patients instead of reports
  RandomisationOptions test;  // of several systems; its seed is the bootstrap's
  std::vector<Bound> bounds;  // checked for form and name before any work; for the rest: check_bounds
};

// ---- Scores

// The 14 CheXpert observations of one report, in the order of finding_names().
enum class Finding : std::int8_t { kBlank, kPositive, kNegative, kUncertain };
inline constexpr std::size_t kFindings = 14;
const std::array<std::string_view, kFindings>& finding_names();
using FindingRow = std::array<Finding, kFindings>;

struct SystemScores {
  std::string name;
  ScoreTable table{0};
  std::vector<Interval> intervals;  // one a metric, or empty
  EvaluationCounts counts;
  std::vector<std::string> ids;    // one a row
  std::vector<std::string> notes;  // metrics left out and why
  // One a row where labels were scored, else empty.
  std::vector<FindingRow> hypothesis_labels, reference_labels;
};

// How a run was made: ordered names and values, the same for all its lines.
struct Stamp {
  std::vector<std::pair<std::string, std::string>> entries;
  std::string line() const;  // "hilum 0.1.0 | preset sei | …"
};

struct Evaluation {
  std::vector<SystemScores> systems;
  std::vector<Comparison> comparisons;  // of each system with each later one; empty for one system
  std::vector<std::pair<std::string, std::string>> compared;  // the two systems of each comparison
  Stamp stamp;
  std::shared_ptr<const Json> per_sample;  // of line files: what was found for each line; else null
};

class Evaluator {
 public:
  // Checks the options and opens bundles. kUsage for what cannot be: an unknown metric or preset, a metric
  // without what it needs, a setting without its metric, a bound of a score that no metric asked for gives.
  static Result<Evaluator> open(EvaluateOptions options = {});

  // Reads the systems, joins references, leaves out what cannot be scored (counted) and the reports that not
  // every system has. `records` is read when no file is given. kFileNotFound, kFileUnreadable, kCsvInvalid,
  // kUsage (which column?), kNoInput when nothing is left.
  Result<std::vector<EvaluationSet>> read(const PairSources& sources, std::istream* records = nullptr) const;

  // Scores, intervals, and the tests between systems. A default metric whose data is not installed is left
  // out with a note; asked for by name it is an error.
  Result<Evaluation> evaluate(std::vector<EvaluationSet>& systems) const;

  // LunguageScore of a file of JSON lines {"id","mode","candidate","reference"} (docs/metrics.md).
  Result<Evaluation> evaluate_structured(const std::string& path) const;
  // radmatch's scores of its result folder, or of JSON lines {"id","findings_gt","findings_pred","matching",
  // "attribute_errors"}.
  Result<Evaluation> evaluate_radmatch(const std::string& path) const;

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

// All of it at once: open, read, evaluate.
Result<Evaluation> evaluate(const PairSources& sources, EvaluateOptions options = {});

// kNegativeAnswer names every score beyond its bound; kUsage when a score was not computed.
Status check_bounds(const Evaluation& evaluation, const std::vector<Bound>& bounds);

// ---- Scores as text. Every line says how its number was made.

// The scores that people look at most, of all that were computed: those a MetricGroup calls `shown`.
std::vector<std::string> shown_scores(const Evaluation& evaluation);

// For a terminal. `only`: these scores (see shown_scores); empty: all.
std::string render_table(const Evaluation& evaluation, bool color = false,
                         const std::vector<std::string>& only = {});
Result<std::string> render_json(const Evaluation& evaluation);
std::string render_csv(const Evaluation& evaluation);
std::string render_latex(const Evaluation& evaluation);

// One line a report with all its own scores: JSON Lines, or CSV when `csv` (one header; a column `system`
// where there are several, which all have the same metrics).
Result<std::string> render_samples(const Evaluation& evaluation, bool csv);

// One self-contained HTML page. `sets` are those the systems were scored on, in the same order.
std::string render_html(const Evaluation& evaluation, const std::vector<EvaluationSet>& sets);

// ---- One report beside a reference

struct FeedbackLine {
  enum class Kind { kMissed, kAdded, kContradicted, kSide, kMeasurement, kSeverity, kCertainty };
  Kind kind = Kind::kMissed;
  std::string text;
};
const char* feedback_kind_name(FeedbackLine::Kind kind);  // "missed", "added", …

struct Feedback {
  double fact_f1 = 0, finding_agreement = 0, clinical_agreement = 0;  // 0 to 1, by rules (docs/metrics.md)
  std::vector<FeedbackLine> lines;                                    // the grave first
};
// What a reader would say of the report, in words. Errors: those of the rules' tables.
Result<Feedback> compare_reports(std::string_view hypothesis, std::string_view reference);

}  // namespace hilum
