#include "hilum/status.h"

namespace hilum {

Status Status::at(const std::string& where) const {
  if (is_ok()) return *this;
  Status located = *this;
  located.message_ = where + ": " + message_;
  return located;
}

Status Status::with_remedy(std::string remedy) const {
  Status advised = *this;
  advised.remedy_ = std::move(remedy);
  return advised;
}

std::string Status::to_string() const {
  std::string text = message_.empty() ? std::string(error_info(code_).meaning) : message_;
  if (!remedy().empty()) text.append(" (").append(remedy()).append(")");
  return text;
}

}  // namespace hilum
