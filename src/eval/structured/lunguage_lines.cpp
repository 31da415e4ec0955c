#include "eval/structured/lunguage_lines.h"

#include <cmath>

#include <nlohmann/json.hpp>

#include "eval/input/json_lines.h"
#include "eval/structured/structured_scores.h"

namespace hilum::eval {
namespace {

struct Line {
  std::string id;
  LunguageResult result;
};

Result<Line> score_line(const Json& record, std::size_t number, const StructuredReader& reader,
                        SimilaritySource& similarity) {
  Line line;
  HILUM_ASSIGN(line.id, text_at(record, "id"));
  if (line.id.empty()) line.id = std::to_string(number);
  HILUM_ASSIGN(const std::string mode_name, text_at(record, "mode"));
  HILUM_ASSIGN(const LunguageMode mode, lunguage_mode_from_name(mode_name.empty() ? "single" : mode_name));
  const auto candidate = record.find("candidate"), reference = record.find("reference");
  if (candidate == record.end() || reference == record.end()) {
    return Status(ErrorCode::kRecordInvalid,
                  "'candidate' and 'reference' should be arrays of rows or structured reports");
  }
  HILUM_ASSIGN(const Json candidates, reader.rows(*candidate));
  HILUM_ASSIGN(const Json references, reader.rows(*reference));
  for (const auto& [rows, side] :
       {std::pair<const Json*, const char*>(&references, "reference"), {&candidates, "candidate"}}) {
    HILUM_ASSIGN(const std::vector<std::string> texts, lunguage_texts(*rows, mode, side));
    HILUM_RETURN_IF_ERROR(similarity.add(texts));
  }
  HILUM_ASSIGN(line.result, lunguage_score(candidates, references, mode, similarity.comparer()));
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
  for (const LunguageUnit& unit : line.result.units) {
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

SystemScores scores_of(const std::vector<Line>& lines, const std::string& path,
                       const SimilaritySource& similarity) {
  SystemScores out;
  out.name = path;
  out.table = ScoreTable(lines.size());
  const std::string suffix = similarity.name();
  for (const char* part : {"precision", "recall", "F1"}) {
    std::vector<double> values;
    for (const Line& line : lines) {
      const double value = part[0] == 'p'   ? line.result.precision
                           : part[0] == 'r' ? line.result.recall
                                            : line.result.f1;
      values.push_back(line.result.scored > 0 ? value : std::nan(""));
    }
    Metric metric;
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

Result<LineScores> score_lunguage_lines(const std::string& path, SimilaritySource similarity) {
  HILUM_ASSIGN(const StructuredReader reader, StructuredReader::load());
  std::vector<Line> lines;
  EvaluationCounts counts;
  HILUM_RETURN_IF_ERROR(read_json_lines(path, counts, [&](const Json& record, std::size_t number) {
    auto line = score_line(record, number, reader, similarity);
    if (line) lines.push_back(line.take());
    return line.status();
  }));
  if (lines.empty()) return Status(ErrorCode::kNoInput, path + ": no line could be scored");
  LineScores out;
  out.system = scores_of(lines, path, similarity);
  counts.scored = out.system.counts.scored;
  out.system.counts = counts;
  out.stamp.emplace_back("text_similarity", similarity.name());
  Json samples = Json::array();
  for (const Line& line : lines) samples.push_back(line_json(line));
  out.per_sample = std::make_shared<const Json>(std::move(samples));
  return out;
}

}  // namespace hilum::eval
