#include "hilum/run.h"

namespace hilum {

void RunCounts::add_failure(const Status& status) {
  ++failed;
  ++reasons[std::string(error_info(status.code()).name)];
}

Status RunCounts::status() const {
  const std::size_t bad = failed + passed_on;
  if (seen == 0) return {ErrorCode::kNoInput, "no records came in"};
  if (bad == 0) return Status::ok();
  if (done == 0 && skipped == 0) return {ErrorCode::kNoInput, to_string()};
  return {ErrorCode::kSomeFailed, to_string()};
}

std::string RunCounts::to_string(const std::string& unit) const {
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

}  // namespace hilum
