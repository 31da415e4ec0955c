#include "eval/structured/radmatch.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <nlohmann/json.hpp>

#include "hilum/jsonl.h"

#include "core/log.h"
#include "evaluate/options.h"

namespace hilum::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxBytes = std::size_t{256} << 20;

struct Report {
  std::string id;
  eval::RadmatchReport report;
  eval::RadmatchScore score;
};

struct Reports {
  std::vector<Report> scored;
  eval::EvaluationCounts counts;
  std::size_t without_text_errors = 0;
};

void note(const std::string& where, const Status& status, std::size_t& count) {
  ++count;
  log_warn(where + ": " + status.message());
}

void add(const std::string& id, Result<eval::RadmatchReport> report, bool text_errors, Reports& out) {
  if (!report) return note(id, report.status(), out.counts.unreadable);
  out.without_text_errors += text_errors ? 0 : 1;
  Report entry{id, report.take(), {}};
  entry.score = eval::radmatch_score(entry.report);
  out.scored.push_back(std::move(entry));
}

Result<eval::RadmatchReport> report_of_files(const fs::path& folder, const std::string& file,
                                             bool& text_errors) {
  Json parts[4];
  const char* names[] = {"findings_gt", "findings_pred", "matching", "attribute_errors"};
  for (std::size_t k = 0; k < 4; ++k) {
    const fs::path path = folder / names[k] / file;
    text_errors = k < 3 || fs::exists(path);
    if (!text_errors) break;
    HILUM_ASSIGN(parts[k], read_json_file(path.string(), kMaxBytes));
  }
  return eval::radmatch_from_json(parts[0], parts[1], parts[2], parts[3]);
}

Result<Reports> read_folder(fs::path folder) {
  if (fs::is_directory(folder / "radmatch_results")) folder /= "radmatch_results";
  if (!fs::is_directory(folder / "findings_gt"))
    return Status(ErrorCode::kFileNotFound,
                  folder.string() + ": no folder findings_gt (radmatch's results are needed)");
  std::vector<std::string> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder / "findings_gt", error)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path().filename().string());
  }
  if (error)
    return Status(ErrorCode::kFileUnreadable, (folder / "findings_gt").string() + ": cannot be listed");
  std::sort(files.begin(), files.end());
  Reports out;
  for (const std::string& file : files) {
    ++out.counts.rows;
    const std::string id = fs::path(file).stem().string();
    if (!fs::exists(folder / "findings_pred" / file) || !fs::exists(folder / "matching" / file)) {
      note(id, Status(ErrorCode::kFileNotFound, "no file in findings_pred or matching"),
           out.counts.missing_hypothesis);
      continue;
    }
    bool text_errors = true;
    auto report = report_of_files(folder, file, text_errors);
    add(id, std::move(report), text_errors, out);
  }
  return out;
}

Result<eval::RadmatchReport> report_of_record(const Json& record) {
  const auto part = [&record](const char* key) {
    const Json* found = find_path(record, key);
    return found != nullptr ? *found : Json();
  };
  return eval::radmatch_from_json(part("findings_gt"), part("findings_pred"), part("matching"),
                                  part("attribute_errors"));
}

Result<Reports> read_lines(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return Status(ErrorCode::kFileNotFound, path + ": no such file");
  JsonlReader reader(in);
  Reports out;
  while (true) {
    const auto record = reader.next();
    if (record && !record->has_value()) break;
    ++out.counts.rows;
    const std::string line = "line " + std::to_string(reader.line_number());
    if (!record) {
      note(path, record.status(), out.counts.unreadable);
      continue;
    }
    const auto id = text_at(**record, "id");
    const Json* errors = find_path(**record, "attribute_errors");
    add(id && !id->empty() ? *id : line, report_of_record(**record), errors != nullptr && !errors->is_null(),
        out);
  }
  return out;
}

Json pair_json(const Report& report, std::size_t k) {
  const auto [p, r] = report.report.pairs[k];
  Json errors = Json::array();
  for (const eval::RadmatchError& error : report.score.errors[k]) {
    Json entry = Json{{"dimension", error.dimension}, {"severity", error.major ? "major" : "minor"}};
    // Errors by rule carry both values.
    const auto predicted = parse_json(error.predicted), reference = parse_json(error.reference);
    if (predicted && reference) {
      entry["pred_value"] = *predicted;
      entry["gt_value"] = *reference;
    }
    errors.push_back(std::move(entry));
  }
  return Json{{"pred_id", report.report.predicted[p].id},
              {"gt_id", report.report.reference[r].id},
              {"outcome", eval::radmatch_outcome_name(report.score.pairs[k])},
              {"errors", std::move(errors)}};
}

Json report_json(const Report& report) {
  const eval::RadmatchScore& score = report.score;
  Json pairs = Json::array();
  for (std::size_t k = 0; k < score.pairs.size(); ++k) pairs.push_back(pair_json(report, k));
  return Json{{"id", report.id},
              {"actionable_errors", score.actionable_errors},
              {"actionable_opportunities", score.actionable_opportunities},
              {"COR", score.correct},
              {"PAR", score.partial},
              {"INC", score.incorrect},
              {"MIS", score.missed},
              {"SPU", score.spurious},
              {"pairs", std::move(pairs)}};
}

}  // namespace

Result<LineScores> evaluate_radmatch(const EvaluateCommandOptions& options) {
  const bool folder = fs::is_directory(options.radmatch);
  HILUM_ASSIGN(Reports reports, folder ? read_folder(options.radmatch) : read_lines(options.radmatch));
  if (reports.scored.empty())
    return Status(ErrorCode::kNoInput, options.radmatch + ": no report could be scored");
  LineScores out;
  out.system.name = options.radmatch;
  out.system.table = eval::ScoreTable(reports.scored.size());
  out.system.counts = reports.counts;
  out.system.counts.scored = reports.scored.size();
  std::vector<eval::RadmatchScore> scores;
  Json samples = Json::array();
  for (const Report& report : reports.scored) {
    out.system.ids.push_back(report.id);
    scores.push_back(report.score);
    samples.push_back(report_json(report));
  }
  eval::add_radmatch(scores, out.system.table);
  if (reports.without_text_errors > 0)
    out.system.notes.push_back(std::to_string(reports.without_text_errors) +
                               " reports have no attribute_errors: only errors by rule count there");
  HILUM_ASSIGN(out.samples, dump_json(samples));
  return out;
}

}  // namespace hilum::cli
