// The files of a run: which reader each takes, and how systems are named and joined with their references.
#include <filesystem>
#include <fstream>

#include "core/log.h"
#include "eval/input/evaluation_set.h"

namespace hilum::eval {
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

PairFormat format_of(const PairFile& file) {
  const std::string extension = std::filesystem::path(file.path).extension().string();
  if (file.format == PairFormat::kJson && extension == ".jsonl") return PairFormat::kRecords;
  if (file.format != PairFormat::kByName) return file.format;
  if (extension == ".csv") return PairFormat::kCsv;
  if (extension == ".txt" || extension == ".tok") return PairFormat::kText;
  return extension == ".json" ? PairFormat::kJson : PairFormat::kRecords;
}

Result<EvaluationSet> read_one(const PairFile& file, const PairFields& fields, bool keep) {
  const PairFormat format = format_of(file);
  if (format == PairFormat::kJson) return read_json_pairs(file.path, fields, keep);
  HILUM_ASSIGN(std::ifstream in, open(file.path));
  if (format == PairFormat::kCsv) return read_csv_pairs(in, file.path, fields, keep);
  if (format == PairFormat::kText) return read_text_lines(in, file.path, fields);
  return read_record_pairs(in, file.path, fields, keep);
}

Result<EvaluationSet> read_stream(std::istream& records, PairFields fields, bool keep) {
  if (fields.hypothesis.empty()) fields.hypothesis = "report.findings";
  if (fields.references.empty()) fields.references = {"reference.findings"};
  if (fields.patient.empty()) fields.patient = "patient_id";
  HILUM_ASSIGN(EvaluationSet set, read_record_pairs(records, "standard input", fields, keep));
  set.name = "stdin";
  return set;
}

Status name_systems(const std::vector<std::string>& names, std::vector<EvaluationSet>& sets) {
  if (names.size() > sets.size())
    return {ErrorCode::kUsage, std::to_string(names.size()) + " names for " + std::to_string(sets.size()) +
                                   (sets.size() == 1 ? " system" : " systems")};
  for (std::size_t i = 0; i < names.size(); ++i) sets[i].name = names[i];
  // Two files of one name in different folders stay apart in the output.
  for (std::size_t i = 0; i < sets.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (sets[i].name == sets[j].name) sets[i].name += "-" + std::to_string(i + 1);
    }
  }
  return Status::ok();
}

void warn_of(const EvaluationSet& set) {
  for (const std::string& problem : set.problems) log_warn(set.name + ": " + problem);
  if (set.counts.unreadable > set.problems.size()) {
    log_warn(set.name + ": " + std::to_string(set.counts.unreadable - set.problems.size()) +
             " more entries could not be read");
  }
}

}  // namespace

Result<std::vector<EvaluationSet>> read_systems(const PairSources& sources, bool texts, bool keep,
                                                std::istream* records) {
  PairFields fields = sources.fields;
  const bool joined = !sources.references.empty();
  fields.need_hypothesis = texts;
  fields.need_reference = texts && !joined;
  std::vector<EvaluationSet> sets;
  for (const PairFile& file : sources.systems) {
    if (format_of(file) == PairFormat::kText && !joined)
      return Status(ErrorCode::kUsage,
                    file.path + ": a text file holds hypotheses only; give setting 'references' too");
    HILUM_ASSIGN(EvaluationSet set, read_one(file, fields, keep));
    set.name = std::filesystem::path(file.path).stem().string();
    sets.push_back(std::move(set));
  }
  if (sets.empty()) {
    if (records == nullptr) return Status(ErrorCode::kUsage, "no file of reports and no records were given");
    HILUM_ASSIGN(EvaluationSet set, read_stream(*records, fields, keep));
    sets.push_back(std::move(set));
  }
  HILUM_RETURN_IF_ERROR(name_systems(sources.names, sets));
  PairFields reference_fields = sources.fields;
  reference_fields.need_hypothesis = false;
  reference_fields.need_reference = true;
  for (const std::string& path : sources.references) {
    HILUM_ASSIGN(const EvaluationSet references,
                 read_one({path, PairFormat::kByName}, reference_fields, false));
    for (EvaluationSet& set : sets) join_references(set, references);
  }
  for (const EvaluationSet& set : sets) warn_of(set);
  return sets;
}

}  // namespace hilum::eval
