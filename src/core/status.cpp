#include "hilum/status.h"

namespace hilum {

Status Status::at(const std::string& where) const {
  if (is_ok()) return *this;
  return {code_, where + ": " + message_};
}

std::string Status::to_string() const {
  const ErrorInfo& info = error_info(code_);
  std::string text = message_.empty() ? std::string(info.meaning) : message_;
  if (!info.remedy.empty()) text.append(" (").append(info.remedy).append(")");
  return text;
}

}  // namespace hilum
