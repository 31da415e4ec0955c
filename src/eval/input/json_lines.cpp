#include "eval/input/json_lines.h"

#include <fstream>

#include <nlohmann/json.hpp>

#include "hilum/jsonl.h"

#include "core/log.h"

namespace hilum::eval {

Status read_json_lines(const std::string& path, EvaluationCounts& counts,
                       const std::function<Status(const Json& record, std::size_t line)>& take) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return {ErrorCode::kFileNotFound, path + ": no such file"};
  JsonlReader reader(in);
  while (true) {
    const auto record = reader.next();
    if (record && !record->has_value()) return Status::ok();
    ++counts.rows;
    // The reader's own errors name the line.
    const Status status =
        record ? take(**record, reader.line_number()).at("line " + std::to_string(reader.line_number()))
               : record.status();
    if (status.is_ok()) continue;
    ++counts.unreadable;
    log_warn(path + ": " + status.message());
  }
}

}  // namespace hilum::eval
