#include <cmath>
#include <fstream>

#include <nlohmann/json.hpp>

#include "hilum/jsonl.h"

#include "core/log.h"
#include "eval/structured/structured_scores.h"
#include "evaluate/options.h"

namespace hilum::cli {
namespace {

struct Line {
  std::string id;
  eval::LunguageResult result;
};

Result<Line> score_line(const Json& record, std::size_t number, const eval::StructuredReader& reader,
                        eval::SimilaritySource& similarity) {
  Line line;
  HILUM_ASSIGN(line.id, text_at(record, "id"));
  if (line.id.empty()) line.id = std::to_string(number);
  HILUM_ASSIGN(const std::string mode_name, text_at(record, "mode"));
  HILUM_ASSIGN(const eval::LunguageMode mode,
               eval::lunguage_mode_from_name(mode_name.empty() ? "single" : mode_name));
  const auto candidate = record.find("candidate"), reference = record.find("reference");
  if (candidate == record.end() || reference == record.end()) {
    return Status(ErrorCode::kRecordInvalid,
                  "'candidate' and 'reference' should be arrays of rows or structured reports");
  }
  HILUM_ASSIGN(const Json candidates, reader.rows(*candidate));
  HILUM_ASSIGN(const Json references, reader.rows(*reference));
  for (const auto& [rows, side] :
       {std::pair<const Json*, const char*>(&references, "reference"), {&candidates, "candidate"}}) {
    HILUM_ASSIGN(const std::vector<std::string> texts, eval::lunguage_texts(*rows, mode, side));
    HILUM_RETURN_IF_ERROR(similarity.add(texts));
  }
  HILUM_ASSIGN(line.result, eval::lunguage_score(candidates, references, mode, similarity.comparer()));
  return line;
}

Json line_json(const Line& line) {
  Json out = Json::object();
  out["id"] = line.id;
  out["precision"] = line.result.precision;
  out["recall"] = line.result.recall;
  out["f1"] = line.result.f1;
  out["scored_units"] = line.result.scored;
  Json units = Json::array();
  for (const eval::LunguageUnit& unit : line.result.units) {
    Json entry = Json::object();
    entry["unit"] = unit.id;
    if (unit.skipped.empty()) {
      entry["precision"] = unit.precision;
      entry["recall"] = unit.recall;
      entry["f1"] = unit.f1;
    } else {
      entry["skipped"] = unit.skipped;
    }
    units.push_back(std::move(entry));
  }
  out["units"] = std::move(units);
  return out;
}

eval::SystemScores scores_of(const std::vector<Line>& lines, const std::string& path,
                             const eval::SimilaritySource& similarity, std::size_t bad) {
  eval::SystemScores out;
  out.name = path;
  out.table = eval::ScoreTable(lines.size());
  out.counts.rows = lines.size() + bad;
  out.counts.unreadable = bad;
  const std::string suffix = similarity.name();
  for (const char* part : {"precision", "recall", "F1"}) {
    std::vector<double> values;
    for (const Line& line : lines) {
      const double value = part[0] == 'p'   ? line.result.precision
                           : part[0] == 'r' ? line.result.recall
                                            : line.result.f1;
      values.push_back(line.result.scored > 0 ? value : std::nan(""));
    }
    eval::Metric metric;
    metric.name = "LunguageScore-" + suffix + "-" + part;
    metric.variant =
        "lunguage-score 1.0.0, double precision, " + similarity.words() + " instead of its two encoders";
    metric.policy = "text similarity " + suffix + "; lines without a scored unit are left out";
    out.table.add_mean(std::move(metric), values);
  }
  for (const Line& line : lines) {
    out.ids.push_back(line.id);
    out.counts.scored += line.result.scored > 0 ? 1 : 0;
  }
  return out;
}

}  // namespace

Result<LineScores> evaluate_structured(const EvaluateCommandOptions& options) {
  for (const std::string& metric : options.scoring.metrics) {
    if (metric != "lunguage")
      return Status(ErrorCode::kUsage, "--structured scores lunguage, not '" + metric + "'");
  }
  HILUM_ASSIGN(eval::SimilaritySource similarity,
               eval::SimilaritySource::make(options.scoring.similarity, options.scoring.models.get()));
  std::ifstream in(options.structured, std::ios::binary);
  if (!in) return Status(ErrorCode::kFileNotFound, options.structured + ": no such file");
  HILUM_ASSIGN(const eval::StructuredReader structured, eval::StructuredReader::load());
  JsonlReader reader(in);
  std::vector<Line> lines;
  std::size_t bad = 0;
  while (true) {
    const auto record = reader.next();
    if (record && !record->has_value()) break;
    auto line = record ? score_line(**record, reader.line_number(), structured, similarity)
                       : Result<Line>(record.status());
    if (!line) {
      ++bad;
      // The reader's own errors name the line.
      const std::string at = record ? ": line " + std::to_string(reader.line_number()) : "";
      log_warn(options.structured + at + ": " + line.status().message());
      continue;
    }
    lines.push_back(line.take());
  }
  if (lines.empty()) return Status(ErrorCode::kNoInput, options.structured + ": no line could be scored");
  LineScores out;
  out.system = scores_of(lines, options.structured, similarity, bad);
  out.stamp.emplace_back("text_similarity", options.similarity);
  Json samples = Json::array();
  for (const Line& line : lines) samples.push_back(line_json(line));
  HILUM_ASSIGN(out.samples, dump_json(samples));
  return out;
}

}  // namespace hilum::cli
