#include "eval/input/read_pairs.h"

#include <charconv>

#include <nlohmann/json.hpp>

#include "hilum/jsonl.h"
#include "hilum/record.h"

#include "core/text/text.h"
#include "core/text/utf8.h"
#include "record/csv.h"

namespace hilum::eval {
namespace {

constexpr std::size_t kShownProblems = 5;

std::string first_present(const Json& record, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (find_path(record, name) != nullptr) return name;
  }
  return "";
}

// The column asked for, or the first known one.
Result<std::size_t> column_of(const CsvReader& reader, const std::string& name,
                              const std::vector<std::string>& known, const char* setting) {
  if (!name.empty()) return reader.column(name);
  for (const std::string& candidate : known) {
    if (const auto found = reader.find_column(candidate)) return *found;
  }
  return Status(ErrorCode::kUsage,
                std::string("which column? Give ") + setting + "; there is " + reader.columns_for_message());
}

}  // namespace

const std::vector<std::string>& known_ids() {
  static const std::vector<std::string> names = {"id",       "study_id", "images_id",   "dicom_id",
                                                 "image_id", "image",    "question_id", "rid"};
  return names;
}

const std::vector<std::string>& known_hypotheses() {
  static const std::vector<std::string> names = {
      "report.findings",  "hypothesis", "hyp",      "model_prediction", "pred_report", "generated_reports",
      "generated_report", "prediction", "response", "caption",          "report"};
  return names;
}

const std::vector<std::string>& known_references() {
  static const std::vector<std::string> names = {
      "reference.findings", "reference", "ref",    "ground_truth", "section_findings",
      "reference_report",   "labels",    "answer", "caption",      "report"};
  return names;
}

bool is_summary(const std::string& hypothesis, const std::vector<std::string>& references) {
  const auto number = [](const std::string& text) {
    const std::string_view trimmed = trim(text);
    double value = 0;
    const auto parsed = std::from_chars(trimmed.data(), trimmed.data() + trimmed.size(), value);
    return !trimmed.empty() && parsed.ec == std::errc() && parsed.ptr == trimmed.data() + trimmed.size();
  };
  bool references_empty = true, references_number = false;
  for (const std::string& reference : references) {
    references_empty = references_empty && trim(reference).empty();
    references_number = references_number || number(reference);
  }
  return (references_empty && number(hypothesis)) || (trim(hypothesis).empty() && references_number);
}

void note_problem(EvaluationSet& set, const Status& status) {
  ++set.counts.unreadable;
  if (set.problems.size() < kShownProblems) set.problems.push_back(status.message());
}

Result<std::optional<std::string>> value_text(const Json& record, const std::string& path) {
  const Json* value = path.empty() ? nullptr : find_path(record, path);
  if (value == nullptr || value->is_null()) return std::optional<std::string>();
  if (value->is_string()) return std::optional<std::string>(value->get<std::string>());
  if (value->is_number()) return std::optional<std::string>(value->dump());
  return Status(ErrorCode::kRecordInvalid, "'" + path + "' should be text");
}

void add_record(EvaluationSet& set, const Json& record, const std::string& key, const PairFields& fields,
                bool keep) {
  EvaluationItem item;
  item.id = key;
  const auto problem = [&](const Status& status) {
    note_problem(set, item.id.empty() ? status : status.at(item.id));
  };
  if (key.empty()) {
    const auto id = value_text(record, fields.id.empty() ? first_present(record, known_ids()) : fields.id);
    if (!id) return problem(id.status());
    item.id = id->value_or("");
  }
  const auto patient = value_text(record, fields.patient);
  if (!patient) return problem(patient.status());
  item.patient = patient->value_or("");
  std::string hypothesis_path;
  if (fields.need_hypothesis) {
    hypothesis_path =
        fields.hypothesis.empty() ? first_present(record, known_hypotheses()) : fields.hypothesis;
    const auto hypothesis = value_text(record, hypothesis_path);
    if (!hypothesis) return problem(hypothesis.status());
    if (!*hypothesis) {
      ++set.counts.missing_hypothesis;
      return;
    }
    item.hypothesis = **hypothesis;
  }
  if (fields.need_reference) {
    std::vector<std::string> paths = fields.references;
    // A name that can mean either side ("report", "caption") is not taken for both.
    if (paths.empty()) paths.push_back(first_present(record, known_references()));
    if (fields.references.empty() && paths[0] == hypothesis_path) paths[0].clear();
    for (const std::string& path : paths) {
      const Json* list = path.empty() ? nullptr : find_path(record, path);
      if (list != nullptr && list->is_array()) {
        for (const Json& entry : *list) {
          if (entry.is_string()) item.references.push_back(entry.get<std::string>());
        }
        continue;
      }
      const auto reference = value_text(record, path);
      if (!reference) return problem(reference.status());
      if (*reference) item.references.push_back(**reference);
    }
    if (item.references.empty()) {
      ++set.counts.missing_reference;
      return;
    }
    if (is_summary(item.hypothesis, item.references)) {
      ++set.counts.summary_rows;
      return;
    }
  }
  if (keep) item.record = std::make_shared<const Json>(record);
  set.items.push_back(std::move(item));
}

