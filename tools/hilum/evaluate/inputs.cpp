#include <filesystem>
#include <fstream>

#include "core/log.h"
#include "evaluate/options.h"

namespace hilum::cli {
namespace {

Result<std::ifstream> open(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in || std::filesystem::is_directory(path)) {
    const bool there = std::filesystem::exists(path);
    return there ? Status(ErrorCode::kFileUnreadable, path + ": cannot be read")
                 : Status(ErrorCode::kFileNotFound, path + ": no such file");
  }
  return in;
}

enum class Kind { kCsv, kJson, kRecords, kText };

Kind kind_of(const std::string& path) {
  const std::string extension = std::filesystem::path(path).extension().string();
  if (extension == ".csv") return Kind::kCsv;
  if (extension == ".txt" || extension == ".tok") return Kind::kText;
  return extension == ".json" ? Kind::kJson : Kind::kRecords;
}

Result<eval::EvaluationSet> read_one(Kind kind, const std::string& path, const eval::PairFields& fields,
                                     bool keep) {
  if (kind == Kind::kJson) return eval::read_json_pairs(path, fields, keep);
  HILUM_ASSIGN(std::ifstream in, open(path));
  if (kind == Kind::kCsv) return eval::read_csv_pairs(in, path, fields, keep);
  if (kind == Kind::kText) return eval::read_text_lines(in, path, fields);
  return eval::read_record_pairs(in, path, fields, keep);
}

void warn_of(const eval::EvaluationSet& set) {
  for (const std::string& problem : set.problems) log_warn(set.name + ": " + problem);
  if (set.counts.unreadable > set.problems.size()) {
    log_warn(set.name + ": " + std::to_string(set.counts.unreadable - set.problems.size()) +
             " more entries could not be read");
  }
}

}  // namespace

Result<std::vector<eval::EvaluationSet>> read_systems(Context& context,
                                                      const EvaluateCommandOptions& options) {
  eval::PairFields fields;
  fields.id = options.id;
  fields.patient = options.patient;
  fields.hypothesis = options.hypothesis;
  fields.references = options.reference;
  const bool joined = !options.references_files.empty();
  const bool texts = eval::needs_texts(options.scoring);
  fields.need_hypothesis = texts;
  fields.need_reference = texts && !joined;
  const bool keep = eval::needs_rows(options.scoring);

  std::vector<eval::EvaluationSet> sets;
  const auto add = [&](Kind kind, const std::string& path) -> Status {
    HILUM_ASSIGN(eval::EvaluationSet set, read_one(kind, path, fields, keep));
    set.name = std::filesystem::path(path).stem().string();
    sets.push_back(std::move(set));
    return Status::ok();
  };
  for (const std::string& path : options.csv) HILUM_RETURN_IF_ERROR(add(Kind::kCsv, path));
  for (const std::string& path : options.json) {
    const bool lines = std::filesystem::path(path).extension() == ".jsonl";
    HILUM_RETURN_IF_ERROR(add(lines ? Kind::kRecords : Kind::kJson, path));
  }
  for (const std::string& path : options.text) {
    if (!joined) return Status(ErrorCode::kUsage, "--text holds hypotheses only; give --references FILE too");
    HILUM_RETURN_IF_ERROR(add(Kind::kText, path));
  }
  for (const std::string& path : options.records) HILUM_RETURN_IF_ERROR(add(Kind::kRecords, path));
  if (sets.empty()) {
    if (context.streams.in_is_terminal) {
      return Status(ErrorCode::kUsage,
                    "what should be scored? Pipe records in, or give --csv, --json, --records, --text, "
                    "--structured or --radmatch");
    }
    eval::PairFields record_fields = fields;
    if (record_fields.hypothesis.empty()) record_fields.hypothesis = "report.findings";
    if (record_fields.references.empty()) record_fields.references = {"reference.findings"};
    if (record_fields.patient.empty()) record_fields.patient = "patient_id";
    HILUM_ASSIGN(eval::EvaluationSet set,
                 eval::read_record_pairs(*context.streams.in, "standard input", record_fields, keep));
    set.name = "stdin";
    sets.push_back(std::move(set));
  }
  if (options.names.size() > sets.size())
    return Status(ErrorCode::kUsage, std::to_string(options.names.size()) + " names for " +
                                         std::to_string(sets.size()) +
                                         (sets.size() == 1 ? " system" : " systems"));
  for (std::size_t i = 0; i < options.names.size(); ++i) sets[i].name = options.names[i];
  // Two files of one name in different folders stay apart in the output.
  for (std::size_t i = 0; i < sets.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (sets[i].name == sets[j].name) sets[i].name += "-" + std::to_string(i + 1);
    }
  }
  for (const std::string& path : options.references_files) {
    eval::PairFields reference_fields = fields;
    reference_fields.need_hypothesis = false;
    reference_fields.need_reference = true;
    HILUM_ASSIGN(const eval::EvaluationSet references,
                 read_one(kind_of(path), path, reference_fields, false));
    for (eval::EvaluationSet& set : sets) eval::join_references(set, references);
  }
  for (eval::EvaluationSet& set : sets) {
    warn_of(set);
    HILUM_RETURN_IF_ERROR(eval::finish(set, texts));
  }
  HILUM_RETURN_IF_ERROR(eval::keep_common(sets));
  return sets;
}

}  // namespace hilum::cli
