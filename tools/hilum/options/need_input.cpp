#include "options/need_input.h"

namespace hilum::cli {

Status need_input(const Context& context, bool given, const std::string& question) {
  if (given || !context.streams.in_is_terminal) return Status::ok();
  return {ErrorCode::kUsage, question};
}

}  // namespace hilum::cli
