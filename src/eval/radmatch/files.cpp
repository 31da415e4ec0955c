#include "eval/radmatch/files.h"

#include <algorithm>
#include <filesystem>

#include <nlohmann/json.hpp>

#include "core/log.h"
#include "eval/input/json_lines.h"
#include "eval/radmatch/radmatch.h"

namespace hilum::eval {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxBytes = std::size_t{256} << 20;

struct Report {
  std::string id;
  RadmatchReport report;
  RadmatchScore score;
};

struct Reports {
  std::vector<Report> scored;
  EvaluationCounts counts;
  std::size_t without_text_errors = 0;
};

void note(const std::string& where, const Status& status, std::size_t& count) {
  ++count;
  log_warn(where + ": " + status.message());
}

void add(const std::string& id, RadmatchReport report, bool text_errors, Reports& out) {
  out.without_text_errors += text_errors ? 0 : 1;
  Report entry{id, std::move(report), {}};
  entry.score = radmatch_score(entry.report);
  out.scored.push_back(std::move(entry));
}

Result<RadmatchReport> report_of_files(const fs::path& folder, const std::string& file, bool& text_errors) {
  Json parts[4];
  const char* names[] = {"findings_gt", "findings_pred", "matching", "attribute_errors"};
  for (std::size_t k = 0; k < 4; ++k) {
    const fs::path path = folder / names[k] / file;
    text_errors = k < 3 || fs::exists(path);
    if (!text_errors) break;
    HILUM_ASSIGN(parts[k], read_json_file(path.string(), kMaxBytes));
  }
  return radmatch_from_json(parts[0], parts[1], parts[2], parts[3]);
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
    if (!report) {
      note(id, report.status(), out.counts.unreadable);
      continue;
    }
    add(id, report.take(), text_errors, out);
  }
  return out;
}

Result<RadmatchReport> report_of_record(const Json& record) {
  const auto part = [&record](const char* key) {
    const Json* found = find_path(record, key);
    return found != nullptr ? *found : Json();
  };
  return radmatch_from_json(part("findings_gt"), part("findings_pred"), part("matching"),
                            part("attribute_errors"));
}

Result<Reports> read_lines(const std::string& path) {
  Reports out;
  HILUM_RETURN_IF_ERROR(read_json_lines(path, out.counts, [&](const Json& record, std::size_t number) {
    const auto id = text_at(record, "id");
    const Json* errors = find_path(record, "attribute_errors");
    auto report = report_of_record(record);
    if (!report) return report.status();
    add(id && !id->empty() ? *id : "line " + std::to_string(number), report.take(),
        errors != nullptr && !errors->is_null(), out);
    return Status::ok();
  }));
  return out;
}

Json pair_json(const Report& report, std::size_t k) {
  const auto [p, r] = report.report.pairs[k];
  Json errors = Json::array();
  for (const RadmatchError& error : report.score.errors[k]) {
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
              {"outcome", radmatch_outcome_name(report.score.pairs[k])},
              {"errors", std::move(errors)}};
}

Json report_json(const Report& report) {
  const RadmatchScore& score = report.score;
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

Result<LineScores> score_radmatch_files(const std::string& path) {
  HILUM_ASSIGN(const Reports reports, fs::is_directory(path) ? read_folder(path) : read_lines(path));
  if (reports.scored.empty()) return Status(ErrorCode::kNoInput, path + ": no report could be scored");
  LineScores out;
  out.system.name = path;
  out.system.table = ScoreTable(reports.scored.size());
  out.system.counts = reports.counts;
  out.system.counts.scored = reports.scored.size();
  std::vector<RadmatchScore> scores;
  Json samples = Json::array();
  for (const Report& report : reports.scored) {
    out.system.ids.push_back(report.id);
    scores.push_back(report.score);
    samples.push_back(report_json(report));
  }
  add_radmatch(scores, out.system.table);
  if (reports.without_text_errors > 0)
    out.system.notes.push_back(std::to_string(reports.without_text_errors) +
                               " reports have no attribute_errors: only errors by rule count there");
  out.per_sample = std::make_shared<const Json>(std::move(samples));
  return out;
}

}  // namespace hilum::eval
