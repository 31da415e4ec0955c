#include "run/record_loop.h"

#include <unordered_set>

#include <nlohmann/json.hpp>

#include "hilum/jsonl.h"
#include "hilum/record.h"

#include "core/progress.h"
#include "core/system/interrupt.h"
#include "run/resume.h"

namespace hilum {

void RecordCounts::add_failure(const Status& status) {
  ++failed;
  ++reasons[std::string(error_info(status.code()).name)];
}

Status RecordCounts::status() const {
  const std::size_t bad = failed + passed_on;
  if (seen == 0) return {ErrorCode::kNoInput, "no records came in"};
  if (bad == 0) return Status::ok();
  if (done == 0 && skipped == 0) return {ErrorCode::kNoInput, to_string()};
  return {ErrorCode::kSomeFailed, to_string()};
}

std::string RecordCounts::to_string(const std::string& unit) const {
  std::string text = std::to_string(seen) + " " + unit + ": " + std::to_string(done) + " done";
  if (skipped > 0) text += ", " + std::to_string(skipped) + " finished already";
  if (passed_on > 0) text += ", " + std::to_string(passed_on) + " failed in an earlier stage";
  if (failed > 0) {
    text += ", " + std::to_string(failed) + " failed (";
    bool first = true;
    for (const auto& [name, count] : reasons) {
      if (!first) text += ", ";
      first = false;
      text += name;
      text += ' ';
      text += std::to_string(count);
    }
    text += ")";
  }
  return text;
}

Result<RecordCounts> run_record_loop(Streams& streams, const RecordLoopOptions& options,
                                     const RecordFunction& stage) {
  RecordCounts counts;
  std::unordered_set<std::string> finished;
  std::unique_ptr<Sink> resume_sink;
  Sink* out = streams.out;
  if (!options.resume_path.empty()) {
    HILUM_ASSIGN(finished, prepare_resume(options.resume_path));
    HILUM_ASSIGN(resume_sink, open_file_sink(options.resume_path, false));
    out = resume_sink.get();
  }
  JsonlReader reader(*streams.in);
  Progress progress(streams, options.quiet || streams.in_is_terminal, "records");
  for (;;) {
    HILUM_RETURN_IF_ERROR(stop_status());
    auto line = reader.next();
    if (line && !line->has_value()) break;
    ++counts.seen;
    Json record = Json::object();
    if (!line) {
      record = {{"schema", kSchema}, {"id", "line-" + std::to_string(reader.line_number())}};
      if (finished.count(record["id"].get<std::string>()) > 0) {
        ++counts.skipped;
        continue;
      }
      set_error(record, line.status(), options.stage);
      counts.add_failure(line.status());
    } else {
      record = std::move(**line);
      const Json* id = find_path(record, "id");
      if (id != nullptr && id->is_string() && finished.count(id->get<std::string>()) > 0) {
        ++counts.skipped;
        continue;
      }
      if (has_error(record)) {
        ++counts.passed_on;
      } else if (const Status status = stage(record); status.is_ok()) {
        ++counts.done;
      } else {
        set_error(record, status, options.stage);
        counts.add_failure(status);
      }
    }
    HILUM_RETURN_IF_ERROR(write_jsonl(*out, record));
    progress.update(counts.seen, counts.failed);
  }
  HILUM_RETURN_IF_ERROR(out->flush());
  HILUM_RETURN_IF_ERROR(stop_status());
  return counts;
}

}  // namespace hilum