Result<EvaluationSet> read_csv_pairs(std::istream& in, const std::string& name, const PairFields& fields,
                                     bool keep_rows) {
  HILUM_ASSIGN(CsvReader reader, CsvReader::open(in, name));
  EvaluationSet set;
  set.name = name;
  std::optional<std::size_t> id, hypothesis, patient;
  if (!fields.id.empty()) {
    HILUM_ASSIGN(id, reader.column(fields.id));
  } else {
    for (const std::string& known : known_ids()) {
      if (!id) id = reader.find_column(known);
    }
  }
  if (fields.need_hypothesis) {
    HILUM_ASSIGN(hypothesis,
                 column_of(reader, fields.hypothesis, known_hypotheses(), "setting 'hypothesis'"));
  }
  if (!fields.patient.empty()) {
    patient = reader.find_column(fields.patient);
  }
  std::vector<std::size_t> references;
  if (fields.need_reference) {
    for (const std::string& column :
         fields.references.empty() ? std::vector<std::string>{""} : fields.references) {
      HILUM_ASSIGN(const std::size_t index,
                   column_of(reader, column, known_references(), "setting 'reference'"));
      if (fields.references.empty() && hypothesis == index) {
        return Status(ErrorCode::kUsage,
                      name + ": '" + reader.columns()[index] +
                          "' is the hypothesis; give setting 'reference' or setting 'references'");
      }
      references.push_back(index);
    }
  }
  while (true) {
    auto row = reader.next();
    if (!row) {
      ++set.counts.rows;
      note_problem(set, row.status());
      continue;
    }
    if (!row->has_value()) break;
    std::vector<std::string>& cells = **row;
    ++set.counts.rows;
    EvaluationItem item;
    item.id = id ? cells[*id] : std::to_string(reader.row_number());
    if (patient) item.patient = cells[*patient];
    for (const std::size_t reference : references) item.references.push_back(cells[reference]);
    if (hypothesis) item.hypothesis = cells[*hypothesis];
    if (hypothesis && !references.empty() && is_summary(item.hypothesis, item.references)) {
      ++set.counts.summary_rows;
      continue;
    }
    if (keep_rows) {
      Json record = Json::object();
      for (std::size_t c = 0; c < cells.size(); ++c) record[reader.columns()[c]] = cells[c];
      item.record = std::make_shared<const Json>(std::move(record));
    }
    set.items.push_back(std::move(item));
  }
  return set;
}

Result<EvaluationSet> read_text_lines(std::istream& in, const std::string& name, const PairFields& fields) {
  EvaluationSet set;
  set.name = name;
  std::string line;
  while (std::getline(in, line)) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    EvaluationItem item;
    item.id = std::to_string(++set.counts.rows);
    if (fields.need_hypothesis) {
      item.hypothesis = repair_utf8(line);
    } else {
      item.references.push_back(repair_utf8(line));
    }
    set.items.push_back(std::move(item));
  }
  return set;
}

Result<EvaluationSet> read_record_pairs(std::istream& in, const std::string& name, const PairFields& fields,
                                        bool keep_records) {
  EvaluationSet set;
  set.name = name;
  JsonlReader reader(in);
  while (true) {
    const auto record = reader.next();
    if (!record) {
      ++set.counts.rows;
      note_problem(set, record.status());
      continue;
    }
    if (!record->has_value()) break;
    ++set.counts.rows;
    if (has_error(**record)) {
      ++set.counts.failed_records;
      continue;
    }
    add_record(set, **record, "", fields, keep_records);
  }
  return set;
}

}  // namespace hilum::eval
